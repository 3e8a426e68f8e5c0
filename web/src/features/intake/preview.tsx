import type { FilePreview } from '@doudi/contracts';
import type { ReactNode } from 'react';
import { useSay } from '../../language/index.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { count } from '../../ui/figures.ts';

type Fault = FilePreview['faults'][number];

/** What a file would do: its account, how it differs from what is in force, its faults by kind, and what is not read. */
export function Preview({
  preview,
  fileName,
  confirm,
}: {
  preview: FilePreview;
  fileName: string;
  confirm: ReactNode;
}) {
  const say = useSay();
  const { difference, sections } = preview;
  const figures = ['received', 'accepted', 'unchanged', 'quarantined', 'refused'] as const;
  const places = (fault: Fault) =>
    fault.places
      .map((at) => `${at.section ? `${at.section} · ` : ''}${say('intake.line', { line: count(at.line) })}`)
      .join('、');
  const columns: Column<Fault>[] = [
    { key: 'count', title: say('intake.rows'), width: 84, end: true, cell: (fault) => count(fault.count) },
    { key: 'message', title: say('quarantine.message'), cell: (fault) => fault.message },
    { key: 'places', title: say('intake.places'), cell: places },
    { key: 'cure', title: say('quarantine.cure'), cell: (fault) => fault.cure },
  ];
  return (
    <section className="panel preview" aria-label={say('intake.previewTitle', { name: fileName })}>
      <header>
        <h2>{say('intake.previewTitle', { name: fileName })}</h2>
        <span className="muted">{say(preview.repeated ? 'intake.sameFile' : 'intake.notKept')}</span>
        <span className="end">{confirm}</span>
      </header>
      <dl className="preview-figures">
        {figures.map((key) => (
          <div key={key}>
            <dt>{say(`month.${key}`)}</dt>
            <dd>{count(preview[key])}</dd>
          </div>
        ))}
      </dl>
      {difference ? (
        <p className="preview-line">
          <b>{say(difference.supersedes ? 'intake.supersedes' : 'intake.against', { period: difference.against })}</b>{' '}
          {say('intake.difference', {
            added: count(difference.added),
            changed: count(difference.changed),
            gone: count(difference.gone),
            same: count(difference.same),
          })}
        </p>
      ) : null}
      {sections.some((section) => section.name !== null) ? (
        <p className="preview-line">
          <b>{say('intake.sections')}</b>{' '}
          {sections.map((s) => say('intake.section', { name: s.name ?? '', rows: count(s.rows) })).join('、')}
        </p>
      ) : null}
      {preview.unknown.length > 0 ? (
        <p className="preview-line">
          <b>{say('intake.unread')}</b> {preview.unknown.join('、')}
        </p>
      ) : null}
      {preview.absent.length > 0 ? (
        <p className="preview-line">
          <b>{say('intake.absent')}</b> {preview.absent.join('、')}
        </p>
      ) : null}
      {preview.faults.length > 0 ? (
        <DataTable
          caption={say('intake.faults')}
          rows={preview.faults}
          columns={columns}
          keyOf={(fault) => `${fault.reason} ${fault.column}`}
          wrap
          card={(fault) => (
            <div className="feed-card">
              <p>
                <b>{fault.message}</b>
                <span className="end">{say('intake.rowsOf', { count: count(fault.count) })}</span>
              </p>
              <p className="muted">{places(fault)}</p>
              <p className="muted">
                {say('quarantine.cure')}：{fault.cure}
              </p>
            </div>
          )}
        />
      ) : (
        <p className="preview-line">{say('intake.noFaults')}</p>
      )}
    </section>
  );
}
