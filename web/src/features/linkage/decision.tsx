import type { LinkDetail } from '@doudi/contracts';
import { Button, Input } from 'antd';
import { useSay } from '../../language/index.tsx';
import { minute } from '../../ui/figures.ts';
import { Part } from '../../ui/part.tsx';

/** The decision: two buttons and a reason, or what was decided and how to take it back. */
export function Decision(props: {
  link: LinkDetail;
  may: boolean;
  note: string;
  fault: string;
  onNote: (note: string) => void;
  onDecide: (state: 'confirmed' | 'rejected') => void;
  onUndo: () => void;
}) {
  const say = useSay();
  const { link, may } = props;
  const decided = link.decision;
  return (
    <Part title={say('link.decide')}>
      {decided ? (
        <div className="decided">
          <p>
            {say('link.decidedBy', {
              name: decided.by,
              time: minute(decided.at),
              state: say(`link.state.${link.state}`),
              note: decided.note,
            })}
          </p>
          {decided.carried ? <p className="muted">{say('link.decidedCarried')}</p> : null}
          {decided.agreed === null ? null : <p>{say(decided.agreed ? 'link.agreed' : 'link.disagreed')}</p>}
          {may ? <Button onClick={props.onUndo}>{say('link.undo')}</Button> : null}
        </div>
      ) : may ? (
        <div className="deciding">
          <label htmlFor="link-note">{say('link.note')}</label>
          <Input.TextArea
            id="link-note"
            rows={2}
            maxLength={500}
            value={props.note}
            placeholder={say('link.note.confirmed')}
            aria-describedby="link-note-help"
            onChange={(event) => props.onNote(event.target.value)}
          />
          <p id="link-note-help" className="muted small">
            {say('link.noteHelp')}
          </p>
          <p className="buttons">
            <Button type="primary" onClick={() => props.onDecide('confirmed')}>
              {say('link.confirm')}
            </Button>
            <Button onClick={() => props.onDecide('rejected')}>{say('link.reject')}</Button>
          </p>
          <p className="muted small keys">{say('link.keys')}</p>
        </div>
      ) : (
        <p className="muted">{say('link.readOnly')}</p>
      )}
      {props.fault ? (
        <p className="fault" role="alert">
          {props.fault}
        </p>
      ) : null}
    </Part>
  );
}
