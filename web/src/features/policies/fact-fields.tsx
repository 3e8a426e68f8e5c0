import type { InputDefinition } from '@doudi/policy';
import { useLanguage } from '../../language/index.tsx';
import { type Facts, noneText } from './family-draft.ts';

type Props = {
  id: string;
  inputs: readonly InputDefinition[];
  facts: Facts;
  /** Inputs that the last result still wants. */
  wanted: ReadonlySet<string>;
  onChange: (name: string, value: string) => void;
};

/** The facts of one person or of the household: each is unknown until it is filled in, and “none” is said on purpose. */
export function FactFields({ id, inputs, facts, wanted, onChange }: Props) {
  return (
    <div className="fact-fields">
      {inputs.map((input) => (
        <FactField
          key={input.name}
          id={`${id}-${input.name}`}
          input={input}
          value={facts[input.name] ?? ''}
          wanted={wanted.has(input.name)}
          onChange={(value) => onChange(input.name, value)}
        />
      ))}
    </div>
  );
}

function FactField(props: {
  id: string;
  input: InputDefinition;
  value: string;
  wanted: boolean;
  onChange: (value: string) => void;
}) {
  const { say, language } = useLanguage();
  const { id, input, value, wanted, onChange } = props;
  const { type } = input;
  const title = language === 'zh' ? input.title : input.en;
  const state = value === '' ? 'unknown' : value === noneText(input) ? 'none' : 'given';
  const unit = type.kind === 'number' ? unitOf(type.unit) : '';
  return (
    <div className={`fact-field ${state}${wanted ? ' wanted' : ''}`}>
      <label htmlFor={id} title={input.zh}>
        {title}
        {unit ? <span className="muted"> {unit}</span> : null}
      </label>
      <div className="control">
        {type.kind === 'boolean' || type.kind === 'enum' ? (
          <select id={id} value={value} onChange={(event) => onChange(event.target.value)}>
            <option value="">{say('try.unknown')}</option>
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
          <>
            <input
              id={id}
              type={type.kind === 'date' ? 'date' : 'text'}
              inputMode={type.kind === 'number' ? 'decimal' : undefined}
              autoComplete="off"
              placeholder={say('try.unknown')}
              value={value}
              onChange={(event) => onChange(event.target.value.trim())}
            />
            {type.kind === 'number' && !input.identity ? (
              <button
                type="button"
                aria-pressed={state === 'none'}
                aria-label={say('try.noneOf', { title })}
                onClick={() => onChange(state === 'none' ? '' : noneText(input))}
              >
                {say('try.none')}
              </button>
            ) : null}
          </>
        )}
      </div>
    </div>
  );
}

const UNITS: Readonly<Record<string, string>> = {
  yuan: '元',
  month: '月',
  year: '年',
  person: '人',
  mu: '亩',
  item: '项',
};

function unitOf(unit: Readonly<Record<string, number>>): string {
  const word = (name: string) => UNITS[name] ?? name;
  const up = Object.entries(unit).flatMap(([name, power]) => (power > 0 ? [word(name)] : []));
  const down = Object.entries(unit).flatMap(([name, power]) => (power < 0 ? [word(name)] : []));
  return up.length === 0 ? '' : [up.join('·'), ...down].join('/');
}
