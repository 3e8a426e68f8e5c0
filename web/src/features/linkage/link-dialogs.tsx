import { Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { useSay } from '../../language/index.tsx';

/** Asks for a reason that goes into the trail. */
export function ReasonDialog(props: {
  open: boolean;
  title: string;
  help: string;
  action: string;
  fault: string;
  onCancel: () => void;
  onReason: (reason: string) => void;
}) {
  const say = useSay();
  const [text, setText] = useState('');
  const [short, setShort] = useState(false);
  const submit = () => {
    if (text.trim().length < 2) return setShort(true);
    setShort(false);
    props.onReason(text.trim());
  };
  const fault = short ? say('fault.required') : props.fault;
  return (
    <Modal
      open={props.open}
      title={props.title}
      onCancel={props.onCancel}
      footer={[
        <Button key="leave" onClick={props.onCancel}>
          {say('covered.cancel')}
        </Button>,
        <Button key="go" type="primary" onClick={submit}>
          {props.action}
        </Button>,
      ]}
    >
      <div className="cover-form">
        <label htmlFor="link-reason">{props.title}</label>
        <Input.TextArea
          id="link-reason"
          rows={2}
          maxLength={200}
          value={text}
          aria-describedby="link-reason-help"
          onChange={(event) => setText(event.target.value)}
        />
        <p id="link-reason-help" className={fault ? 'fault' : 'muted'} role={fault ? 'alert' : undefined}>
          {fault || props.help}
        </p>
      </div>
    </Modal>
  );
}

const KEYS = [
  ['J', 'j'],
  ['K', 'k'],
  ['Y', 'y'],
  ['N', 'n'],
  ['U', 'u'],
  ['R', 'r'],
  ['?', 'q'],
] as const;

/** What each key does. */
export function KeyHelp({ open, onClose }: { open: boolean; onClose: () => void }) {
  const say = useSay();
  return (
    <Modal
      open={open}
      title={say('link.help')}
      onCancel={onClose}
      footer={[
        <Button key="close" type="primary" onClick={onClose}>
          {say('common.close')}
        </Button>,
      ]}
    >
      <dl className="link-keys">
        {KEYS.map(([key, name]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{say(`link.help.${name}`)}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
