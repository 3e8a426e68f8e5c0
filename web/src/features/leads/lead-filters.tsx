import type { Division, LeadsResponse } from '@doudi/contracts';
import { useQuery } from '@tanstack/react-query';
import { Button, Checkbox, Segmented } from 'antd';
import { useState } from 'react';
import { call } from '../../api/call.ts';
import { useSay } from '../../language/index.tsx';
import { Choice } from '../../ui/choice.tsx';
import { count } from '../../ui/figures.ts';
import { usePhone } from '../../ui/screen.ts';
import { useMe } from '../session/me.tsx';
import { type FilterName, filtersOf, filterText, kinds, levels, sorts, statuses, withFilter } from './filters.ts';
import { SavedViews } from './saved-views-menu.tsx';

type Props = {
  params: URLSearchParams;
  onChange: (params: URLSearchParams) => void;
  causes: LeadsResponse['causes'];
};

/** The filters of the list; on a phone they fold away behind one button. */
export function LeadFilters(props: Props) {
  const say = useSay();
  const phone = usePhone();
  const [open, setOpen] = useState(false);
  const active = filterText(props.params) !== '';
  if (phone && !open) {
    return (
      <div className="filters folded">
        <Button onClick={() => setOpen(true)}>{say('leads.filters')}</Button>
        <SavedViews params={props.params} onOpen={props.onChange} />
      </div>
    );
  }
  return (
    <div className="filters">
      <Fields {...props} />
      {active ? (
        <Button type="text" onClick={() => props.onChange(new URLSearchParams())}>
          {say('leads.reset')}
        </Button>
      ) : null}
      {phone ? <Button onClick={() => setOpen(false)}>{say('leads.filtersShown')}</Button> : null}
    </div>
  );
}

function Fields({ params, onChange, causes }: Props) {
  const say = useSay();
  const me = useMe();
  const filters = filtersOf(params);
  const set = (name: FilterName, value: string | undefined) => onChange(withFilter(params, name, value));
  const shown = causes.filter((cause) => filters.kind === undefined || cause.kind === filters.kind);
  return (
    <>
      <Segmented
        aria-label={say('leads.kind')}
        value={filters.kind ?? ''}
        onChange={(value) => set('kind', value || undefined)}
        options={[
          { value: '', label: say('common.all') },
          ...kinds.map((kind) => ({ value: kind as string, label: say(`kind.${kind}`) })),
        ]}
      />
      <Pick
        label={say('leads.status')}
        any={say('leads.any.status')}
        value={filters.status}
        width={112}
        options={statuses.map((value) => ({ value, label: say(`status.${value}`) }))}
        onPick={(value) => set('status', value)}
      />
      <Pick
        label={say('leads.level')}
        any={say('leads.any.level')}
        value={filters.level}
        width={112}
        options={levels.map((value) => ({ value, label: say(`level.${value}`) }))}
        onPick={(value) => set('level', value)}
      />
      <Pick
        label={say('leads.cause')}
        any={say('leads.any.cause')}
        value={filters.cause}
        width={190}
        options={shown.map((cause) => ({ value: cause.cause, label: `${cause.title} ${count(cause.count)}` }))}
        onPick={(value) => set('cause', value)}
      />
      {me.role === 'village' ? null : <DivisionPick value={filters.divisionId} onPick={(v) => set('divisionId', v)} />}
      <Pick
        label={say('leads.period')}
        any={say('leads.any.period')}
        value={filters.period}
        width={112}
        options={me.periods.map((value) => ({ value, label: value }))}
        onPick={(value) => set('period', value)}
      />
      <Pick
        label={say('leads.sort')}
        any={say('leads.sort.due')}
        value={filters.sort === 'due' ? undefined : filters.sort}
        width={142}
        options={sorts.slice(1).map((value) => ({ value, label: say(`leads.sort.${value}`) }))}
        onPick={(value) => set('sort', value)}
      />
      <Checkbox
        checked={filters.late === 'true'}
        onChange={(event) => set('late', event.target.checked ? 'true' : undefined)}
      >
        {say('leads.late')}
      </Checkbox>
      <Checkbox
        checked={filters.undetermined === 'true'}
        onChange={(event) => set('undetermined', event.target.checked ? 'true' : undefined)}
      >
        {say('leads.undetermined')}
      </Checkbox>
    </>
  );
}

type Option = { value: string; label: string };

function Pick(props: {
  label: string;
  any: string;
  value: string | undefined;
  width: number;
  options: Option[];
  onPick: (value: string | undefined) => void;
  search?: boolean;
}) {
  const phone = usePhone();
  return (
    <Choice
      label={props.label}
      value={props.value ?? ''}
      style={{ width: phone ? '100%' : props.width }}
      popupMatchSelectWidth={false}
      virtual={props.options.length > 60}
      {...(props.search ? { showSearch: { optionFilterProp: 'label' } } : {})}
      options={[{ value: '', label: props.any }, ...props.options]}
      onChange={(value) => props.onPick(value === '' ? undefined : value)}
    />
  );
}

function DivisionPick({ value, onPick }: { value: number | undefined; onPick: (value: string | undefined) => void }) {
  const say = useSay();
  const divisions = useQuery({
    queryKey: ['GET /api/divisions'],
    queryFn: ({ signal }) => call('GET /api/divisions', {}, signal),
    staleTime: 60 * 60_000,
  });
  return (
    <Pick
      label={say('leads.division')}
      any={say('leads.any.division')}
      value={value === undefined ? undefined : String(value)}
      width={160}
      search
      options={divisionOptions(divisions.data?.divisions ?? [])}
      onPick={onPick}
    />
  );
}

/** Townships in order, each followed by its villages. */
function divisionOptions(divisions: readonly Division[]): Option[] {
  const villages = Map.groupBy(
    divisions.filter((division) => division.level === 'village'),
    (division) => division.parentId,
  );
  const towns = divisions.filter((division) => division.level === 'township');
  return towns.flatMap((town) => [
    { value: String(town.id), label: town.name },
    ...(villages.get(town.id) ?? []).map((village) => ({
      value: String(village.id),
      label: `${town.name} ${village.name}`,
    })),
  ]);
}
