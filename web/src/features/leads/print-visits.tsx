import type { LeadRow } from '@doudi/contracts';
import { type ReactNode, useEffect, useState } from 'react';
import { createPortal } from 'react-dom';
import { useSay } from '../../language/index.tsx';
import { minute } from '../../ui/figures.ts';
import { useMe } from '../session/me.tsx';

/** Prints the chosen leads as a visit list: only what the page shows, each sheet marked with who printed it and when. */
export function usePrintedVisits(): { print: (rows: readonly LeadRow[]) => void; sheet: ReactNode } {
  const [rows, setRows] = useState<readonly LeadRow[] | null>(null);
  useEffect(() => {
    if (!rows) return;
    const done = () => setRows(null);
    addEventListener('afterprint', done);
    window.print();
    return () => removeEventListener('afterprint', done);
  }, [rows]);
  return { print: setRows, sheet: rows ? createPortal(<Sheet rows={rows} />, document.body) : null };
}

function Sheet({ rows }: { rows: readonly LeadRow[] }) {
  const say = useSay();
  const me = useMe();
  const mark = say('leads.printMark', { name: me.displayName, time: minute(me.now) });
  return (
    <section className="print-sheet">
      <h1>{say('leads.printTitle')}</h1>
      <table>
        <thead>
          <tr>
            <th>{say('leads.column.family')}</th>
            <th>{say('leads.column.headline')}</th>
            <th>{say('leads.column.clock')}</th>
            <th>{say('leads.printVisit')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <td>
                {row.head}
                <br />
                {row.township} {row.village}
              </td>
              <td>{row.headline}</td>
              <td>{row.clock.visitDue}</td>
              <td className="blank" />
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <td colSpan={4}>{mark}</td>
          </tr>
        </tfoot>
      </table>
    </section>
  );
}
