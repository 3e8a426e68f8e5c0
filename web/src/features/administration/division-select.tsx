import type { Division } from '@doudi/contracts';
import { useQuery } from '@tanstack/react-query';
import { call } from '../../api/call.ts';
import { Choice } from '../../ui/choice.tsx';

/** All divisions within sight, as the server gives them. */
export function useDivisions(): readonly Division[] {
  const divisions = useQuery({
    queryKey: ['GET /api/divisions'],
    queryFn: ({ signal }) => call('GET /api/divisions', {}, signal),
    staleTime: 60 * 60_000,
  });
  return divisions.data?.divisions ?? [];
}

/** A division chosen by name; a village is shown with its township. */
export function DivisionSelect(props: {
  id: string;
  label: string;
  value: number | null;
  onPick: (id: number | null) => void;
}) {
  const divisions = useDivisions();
  const names = new Map(divisions.map((division) => [division.id, division.name]));
  return (
    <Choice
      id={props.id}
      label={props.label}
      allowClear
      showSearch={{ optionFilterProp: 'label' }}
      style={{ width: '100%' }}
      {...(props.value === null ? {} : { value: props.value })}
      onChange={(next?: number) => props.onPick(next ?? null)}
      options={divisions.map((division) => ({
        value: division.id,
        label:
          division.level === 'village' ? `${names.get(division.parentId ?? 0) ?? ''} ${division.name}` : division.name,
      }))}
    />
  );
}
