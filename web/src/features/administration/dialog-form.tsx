import { Button, Modal } from 'antd';
import { type FormEvent, type ReactNode, useState } from 'react';
import { problemOf } from '../../api/problem.ts';
import { useSay } from '../../language/index.tsx';
import { problemWords } from '../../ui/states.tsx';

/** A form in a dialog: checks, sends, and shows cause and cure in place when the server refuses. */
export function DialogForm(props: {
  title: string;
  submit: string;
  onClose: () => void;
  /** Sends; a thrown Problem is shown. Gives false when its own checks failed. */
  onSubmit: () => Promise<boolean>;
  children: ReactNode;
}) {
  const say = useSay();
  const [fault, setFault] = useState('');
  const [sending, setSending] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setFault('');
    setSending(true);
    try {
      if (await props.onSubmit()) return;
    } catch (thrown) {
      const words = problemWords(problemOf(thrown), say);
      setFault(`${words.message} ${words.cure}`);
    }
    setSending(false);
  };
  return (
    <Modal open title={props.title} onCancel={props.onClose} footer={null}>
      <form className="dialog-form" onSubmit={submit} noValidate>
        {fault ? (
          <p className="fault" role="alert">
            {fault}
          </p>
        ) : null}
        {props.children}
        <div className="buttons">
          <Button onClick={props.onClose}>{say('users.cancel')}</Button>
          <Button type="primary" htmlType="submit" loading={sending}>
            {props.submit}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
