import { useQueryClient } from '@tanstack/react-query';
import { Button, Input, QRCode } from 'antd';
import { type FormEvent, useState } from 'react';
import { problemOf } from '../../api/problem.ts';
import { useSay } from '../../language/index.tsx';
import { Part } from '../../ui/part.tsx';
import { problemWords } from '../../ui/states.tsx';
import { disableSecondFactor, enableSecondFactor, verifyCode } from './auth.ts';
import { useMe } from './me.tsx';

type Enrolment = { totpURI: string; backupCodes: string[] };

/** One's own second factor: turn it on (password, QR code, first code) or off (password). */
export function SecondFactor() {
  const say = useSay();
  const me = useMe();
  const client = useQueryClient();
  const [enrolment, setEnrolment] = useState<Enrolment | null>(null);
  const [asking, setAsking] = useState(false);
  const [done, setDone] = useState('');
  const reread = () => client.invalidateQueries({ queryKey: ['GET /api/me'] });
  const withPassword = async (password: string) => {
    if (me.twoFactorEnabled) {
      await disableSecondFactor(password);
      setDone(say('account.disabled'));
      await reread();
    } else {
      setEnrolment(await enableSecondFactor(password));
    }
    setAsking(false);
  };
  const confirm = async (code: string) => {
    await verifyCode(code);
    setEnrolment(null);
    setDone(say('account.enabled'));
    await reread();
  };
  return (
    <Part title={say('account.second')}>
      <div className="second-factor">
        <p>{me.twoFactorEnabled ? say('account.secondOn') : say('account.secondOff')}</p>
        {done ? <p role="status">{done}</p> : null}
        {enrolment ? <Enrol enrolment={enrolment} onCode={confirm} /> : null}
        {asking ? (
          <OneField
            id="own-password"
            label={say('account.passwordWhy')}
            type="password"
            submit={me.twoFactorEnabled ? say('account.disable') : say('account.enable')}
            wrong={say('account.wrongPassword')}
            onSubmit={withPassword}
          />
        ) : null}
        {asking || enrolment ? null : (
          <Button onClick={() => setAsking(true)}>
            {me.twoFactorEnabled ? say('account.disable') : say('account.enable')}
          </Button>
        )}
      </div>
    </Part>
  );
}

function Enrol({ enrolment, onCode }: { enrolment: Enrolment; onCode: (code: string) => Promise<void> }) {
  const say = useSay();
  const secret = new URL(enrolment.totpURI).searchParams.get('secret') ?? '';
  return (
    <>
      <p>{say('account.scan')}</p>
      <div role="img" aria-label={say('account.qr')}>
        <div aria-hidden="true">
          <QRCode value={enrolment.totpURI} type="svg" size={180} />
        </div>
      </div>
      <code>{secret.replace(/(.{4})/g, '$1 ').trim()}</code>
      <p>{say('account.backup')}</p>
      <ul className="codes">
        {enrolment.backupCodes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <OneField
        id="first-code"
        label={say('account.confirmCode')}
        type="text"
        submit={say('account.confirm')}
        wrong={say('signIn.codeWrong')}
        onSubmit={onCode}
      />
    </>
  );
}

function OneField(props: {
  id: string;
  label: string;
  type: 'password' | 'text';
  submit: string;
  wrong: string;
  onSubmit: (value: string) => Promise<void>;
}) {
  const say = useSay();
  const [value, setValue] = useState('');
  const [fault, setFault] = useState('');
  const [sending, setSending] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setSending(true);
    setFault('');
    try {
      await props.onSubmit(value.trim());
    } catch (thrown) {
      const problem = problemOf(thrown);
      const words = problemWords(problem, say);
      setFault(problem.status >= 400 && problem.status < 500 ? props.wrong : `${words.message} ${words.cure}`);
      setSending(false);
    }
  };
  return (
    <form onSubmit={submit}>
      <label htmlFor={props.id}>{props.label}</label>
      <Input
        id={props.id}
        type={props.type}
        autoComplete={props.type === 'password' ? 'current-password' : 'one-time-code'}
        value={value}
        onChange={(event) => setValue(event.target.value)}
      />
      {fault ? (
        <p className="fault" role="alert">
          {fault}
        </p>
      ) : null}
      <Button type="primary" htmlType="submit" loading={sending}>
        {props.submit}
      </Button>
    </form>
  );
}
