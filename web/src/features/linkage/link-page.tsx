import type { LinkDetail, LinkUnmasked } from '@doudi/contracts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useCallback, useMemo, useRef, useState } from 'react';
import { Link, useNavigate, useParams, useSearchParams } from 'react-router';
import { call } from '../../api/call.ts';
import { problemOf } from '../../api/problem.ts';
import { useSay } from '../../language/index.tsx';
import { EvidenceDrawer } from '../../ui/evidence-drawer.tsx';
import { ErrorState, LoadingState, problemWords } from '../../ui/states.tsx';
import { useMe } from '../session/me.tsx';
import { Decision } from './decision.tsx';
import { KeyHelp, ReasonDialog } from './link-dialogs.tsx';
import { Dependents, Members, Others, Sides } from './link-parts.tsx';
import { queueOf, useQueue } from './queue.ts';
import { useLinkKeys } from './use-link-keys.ts';
import { Waterfall } from './waterfall.tsx';
import { word } from './words.ts';
import './linkage.css';

/** The reason for uncovering, asked once in a sitting and kept nowhere but here. */
let uncoverReason = '';
/** What was decided last, so that U takes it back also from the next question. */
let lastDecided: string | null = null;

/** One question: is this row this person? Decided by Y or N, undone by U, one after another by J and K. */
export function Component() {
  const { id = '' } = useParams();
  const link = useQuery({
    queryKey: ['GET /api/links/:id', id],
    queryFn: ({ signal }) => call('GET /api/links/:id', { params: { id } }, signal),
  });
  if (link.isPending) return <LoadingState rows={12} />;
  if (link.isError) return <ErrorState error={link.error} onRetry={() => link.refetch()} />;
  return <Review key={id} link={link.data} />;
}

