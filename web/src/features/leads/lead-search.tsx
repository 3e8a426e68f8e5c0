import { Input } from 'antd';
import { useEffect, useState } from 'react';
import { useSay } from '../../language/index.tsx';

let text = '';
/** What was searched for last: a name or number, so it stays in memory and out of address, history and storage. */
export const lastSearch = {
  get: () => text,
  set: (next: string) => {
    text = next;
  },
};

/** The search box of the lead list; searches half a second after the last key, or at once on enter. */
export function LeadSearchBox({ value, onSearch }: { value: string; onSearch: (text: string) => void }) {
  const say = useSay();
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    if (typed.trim() === value) return;
    const waiting = setTimeout(() => onSearch(typed.trim()), 500);
    return () => clearTimeout(waiting);
  }, [typed, value, onSearch]);
  return (
    <search className="lead-search">
      <Input
        type="search"
        allowClear
        maxLength={40}
        autoComplete="off"
        spellCheck={false}
        aria-label={say('leads.search')}
        placeholder={say('leads.search')}
        title={say('leads.searchHint')}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onPressEnter={() => onSearch(typed.trim())}
      />
    </search>
  );
}
