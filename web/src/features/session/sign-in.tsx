import type { Role } from '@doudi/contracts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { type FormEvent, useState } from 'react';
import { problemOf } from '../../api/problem.ts';
import { type Say, useLanguage } from '../../language/index.tsx';
import { problemWords } from '../../ui/states.tsx';
import { type DemoAccount, demoAccounts, signIn, verifyBackupCode, verifyCode } from './auth.ts';
import { forgetAnswers } from './me.tsx';
import './sign-in.css';

/** Sign-in: name and password, then the second factor when the server asks for it. */
export function SignIn() {
  const { say, change, language } = useLanguage();
  const [step, setStep] = useState<'password' | 'code'>('password');
  const client = useQueryClient();
  const entered = () => {
    forgetAnswers();
    return client.invalidateQueries({ queryKey: ['GET /api/me'] });
  };
  return (
    <main className="sign-in">
      <div className="brand">
        <img src="/icon.svg" alt="" width="40" height="40" />
        <div>
          <p className="name">{say('brand.name')}</p>
          <p className="line">{say('brand.line')}</p>
        </div>
        <button
          type="button"
          className="link-button"
          lang={language === 'zh' ? 'en' : 'zh-CN'}
          onClick={() => change(language === 'zh' ? 'en' : 'zh')}
        >
          {say('nav.switch')}
        </button>
      </div>
      {step === 'password' ? (
        <PasswordStep onCode={() => setStep('code')} onDone={entered} />
      ) : (
        <CodeStep onBack={() => setStep('password')} onDone={entered} />
      )}
    </main>
  );
}

function signInFault(thrown: unknown, say: Say, wrong: string): string {
  const problem = problemOf(thrown);
  if (problem.status === 429) return say('signIn.tooMany');
  if (problem.status === 403) return say('signIn.noGrant');
  if (problem.status >= 400 && problem.status < 500) return wrong;
  const words = problemWords(problem, say);
  return `${words.message} ${words.cure}`;
}

function PasswordStep({ onCode, onDone }: { onCode: () => void; onDone: () => void }) {
  const { say } = useLanguage();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [fault, setFault] = useState('');
  const [sending, setSending] = useState(false);
  const enter = async (name: string, secret: string) => {
    if (name.trim() === '') return setFault(say('signIn.needUsername'));
    if (secret === '') return setFault(say('signIn.needPassword'));
    setSending(true);
    setFault('');
    try {
      if ((await signIn(name.trim(), secret)) === 'code') onCode();
      else onDone();
    } catch (thrown) {
      setFault(signInFault(thrown, say, say('signIn.wrong')));
    } finally {
      setSending(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void enter(username, password);
  };
  return (
    <>
      <form onSubmit={submit} className="card">
        <h1>{say('signIn.title')}</h1>
        <label htmlFor="username">{say('signIn.username')}</label>
        <Input
          id="username"
          size="large"
          autoComplete="username"
          autoCapitalize="none"
          value={username}
          onChange={(event) => setUsername(event.target.value)}
        />
        <label htmlFor="password">{say('signIn.password')}</label>
        <Input
          id="password"
          type="password"
          size="large"
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        {fault ? (
          <p className="fault" role="alert">
            {fault}
          </p>
        ) : null}
        <Button type="primary" size="large" htmlType="submit" loading={sending} block>
          {say('signIn.submit')}
        </Button>
      </form>
      <DemoAccounts onPick={(account) => enter(account.username, account.password)} />
    </>
  );
}

function DemoAccounts({ onPick }: { onPick: (account: DemoAccount) => void }) {
  const { say } = useLanguage();
  const accounts = useQuery({
    queryKey: ['demo accounts'],
    queryFn: demoAccounts,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (!accounts.data || accounts.data.length === 0) return null;
  return (
    <section className="card demo" aria-labelledby="demo-title">
      <h2 id="demo-title">{say('signIn.demoTitle')}</h2>
      <p className="muted">{say('signIn.demoHelp')}</p>
      <ul>
        {accounts.data.map((account) => (
          <li key={account.username}>
            <button type="button" onClick={() => onPick(account)}>
              <span className="role">{say(`role.${account.role as Role}`)}</span>
              <span className="where">{account.division ?? '—'}</span>
              <span className="login">{account.username}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function CodeStep({ onBack, onDone }: { onBack: () => void; onDone: () => void }) {
  const { say } = useLanguage();
  const [code, setCode] = useState('');
  const [backup, setBackup] = useState(false);
  const [fault, setFault] = useState('');
  const [sending, setSending] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setSending(true);
    setFault('');
    try {
      await (backup ? verifyBackupCode(code.trim()) : verifyCode(code.trim()));
      onDone();
    } catch (thrown) {
      setFault(signInFault(thrown, say, say('signIn.codeWrong')));
    } finally {
      setSending(false);
    }
  };
  return (
    <form onSubmit={submit} className="card">
      <h1>{say('signIn.codeTitle')}</h1>
      <p className="muted">{say('signIn.codeHelp')}</p>
      <label htmlFor="code">{backup ? say('signIn.backupCode') : say('signIn.code')}</label>
      <Input
        id="code"
        size="large"
        inputMode={backup ? 'text' : 'numeric'}
        autoComplete="one-time-code"
        maxLength={backup ? 24 : 6}
        value={code}
        onChange={(event) => setCode(event.target.value)}
      />
      {fault ? (
        <p className="fault" role="alert">
          {fault}
        </p>
      ) : null}
      <Button type="primary" size="large" htmlType="submit" loading={sending} block>
        {say('signIn.codeSubmit')}
      </Button>
      <button type="button" className="link-button" onClick={() => setBackup(!backup)}>
        {backup ? say('signIn.backupBack') : say('signIn.backup')}
      </button>
      <button type="button" className="link-button" onClick={onBack}>
        {say('signIn.codeBack')}
      </button>
    </form>
  );
}
