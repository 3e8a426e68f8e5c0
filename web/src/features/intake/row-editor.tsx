import type { QuarantineDetail } from '@doudi/contracts';
import { useQuery } from '@tanstack/react-query';
import { Button, Input, Modal } from 'antd';
import { type FormEvent, useState } from 'react';
import { call } from '../../api/call.ts';
import { problemOf } from '../../api/problem.ts';
import { useSay } from '../../language/index.tsx';
import { ErrorState, LoadingState, problemWords } from '../../ui/states.tsx';
import { Fault } from './release.tsx';

/** One quarantined row, opened for correction in place: each column with what came; the faulty one first in sight. */
export function RowEditor({
  id,
  onClose,
  onSaved,
}: {
  id: string;
  onClose: () => void;
  /** After a correction was saved; `release` when it is to be released at once. */
  onSaved: (release: boolean) => Promise<void>;
}) {
  const say = useSay();
  const opened = useQuery({
    queryKey: ['GET /api/quarantine/:id', id],
    queryFn: ({ signal }) => call('GET /api/quarantine/:id', { params: { id } }, signal),
    // What stands in a row is not kept in memory longer than it is looked at.
    gcTime: 0,
    staleTime: 0,
  });
  return (
    <Modal
      open
      title={say('intake.editTitle', { row: opened.data?.row ?? '' })}
      onCancel={onClose}
      footer={null}
      width={640}
    >
      {opened.isPending ? <LoadingState rows={8} /> : null}
      {opened.isError ? <ErrorState error={opened.error} onRetry={() => opened.refetch()} /> : null}
      {opened.data ? <Form row={opened.data} onClose={onClose} onSaved={onSaved} /> : null}
    </Modal>
  );
}

function Form({
  row,
  onClose,
  onSaved,
}: {
  row: QuarantineDetail;
  onClose: () => void;
  onSaved: (release: boolean) => Promise<void>;
}) {
  const say = useSay();
  const [values, setValues] = useState<Record<string, string>>({});
  const [fault, setFault] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const changed = row.cells.filter((c) => values[c.name] !== undefined && values[c.name] !== c.value);
  const save = async (release: boolean) => {
    setFault(null);
    setBusy(true);
    try {
      if (changed.length > 0)
        await call('POST /api/quarantine/:id/correction', {
          params: { id: row.id },
          body: { values: Object.fromEntries(changed.map((c) => [c.name, values[c.name] ?? ''])) },
        });
      await onSaved(release);
    } catch (thrown) {
      setFault(thrown);
      setBusy(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void save(false);
  };
  const wrong = (title: string) => title === row.column;
  const cells = row.cells.toSorted((a, b) => Number(wrong(b.title)) - Number(wrong(a.title)));
  return (
    <form className="row-editor" onSubmit={submit}>
      <p className="row-fault">
        {row.message}
        <span className="muted"> {say('state.cure', { cure: row.cure })}</span>
      </p>
      {fault ? <Fault {...problemWords(problemOf(fault), say)} /> : null}
      <div className="row-cells">
        {cells.map((cell) => (
          <div key={cell.name} className={wrong(cell.title) ? 'wrong' : undefined}>
            <label htmlFor={`cell-${cell.name}`}>
              {cell.title}
              {cell.required ? <span className="muted"> {say('intake.required')}</span> : null}
            </label>
            <Input
              id={`cell-${cell.name}`}
              autoFocus={wrong(cell.title)}
              autoComplete="off"
              maxLength={4000}
              value={values[cell.name] ?? cell.value}
              onChange={(event) => setValues({ ...values, [cell.name]: event.target.value })}
              {...(cell.delivered !== null && (cell.corrected || values[cell.name] !== undefined)
                ? { 'aria-describedby': `was-${cell.name}` }
                : {})}
            />
            {cell.delivered !== null && (cell.corrected || values[cell.name] !== undefined) ? (
              <span className="muted" id={`was-${cell.name}`}>
                {say('intake.delivered', { value: cell.delivered === '' ? '—' : cell.delivered })}
              </span>
            ) : null}
          </div>
        ))}
      </div>
      <div className="buttons">
        <Button onClick={onClose}>{say('intake.cancel')}</Button>
        <Button htmlType="submit" disabled={changed.length === 0} loading={busy}>
          {say('intake.save')}
        </Button>
        <Button type="primary" loading={busy} onClick={() => void save(true)}>
          {say('intake.saveAndRelease')}
        </Button>
      </div>
    </form>
  );
}
