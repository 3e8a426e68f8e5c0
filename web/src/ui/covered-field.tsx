import { Button, Input, Modal } from 'antd';
import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from 'react';
import { call } from '../api/call.ts';
import { problemOf } from '../api/problem.ts';
import { useSay } from '../language/index.tsx';
import { problemWords } from './states.tsx';
import './covered-field.css';

type Field = 'name' | 'number' | 'phone' | 'address' | 'account';
type Asked = { personId: string; field: Field };
type Desk = { ask: (asked: Asked) => Promise<string | null | undefined> };
const Context = createContext<Desk | null>(null);
const shortest = 4;

/**
 * Holds the reason that was given for one household: asked once per case, sent and logged with every unmasking.
 * It lives as long as the page is open and no longer.
 */
export function CoverDesk({
  householdId,
  onLogged,
  children,
}: {
  householdId: string;
  onLogged: () => void;
  children: ReactNode;
}) {
  const say = useSay();
  const reason = useRef('');
  const [waiting, setWaiting] = useState<{ asked: Asked; done: (value: string | null | undefined) => void } | null>(
    null,
  );
  const [text, setText] = useState('');
  const [fault, setFault] = useState('');
  const [sending, setSending] = useState(false);

  const unmask = useCallback(
    async (asked: Asked, why: string) => {
      const answer = await call('POST /api/households/:id/unmask', {
        params: { id: householdId },
        body: { ...asked, reason: why },
      });
      onLogged();
      return answer.value;
    },
    [householdId, onLogged],
  );
  const desk = useMemo<Desk>(
    () => ({
      ask: async (asked) => {
        if (reason.current !== '') return unmask(asked, reason.current);
        return new Promise((done) => {
          setText('');
          setFault('');
          setWaiting({ asked, done });
        });
      },
    }),
    [unmask],
  );

  const confirm = async () => {
    if (!waiting) return;
    const why = text.trim();
    if (why.length < shortest) return setFault(say('covered.short'));
    setSending(true);
    try {
      const value = await unmask(waiting.asked, why);
      reason.current = why;
      waiting.done(value);
      setWaiting(null);
    } catch (thrown) {
      const words = problemWords(problemOf(thrown), say);
      setFault(`${words.message} ${words.cure}`);
    } finally {
      setSending(false);
    }
  };
  const leave = () => {
    waiting?.done(undefined);
    setWaiting(null);
  };
  const field = waiting ? say(`field.${waiting.asked.field}`) : '';
  return (
    <Context.Provider value={desk}>
      {children}
      <Modal
        open={waiting !== null}
        title={say('covered.title', { field })}
        onCancel={leave}
        footer={[
          <Button key="leave" onClick={leave}>
            {say('covered.cancel')}
          </Button>,
          <Button key="show" type="primary" loading={sending} onClick={confirm}>
            {say('covered.confirm')}
          </Button>,
        ]}
      >
        <div className="cover-form">
          <label htmlFor="cover-reason">{say('covered.why')}</label>
          <Input.TextArea
            id="cover-reason"
            rows={2}
            maxLength={200}
            value={text}
            aria-describedby="cover-help"
            onChange={(event) => setText(event.target.value)}
          />
          <p id="cover-help" className={fault ? 'fault' : 'muted'} role={fault ? 'alert' : undefined}>
            {fault || say('covered.whyHelp')}
          </p>
          <div className="ready">
            {(['visit', 'call', 'pay'] as const).map((ready) => (
              <Button key={ready} size="small" onClick={() => setText(say(`covered.copyReasons.${ready}`))}>
                {say(`covered.copyReasons.${ready}`)}
              </Button>
            ))}
          </div>
        </div>
      </Modal>
    </Context.Provider>
  );
}

/** A value that stays covered until a reason is given; its unmasking is logged by the server. Needs a CoverDesk above it. */
export function CoveredField({ personId, covered }: { personId: string; covered: { masked: string; field: Field } }) {
  const say = useSay();
  const desk = useContext(Context);
  const [value, setValue] = useState<string | null | undefined>(undefined);
  const [fault, setFault] = useState('');
  const show = async () => {
    setFault('');
    try {
      setValue(await desk?.ask({ personId, field: covered.field }));
    } catch (thrown) {
      setFault(problemWords(problemOf(thrown), say).message);
    }
  };
  if (value !== undefined) {
    return (
      <span className="covered shown">
        <span>{value ?? say('covered.none')}</span>
        <button type="button" className="link-button" onClick={() => setValue(undefined)}>
          {say('covered.hide')}
        </button>
      </span>
    );
  }
  return (
    <span className="covered">
      {covered.masked === '' ? null : <span>{covered.masked}</span>}
      {desk ? (
        <button type="button" className="link-button" onClick={show}>
          {say('covered.show', { field: say(`field.${covered.field}`) })}
        </button>
      ) : null}
      {fault ? <span role="alert">{fault}</span> : null}
    </span>
  );
}
