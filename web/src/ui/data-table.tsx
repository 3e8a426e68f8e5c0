import { Button, Checkbox } from 'antd';
import { type ReactNode, useEffect, useRef } from 'react';
import { useSay } from '../language/index.tsx';
import { count } from './figures.ts';
import { usePhone } from './screen.ts';
import './data-table.css';

export type Column<Row> = {
  key: string;
  title: ReactNode;
  width?: number | string;
  end?: boolean;
  cell: (row: Row) => ReactNode;
};

type Selection = {
  keys: ReadonlySet<string>;
  change: (keys: ReadonlySet<string>) => void;
  nameOf: (key: string) => string;
};

type Props<Row> = {
  caption: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  keyOf: (row: Row) => string;
  /** On a phone a row is a card; without it the table scrolls inside its own frame. */
  card?: (row: Row) => ReactNode;
  selection?: Selection;
  total?: number;
  more?: { has: boolean; loading: boolean; load: () => void; step: number };
  /** True lets j, k, enter and x work from anywhere on the page. */
  keys?: boolean;
  empty?: ReactNode;
  wrap?: boolean;
};

/**
 * The one table of the desk: sticky header, rows of 36 px, keyset paging by “再显示”, keys j/k/enter/x.
 * j and k move the real focus over the first link or button of each row, so that enter is the browser's own.
 */
export function DataTable<Row>(props: Props<Row>) {
  const say = useSay();
  const phone = usePhone();
  const host = useRef<HTMLDivElement>(null);
  const { rows, columns, keyOf, selection } = props;
  useRowKeys(host, props.keys === true && !phone);
  if (rows.length === 0 && props.empty) return props.empty;
  const toggle = (key: string) => {
    if (!selection) return;
    const next = new Set(selection.keys);
    if (!next.delete(key)) next.add(key);
    selection.change(next);
  };
  const allChosen = selection !== undefined && rows.length > 0 && rows.every((row) => selection.keys.has(keyOf(row)));
  return (
    <div className="data-table" ref={host}>
      {phone && props.card ? (
        <ul className="cards" aria-label={props.caption}>
          {rows.map((row) => (
            <li key={keyOf(row)}>{props.card?.(row)}</li>
          ))}
        </ul>
      ) : (
        <div className={props.card ? 'frame' : 'frame scrolls'}>
          <table className={props.wrap ? 'wraps' : undefined}>
            <caption className="sr-only">{props.caption}</caption>
            <thead>
              <tr>
                {selection ? (
                  <th scope="col" style={{ width: 40 }}>
                    <Checkbox
                      checked={allChosen}
                      indeterminate={!allChosen && selection.keys.size > 0}
                      aria-label={say('table.selectAll')}
                      onChange={() => selection.change(allChosen ? new Set() : new Set(rows.map(keyOf)))}
                    />
                  </th>
                ) : null}
                {columns.map((column) => (
                  <th
                    key={column.key}
                    scope="col"
                    className={column.end ? 'num' : undefined}
                    style={column.width === undefined ? undefined : { width: column.width }}
                  >
                    {column.title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => {
                const key = keyOf(row);
                const chosen = selection?.keys.has(key) === true;
                return (
                  <tr key={key} className={chosen ? 'chosen' : undefined}>
                    {selection ? (
                      <td>
                        <Checkbox
                          checked={chosen}
                          aria-label={`${say('table.select')} ${selection.nameOf(key)}`}
                          onChange={() => toggle(key)}
                        />
                      </td>
                    ) : null}
                    {columns.map((column) => (
                      <td key={column.key} className={column.end ? 'num' : undefined}>
                        {column.cell(row)}
                      </td>
                    ))}
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
      {props.more || props.total !== undefined ? (
        <div className="foot">
          <Footing rows={rows.length} total={props.total} hasMore={props.more?.has === true} />
          {props.more?.has ? (
            <Button loading={props.more.loading} onClick={props.more.load}>
              {say('table.more', { count: props.more.step })}
            </Button>
          ) : null}
          {props.keys && !phone ? <span className="keys">{say('table.keys')}</span> : null}
        </div>
      ) : null}
    </div>
  );
}

function Footing({ rows, total, hasMore }: { rows: number; total: number | undefined; hasMore: boolean }) {
  const say = useSay();
  if (total === undefined) return <span role="status">{say('table.shownOnly', { shown: count(rows) })}</span>;
  return (
    <span role="status">
      {hasMore
        ? say('table.shown', { shown: count(rows), total: count(total) })
        : say('table.all', { total: count(total) })}
    </span>
  );
}

const busy = 'input:not([type=checkbox]), textarea, select, [contenteditable], [role=combobox], [role=dialog]';

function useRowKeys(host: React.RefObject<HTMLDivElement | null>, active: boolean) {
  useEffect(() => {
    if (!active) return;
    const pressed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !host.current) return;
      if (event.target instanceof Element && event.target.closest(busy)) return;
      if (document.querySelector('[role=dialog]')) return;
      const lines = [...host.current.querySelectorAll<HTMLTableRowElement>('tbody tr')];
      const at = lines.findIndex((line) => line.contains(document.activeElement));
      if (event.key === 'j' || event.key === 'k') {
        const next = lines[Math.max(0, Math.min(lines.length - 1, event.key === 'j' ? at + 1 : at - 1))];
        next?.querySelector<HTMLElement>('a, button')?.focus({ preventScroll: true });
        next?.scrollIntoView({ block: 'nearest' });
        event.preventDefault();
      }
      if (event.key === 'x' && at >= 0) {
        lines[at]?.querySelector<HTMLInputElement>('input[type=checkbox]')?.click();
        event.preventDefault();
      }
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, [active, host]);
}
