import { Button } from 'antd';
import { useId, useMemo } from 'react';
import { useLanguage, useSay } from '../../language/index.tsx';
import { Choice } from '../../ui/choice.tsx';
import { unitText } from '../policies/formula-text.ts';
import { boundsOf, percentText } from '../policies/parameter-values.ts';
import { type Rulebook, reads } from '../policies/rulebook.ts';
import type { Setting } from './reform-text.ts';

type Props = {
  rulebook: Rulebook;
  period: string;
  place: string;
  onPlace: (division: string) => void;
  settings: readonly Setting[];
  onChange: (settings: readonly Setting[]) => void;
};

/** Parameters to change: each with what holds now, its unit, and between which floor and ceiling it may be set. */
export function ParameterForm({ rulebook, period, place, onPlace, settings, onChange }: Props) {
  const { say, language } = useLanguage();
  const { plan, packs, sources } = rulebook;
  const offered = useMemo(() => {
    const ids = new Set(plan.programmes.flatMap((p) => [...reads(plan, p.id).parameters]));
    return [...plan.rules.symbols.parameters.values()].filter((p) => ids.has(p.id));
  }, [plan]);
  const places = useMemo(
    () =>
      [...new Map([[sources.division, sources.division], ...packs.map((p) => [p.division, p.title] as const)])].filter(
        ([d]) => d !== '',
      ),
    [packs, sources],
  );
  const taken = new Set(settings.map((s) => s.id));
  const put = (at: number, next: Setting) => onChange(settings.map((s, i) => (i === at ? next : s)));
  const title = (id: string) => {
    const p = plan.rules.symbols.parameters.get(id);
    return (language === 'zh' ? p?.title : p?.en) ?? id;
  };
  return (
    <div className="parameter-form">
      <div className="try-head">
        <Choice
          label={say('policy.place')}
          showSearch
          optionFilterProp="label"
          value={place}
          style={{ minWidth: 220 }}
          options={places.map(([value, label]) => ({ value, label: label === value ? value : `${label} ${value}` }))}
          onChange={onPlace}
        />
        <span className="muted">{say('simulation.placeHelp')}</span>
      </div>
      {settings.map((setting, at) => (
        <Line
          key={setting.id}
          rulebook={rulebook}
          period={period}
          place={place}
          setting={setting}
          title={title(setting.id)}
          options={offered
            .filter((p) => p.id === setting.id || !taken.has(p.id))
            .map((p) => ({ value: p.id, label: title(p.id) }))}
          onChange={(next) => put(at, next)}
          {...(settings.length > 1 ? { onRemove: () => onChange(settings.filter((_, i) => i !== at)) } : {})}
        />
      ))}
      <Button
        onClick={() => {
          const free = offered.find((p) => !taken.has(p.id));
          if (free) onChange([...settings, { id: free.id, value: '' }]);
        }}
      >
        {say('simulation.addParameter')}
      </Button>
    </div>
  );
}

function Line(props: {
  rulebook: Rulebook;
  period: string;
  place: string;
  setting: Setting;
  title: string;
  options: { value: string; label: string }[];
  onChange: (setting: Setting) => void;
  onRemove?: () => void;
}) {
  const say = useSay();
  const field = useId();
  const { rulebook, period, place, setting, title } = props;
  const definition = rulebook.plan.rules.symbols.parameters.get(setting.id);
  const now = rulebook.plan.resolve(place).parameters.find((p) => p.id === setting.id);
  const bounds = useMemo(
    () => (definition ? boundsOf(rulebook.packs, definition, place, period) : { floor: null, ceiling: null }),
    [rulebook, definition, place, period],
  );
  if (!definition) return null;
  const { type } = definition;
  const change = (value: string) => props.onChange({ id: setting.id, value });
  return (
    <div className="parameter-line">
      <Choice
        label={say('policy.parameter')}
        showSearch
        optionFilterProp="label"
        value={setting.id}
        style={{ minWidth: 220 }}
        options={props.options}
        onChange={(id) => props.onChange({ id, value: '' })}
      />
      <span className="now">
        {say('simulation.now')} <b>{now && now.text !== null ? percentText(now) : say('policy.unpublished')}</b>
        {now && type.kind === 'number' && now.unit !== '1' ? (
          <span className="muted"> {unitText(now.unit)}</span>
        ) : null}
      </span>
      <label htmlFor={field}>{say('simulation.to', { title })}</label>
      {type.kind === 'boolean' || type.kind === 'enum' ? (
        <select id={field} value={setting.value} onChange={(event) => change(event.target.value)}>
          <option value="">{say('simulation.keep')}</option>
          {type.kind === 'boolean' ? (
            <>
              <option value="true">{say('common.yes')}</option>
              <option value="false">{say('common.no')}</option>
            </>
          ) : (
            Object.entries(type.values).map(([code, name]) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))
          )}
        </select>
      ) : (
        <input
          id={field}
          type={type.kind === 'date' ? 'date' : 'text'}
          inputMode={type.kind === 'number' ? 'decimal' : undefined}
          autoComplete="off"
          value={setting.value}
          onChange={(event) => change(event.target.value.trim())}
        />
      )}
      <span className="muted bounds">
        {bounds.floor === null ? '' : say('simulation.floor', { value: bounds.floor })}
        {bounds.ceiling === null ? '' : ` ${say('simulation.ceiling', { value: bounds.ceiling })}`}
        {now?.borrowedFrom ? (
          <span className="borrowed">{say('policy.borrowed', { place: now.borrowedFrom.title })}</span>
        ) : null}
      </span>
      {props.onRemove ? (
        <button type="button" className="link-button" onClick={props.onRemove}>
          {say('simulation.removeParameter', { title })}
        </button>
      ) : null}
    </div>
  );
}
