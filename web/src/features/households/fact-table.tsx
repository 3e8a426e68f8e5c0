import type { Fact } from '@doudi/contracts';
import { useSay } from '../../language/index.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';

/** What is known, from whom, as of when; stale is grey and says so, unknown is written out. */
export function FactTable({ facts, onEvidence }: { facts: readonly Fact[]; onEvidence: (id: string) => void }) {
  const say = useSay();
  const columns: Column<Fact>[] = [
    { key: 'person', title: say('household.person'), width: 84, cell: (fact) => fact.name },
    { key: 'title', title: say('household.fact'), width: 130, cell: (fact) => fact.title },
    { key: 'value', title: say('household.value'), cell: (fact) => <Value fact={fact} /> },
    {
      key: 'source',
      title: say('household.source'),
      width: 210,
      cell: (fact) => (
        <span className="muted">
          {fact.source}
          {fact.asOf ? <span className="as-of">{say('common.asOf', { date: fact.asOf })}</span> : null}
        </span>
      ),
    },
    {
      key: 'row',
      title: say('household.row'),
      width: 104,
      cell: (fact) => <Row fact={fact} onEvidence={onEvidence} />,
    },
  ];
  return (
    <section className="panel">
      <header>
        <h2>{say('household.facts')}</h2>
        <span className="muted end">{say('household.factsHelp')}</span>
      </header>
      <DataTable
        caption={say('household.facts')}
        rows={facts}
        columns={columns}
        keyOf={(fact) => `${fact.personId}${fact.title}${fact.value}${fact.evidenceId}${fact.asOf}`}
        wrap
        card={(fact) => (
          <div className="fact-card">
            <p>
              <b>{fact.name}</b> {fact.title}
            </p>
            <p>
              <Value fact={fact} />
            </p>
            <p className="muted">
              {fact.source}
              {fact.asOf ? ` · ${say('common.asOf', { date: fact.asOf })}` : ''}
            </p>
            <Row fact={fact} onEvidence={onEvidence} />
          </div>
        )}
      />
    </section>
  );
}

function Value({ fact }: { fact: Fact }) {
  const say = useSay();
  if (fact.value === null) return <span className="unknown-value">{say('common.unknown')}</span>;
  return (
    <span className={fact.stale ? 'stale' : undefined}>
      {fact.value}
      {fact.stale ? <span className="stale-mark">{say('household.stale')}</span> : null}
    </span>
  );
}

function Row({ fact, onEvidence }: { fact: Fact; onEvidence: (id: string) => void }) {
  const say = useSay();
  const { evidenceId } = fact;
  if (evidenceId === null) return <span className="muted">—</span>;
  return (
    <button
      type="button"
      className="link-button"
      aria-label={`${say('lead.evidenceOpen')} ${fact.name} ${fact.title}`}
      onClick={() => onEvidence(evidenceId)}
    >
      {say('lead.evidenceOpen')}
    </button>
  );
}
