import { Button, Input, Modal } from 'antd';
import { type FormEvent, useState } from 'react';
import { call } from '../../api/call.ts';
import { problemOf } from '../../api/problem.ts';
import { useSay } from '../../language/index.tsx';
import { count } from '../../ui/figures.ts';
import { problemWords } from '../../ui/states.tsx';
import { Fault } from './release.tsx';

/** Leaves rows for good, with the reason that stays in the trail. */
export function DiscardDialog({
  ids,
  onClose,
  onDone,
}: {
  ids: string[];
  onClose: () => void;
  onDone: () => Promise<void>;
}) {
  const say = useSay();
  const [why, setWhy] = useState('');
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<unknown>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setFault(null);
    try {
      await call('POST /api/quarantine/discard', { body: { ids, why } });
      await onDone();
    } catch (thrown) {
      setFault(thrown);
      setBusy(false);
    }
  };
  return (
    <Modal open title={say('intake.discard', { count: count(ids.length) })} onCancel={onClose} footer={null}>
      <form className="row-editor" onSubmit={submit}>
        <p>{say('intake.discardHelp')}</p>
        {fault ? <Fault {...problemWords(problemOf(fault), say)} /> : null}
        <div>
          <label htmlFor="discard-why">{say('intake.discardWhy')}</label>
          <Input id="discard-why" value={why} maxLength={200} onChange={(event) => setWhy(event.target.value)} />
        </div>
        <div className="buttons">
          <Button onClick={onClose}>{say('intake.cancel')}</Button>
          <Button type="primary" htmlType="submit" disabled={why.trim().length < 2} loading={busy}>
            {say('intake.discard', { count: count(ids.length) })}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
