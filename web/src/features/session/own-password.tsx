import { Button, Input } from 'antd';
import { type FormEvent, useState } from 'react';
import { problemOf } from '../../api/problem.ts';
import { useSay } from '../../language/index.tsx';
import { Part } from '../../ui/part.tsx';
import { FieldFrame } from '../../ui/schema-form.tsx';
import { problemWords } from '../../ui/states.tsx';
import { changePassword } from './auth.ts';

const shortest = 10;

/** Changes one's own password, as the first sign-in with a handed-over one should. */
export function OwnPassword() {
  const say = useSay();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [tried, setTried] = useState(false);
  const [said, setSaid] = useState<{ text: string; fault: boolean } | null>(null);
  const [sending, setSending] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    setSaid(null);
    if (current === '' || next.length < shortest) return;
    setSending(true);
    try {
      await changePassword(current, next);
      setCurrent('');
      setNext('');
      setTried(false);
      setSaid({ text: say('account.passwordChanged'), fault: false });
    } catch (thrown) {
      const words = problemWords(problemOf(thrown), say);
      setSaid({ text: `${words.message} ${words.cure}`, fault: true });
    } finally {
      setSending(false);
    }
  };
  return (
    <Part title={say('account.passwordTitle')}>
      <form className="own-password" onSubmit={submit}>
        <FieldFrame
          id="current-password"
          title={say('account.password')}
          required
          fault={tried && current === '' ? say('fault.required') : undefined}
        >
          <Input
            id="current-password"
            type="password"
            autoComplete="current-password"
            value={current}
            onChange={(event) => setCurrent(event.target.value)}
          />
        </FieldFrame>
        <FieldFrame
          id="next-password"
          title={say('account.newPassword')}
          required
          help={say('account.newPasswordHelp')}
          fault={tried && next.length < shortest ? say('account.badPassword') : undefined}
        >
          <Input
            id="next-password"
            type="password"
            autoComplete="new-password"
            value={next}
            onChange={(event) => setNext(event.target.value)}
          />
        </FieldFrame>
        {said ? (
          <p className={said.fault ? 'fault' : undefined} role={said.fault ? 'alert' : 'status'}>
            {said.text}
          </p>
        ) : null}
        <Button htmlType="submit" loading={sending}>
          {say('account.changePassword')}
        </Button>
      </form>
    </Part>
  );
}
