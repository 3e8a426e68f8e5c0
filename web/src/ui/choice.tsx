import { Select, type SelectProps } from 'antd';
import { useSay } from '../language/index.tsx';

/** Names the open list after its field: the library's own listbox has no name, and a screen reader would hear none. */
const nameList = (name: string) => (popup: HTMLDivElement | null) => {
  for (const list of popup?.querySelectorAll('[role=listbox]') ?? []) list.setAttribute('aria-label', name);
};

/** A choice from a list. @param props those of antd's Select, and `label`: what is chosen, as the field is titled */
export function Choice<V>({ label, ...props }: SelectProps<V> & { label: string }) {
  const say = useSay();
  const name = say('common.choices', { of: label });
  return <Select<V> aria-label={label} popupRender={(menu) => <div ref={nameList(name)}>{menu}</div>} {...props} />;
}
