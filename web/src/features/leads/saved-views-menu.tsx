import { Button, Input, Popover } from 'antd';
import { type FormEvent, useState } from 'react';
import { useSay } from '../../language/index.tsx';
import { useMe } from '../session/me.tsx';
import { filterText } from './filters.ts';
import { useSavedViews } from './saved-views.ts';

/** The saved views of this person on this device: open one, delete one, save the filters of now. */
export function SavedViews({ params, onOpen }: { params: URLSearchParams; onOpen: (params: URLSearchParams) => void }) {
  const say = useSay();
  const me = useMe();
  const { views, save, drop } = useSavedViews(me.id);
  const [open, setOpen] = useState(false);
  const [name, setName] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const title = name.trim();
    if (title === '') return;
    save({ name: title, filters: filterText(params) });
    setName('');
  };
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      placement="bottomRight"
      content={
        <div className="saved-views">
          {views.length === 0 ? <p className="muted">{say('leads.noViews')}</p> : null}
          <ul>
            {views.map((view) => (
              <li key={view.name}>
                <button
                  type="button"
                  className="link-button"
                  onClick={() => {
                    setOpen(false);
                    onOpen(new URLSearchParams(view.filters));
                  }}
                >
                  {view.name}
                </button>
                <Button
                  type="text"
                  size="small"
                  aria-label={say('leads.dropView', { name: view.name })}
                  onClick={() => drop(view.name)}
                >
                  ×
                </Button>
              </li>
            ))}
          </ul>
          <form onSubmit={submit}>
            <label htmlFor="view-name">{say('leads.viewName')}</label>
            <Input
              id="view-name"
              value={name}
              maxLength={20}
              placeholder={say('leads.viewNameHelp')}
              onChange={(event) => setName(event.target.value)}
            />
            <Button htmlType="submit">{say('leads.saveView')}</Button>
          </form>
        </div>
      }
    >
      <Button>{say('leads.views')}</Button>
    </Popover>
  );
}
