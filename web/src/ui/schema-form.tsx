import type { FormField } from '@doudi/contracts';
import { Input, Radio } from 'antd';
import type { ReactNode } from 'react';
import { useSay } from '../language/index.tsx';
import { usePhone } from './screen.ts';
import './schema-form.css';
import { Choice } from './choice.tsx';

export type Answers = Record<string, unknown>;

/** One labelled field with its help or its fault below; `fault` is announced. */
export function FieldFrame(props: {
  id: string;
  title: string;
  required?: boolean;
  help?: string | null;
  fault?: string | undefined;
  group?: boolean;
  children: ReactNode;
}) {
  const say = useSay();
  const label = (
    <>
      {props.title}
      <span className="need">{props.required ? say('form.required') : say('form.optional')}</span>
    </>
  );
  const notes = (
    <>
      {props.help ? <p className="help">{props.help}</p> : null}
      {props.fault ? (
        <p className="fault" role="alert">
          {props.fault}
        </p>
      ) : null}
    </>
  );
  if (props.group) {
    return (
      <fieldset className={props.fault ? 'form-field bad' : 'form-field'} id={props.id}>
        <legend>{label}</legend>
        {props.children}
        {notes}
      </fieldset>
    );
  }
  return (
    <div className={props.fault ? 'form-field bad' : 'form-field'}>
      <label htmlFor={props.id}>{label}</label>
      {props.children}
      {notes}
    </div>
  );
}

/** A form from the fields a pack lists. Every change goes up at once, so that the caller can keep it. */
export function SchemaForm(props: {
  fields: readonly FormField[];
  answers: Answers;
  faults: Record<string, string>;
  onChange: (name: string, value: unknown) => void;
}) {
  return (
    <>
      {props.fields.map((field) => (
        <FieldFrame
          key={field.name}
          id={`answer-${field.name}`}
          title={field.title}
          required={field.required}
          help={field.help}
          fault={props.faults[field.name]}
          group={field.type === 'boolean' || (field.type === 'choice' && (field.choices?.length ?? 0) <= 6)}
        >
          <Control
            field={field}
            value={props.answers[field.name]}
            onChange={(value) => props.onChange(field.name, value)}
          />
        </FieldFrame>
      ))}
    </>
  );
}

function Control({ field, value, onChange }: { field: FormField; value: unknown; onChange: (value: unknown) => void }) {
  const say = useSay();
  const phone = usePhone();
  const id = `answer-${field.name}`;
  const text = typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
  const write = (next: string) => onChange(next === '' ? undefined : next);
  if (field.type === 'textarea') {
    return <Input.TextArea id={id} rows={3} value={text} onChange={(event) => write(event.target.value)} />;
  }
  if (field.type === 'date') {
    return <Input id={id} type="date" value={text} onChange={(event) => write(event.target.value)} />;
  }
  if (field.type === 'boolean') {
    return (
      <Radio.Group value={value ?? null} onChange={(event) => onChange(event.target.value)}>
        <Radio value={true}>{say('common.yes')}</Radio>
        <Radio value={false}>{say('common.no')}</Radio>
      </Radio.Group>
    );
  }
  if (field.type === 'choice') {
    const choices = field.choices ?? [];
    if (choices.length <= 6) {
      return (
        <Radio.Group vertical={phone} value={value ?? null} onChange={(event) => onChange(event.target.value)}>
          {choices.map((choice) => (
            <Radio key={choice.value} value={choice.value}>
              {choice.title}
            </Radio>
          ))}
        </Radio.Group>
      );
    }
    return (
      <Choice
        id={id}
        label={field.title}
        allowClear
        {...(text === '' ? {} : { value: text })}
        onChange={(next?: string) => write(next ?? '')}
        options={choices.map((choice) => ({ value: choice.value, label: choice.title }))}
      />
    );
  }
  const numeric = field.type === 'money' || field.type === 'number';
  return (
    <Input
      id={id}
      value={text}
      inputMode={field.type === 'money' ? 'decimal' : field.type === 'number' ? 'numeric' : 'text'}
      {...(field.type === 'money' ? { suffix: say('form.yuan') } : {})}
      className={numeric ? 'numeric' : ''}
      onChange={(event) => write(event.target.value)}
    />
  );
}
