import { useQuery } from '@tanstack/react-query';
import { Button, Progress } from 'antd';
import { useRef, useState } from 'react';
import { Link, useParams } from 'react-router';
import { call } from '../../api/call.ts';
import { problemOf } from '../../api/problem.ts';
import { useSay } from '../../language/index.tsx';
import { count } from '../../ui/figures.ts';
import { EmptyState, ErrorState, problemWords } from '../../ui/states.tsx';
import { useMe } from '../session/me.tsx';
import { Preview } from './preview.tsx';
import { Fault, Running, useIntakeRequest } from './release.tsx';
import { sendFile } from './send-file.ts';
import './intake.css';

/** A department's file, sent from the desk: first what it would do, then, when somebody says so, taken in. */
export function Component() {
  const say = useSay();
  const { feed = '', period = '' } = useParams();
  const may = useMe().role === 'county';
  const chooser = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<File | null>(null);
  const [sent, setSent] = useState<number | null>(null);
  const [uploadId, setUploadId] = useState<string | null>(null);
  const [previewing, setPreviewing] = useState<string | null>(null);
  const [taking, setTaking] = useState<string | null>(null);
  const [fault, setFault] = useState<unknown>(null);
  const known = useQuery({
    queryKey: ['GET /api/feeds/:feed/:period/quarantine', feed, period, 'title'],
    enabled: may,
    queryFn: ({ signal }) =>
      call('GET /api/feeds/:feed/:period/quarantine', { params: { feed, period }, query: { limit: 1 } }, signal),
  });
  const preview = useIntakeRequest(previewing);
  const take = useIntakeRequest(taking);
  const choose = async (chosen: File) => {
    setFile(chosen);
    setFault(null);
    setPreviewing(null);
    setTaking(null);
    setSent(0);
    try {
      const id = await sendFile(chosen, { feed, period }, setSent);
      setUploadId(id);
      setPreviewing((await call('POST /api/uploads/:id/preview', { params: { id } })).id);
    } catch (thrown) {
      setFault(thrown);
    }
    setSent(null);
  };
  const confirm = async () => {
    setFault(null);
    try {
      setTaking((await call('POST /api/uploads/:id/take', { params: { id: uploadId ?? '' } })).id);
    } catch (thrown) {
      setFault(thrown);
    }
  };
  const seen = preview.data?.preview;
  const taken = take.data?.taken;
  const error = fault ?? preview.error ?? take.error;
  const failed = take.data?.error ?? preview.data?.error;
  const busy =
    sent !== null ||
    (previewing !== null && !seen && !failed && !error) ||
    (taking !== null && !taken && !failed && !error);
  if (known.isError) return <ErrorState error={known.error} onRetry={() => known.refetch()} />;
  if (!may) return <EmptyState title={say('state.forbidden')}>{say('state.forbiddenCure')}</EmptyState>;
  return (
    <article className="upload-page">
      <header className="page-head">
        <div>
          <Link to={`/feeds/${feed}/${period}`}>← {say('intake.toQuarantine')}</Link>
          <h1>{say('intake.uploadTitle', { feed: known.data?.account.title ?? '…', period })}</h1>
          <p className="muted">{say('intake.uploadHelp')}</p>
        </div>
        <div className="intake-actions">
          <Button type={seen ? 'default' : 'primary'} disabled={busy} onClick={() => chooser.current?.click()}>
            {say(file ? 'intake.chooseOther' : 'intake.choose')}
          </Button>
          <input
            ref={chooser}
            type="file"
            accept=".csv,.txt,.xlsx,.zip"
            className="sr-only"
            tabIndex={-1}
            aria-label={say('intake.choose')}
            onChange={(event) => {
              const [chosen] = event.target.files ?? [];
              event.target.value = '';
              if (chosen) void choose(chosen);
            }}
          />
        </div>
      </header>
      {error ? <Fault {...problemWords(problemOf(error), say)} /> : null}
      {failed ? <Fault {...failed} /> : null}
      {sent !== null && file ? (
        <div className="intake-notice" role="status">
          <p>{say('intake.sending', { name: file.name })}</p>
          <Progress
            aria-label={say('intake.progress')}
            percent={Math.round((sent * 100) / Math.max(1, file.size))}
            showInfo={false}
          />
        </div>
      ) : null}
      {busy && sent === null ? <Running request={taking ? take.data : preview.data} /> : null}
      {taken ? (
        <p className="intake-notice" role="status">
          {say(taken.repeated ? 'intake.takenBefore' : 'intake.taken')}{' '}
          <Link to={`/feeds/${feed}/${period}`}>{say('intake.openQuarantine')}</Link>
        </p>
      ) : null}
      {seen ? (
        <Preview
          preview={seen}
          fileName={file?.name ?? ''}
          confirm={
            taken || seen.repeated ? null : (
              <Button type="primary" loading={busy} onClick={() => void confirm()}>
                {say('intake.take', { count: count(seen.accepted + seen.unchanged) })}
              </Button>
            )
          }
        />
      ) : null}
      {file === null && !busy ? <EmptyState title={say('intake.noFile')}>{say('intake.noFileHelp')}</EmptyState> : null}
    </article>
  );
}