function Review({ link }: { link: LinkDetail }) {
  const say = useSay();
  const me = useMe();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const filters = useMemo(() => queueOf(params), [params]);
  const queue = useQueue(filters);
  const ids = queue.data?.links.map((l) => l.id) ?? [];
  const at = ids.indexOf(link.id);
  const search = params.size > 0 ? `?${params}` : '';
  const [said, setSaid] = useState(() => takeSaid());
  const [fault, setFault] = useState('');
  const [note, setNote] = useState('');
  const [help, setHelp] = useState(false);
  const [asking, setAsking] = useState(false);
  const [raw, setRaw] = useState<string | null>(null);
  const [uncovered, setUncovered] = useState<LinkUnmasked>();
  const busy = useRef(false);
  const may = me.role === 'township' || me.role === 'county';

  const go = useCallback(
    (step: number) => {
      const next = at < 0 ? ids[0] : ids[at + step];
      if (next !== undefined) void navigate(`/links/${next}${search}`, { replace: true });
      else if (step > 0) setSaid(say('link.finished'));
    },
    [at, ids, navigate, search, say],
  );
  const attempt = useCallback(
    async (work: () => Promise<void>) => {
      if (busy.current) return;
      busy.current = true;
      setFault('');
      try {
        await work();
      } catch (thrown) {
        const words = problemWords(problemOf(thrown), say);
        setFault(`${words.message} ${words.cure}`);
      } finally {
        busy.current = false;
      }
    },
    [say],
  );
  const reread = useCallback(
    (of: string) => client.invalidateQueries({ queryKey: ['GET /api/links/:id', of] }),
    [client],
  );
  const decide = (state: 'confirmed' | 'rejected') =>
    attempt(async () => {
      if (!may || link.state !== 'open') return;
      const body = { state, note: note.trim() || say(`link.note.${state}`) };
      const done = await call('POST /api/links/:id/decision', { params: { id: link.id }, body });
      lastDecided = link.id;
      const words = [
        state === 'confirmed'
          ? say('link.done.confirmed', { person: link.person })
          : say('link.done.rejected', { person: link.person, count: done.withdrawn.length }),
        done.agreed === null ? '' : say(done.agreed ? 'link.done.agreed' : 'link.done.disagreed'),
      ].join(' ');
      await reread(link.id);
      const next = ids[at + 1];
      if (at >= 0 && next !== undefined) {
        keepSaid(words);
        await navigate(`/links/${next}${search}`, { replace: true });
      } else setSaid(words);
    });
  const undo = () =>
    attempt(async () => {
      const target = link.state === 'open' ? lastDecided : link.id;
      if (!may || target === null) return;
      const done = await call('POST /api/links/:id/undo', {
        params: { id: target },
        body: { reason: say('link.undoReason') },
      });
      lastDecided = null;
      const { leads, facts } = done.dependents;
      const words = say('link.done.undone', { leads: leads.length, facts: facts.length });
      await reread(target);
      if (target === link.id) setSaid(words);
      else {
        keepSaid(words);
        await navigate(`/links/${target}${search}`, { replace: true });
      }
    });
  const uncover = (reason: string) =>
    attempt(async () => {
      const full = await call('POST /api/links/:id/unmask', { params: { id: link.id }, body: { reason } });
      uncoverReason = reason;
      setUncovered(full);
      setAsking(false);
    });
  const show = () => (uncoverReason === '' ? setAsking(true) : void uncover(uncoverReason));
  useLinkKeys({
    j: () => go(1),
    k: () => go(-1),
    y: () => void decide('confirmed'),
    n: () => void decide('rejected'),
    u: () => void undo(),
    r: show,
    '?': () => setHelp((open) => !open),
  });
  const delivered = link.delivered ?? say('links.noName');
  return (
    <article className="link-page" data-link={link.id}>
      <header className="link-head">
        <p className="path">
          <Link to={`/links${search}`}>← {say('link.back')}</Link>
          <span className="muted">
            {link.period ?? ''} · {link.township} {link.village}
            {at < 0 ? '' : ` · ${say('link.position', { at: at + 1, total: ids.length })}`}
          </span>
          <span className="steps">
            <Button size="small" disabled={at <= 0} onClick={() => go(-1)}>
              {say('link.previous')}
            </Button>
            <Button size="small" disabled={at < 0 || at >= ids.length - 1} onClick={() => go(1)}>
              {say('link.next')}
            </Button>
          </span>
        </p>
        <h1>{say('link.question', { feed: link.feedTitle, row: link.row, delivered, person: link.person })}</h1>
        <p className="said" role="status">
          {said}
        </p>
      </header>
      <div className="columns">
        <div className="main">
          <Sides link={link} uncovered={uncovered} />
          <p className="actions">
            <Button onClick={show}>{say('link.uncover')}</Button>
            <Button onClick={() => setRaw(link.evidenceId)}>{say('link.raw')}</Button>
          </p>
          {link.kind === 'blind' ? <p className="blind">{say('link.blindHelp')}</p> : null}
          {link.waterfall ? <Waterfall evidence={link.waterfall} /> : null}
          {!link.waterfall && link.kind !== 'blind' ? (
            <p className="panel rule-note">
              {say('link.noWeights', { reason: word(say, 'link.reason.', link.reason ?? '') })}
            </p>
          ) : null}
        </div>
        <aside className="side" aria-label={say('link.decide')}>
          <Decision
            link={link}
            may={may}
            note={note}
            fault={fault}
            onNote={setNote}
            onDecide={(state) => void decide(state)}
            onUndo={() => void undo()}
          />
          <Members link={link} />
          <Others link={link} search={search} />
          <Dependents link={link} />
        </aside>
      </div>
      <KeyHelp open={help} onClose={() => setHelp(false)} />
      <ReasonDialog
        open={asking}
        title={say('link.uncoverTitle')}
        help={say('link.uncoverHelp')}
        action={say('link.uncover')}
        fault={asking ? fault : ''}
        onCancel={() => setAsking(false)}
        onReason={(reason) => void uncover(reason)}
      />
      <EvidenceDrawer evidenceId={raw} onClose={() => setRaw(null)} />
    </article>
  );
}

/** What was said of the question before is told on the next one, once. */
let saidBefore = '';
function keepSaid(words: string): void {
  saidBefore = words;
}
function takeSaid(): string {
  const words = saidBefore;
  saidBefore = '';
  return words;
}
