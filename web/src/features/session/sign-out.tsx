import { Button, Modal } from 'antd';
import { useState } from 'react';
import { problemOf } from '../../api/problem.ts';
import { useSay } from '../../language/index.tsx';
import { problemWords } from '../../ui/states.tsx';
import { useOutbox } from '../leads/outbox.ts';
import { signOut } from './auth.ts';
import { forgetSession } from './me.tsx';

/** Leaves the desk; says first what would stay unsent on this device. */
export function SignOut() {
  const say = useSay();
  const { parcels } = useOutbox();
  const [asking, setAsking] = useState(false);
  const [fault, setFault] = useState('');
  const leave = async () => {
    try {
      await signOut();
      forgetSession();
    } catch (thrown) {
      const words = problemWords(problemOf(thrown), say);
      setFault(`${words.message} ${words.cure}`);
    }
  };
  return (
    <>
      <Button className="sign-out" type="text" onClick={() => (parcels.length > 0 ? setAsking(true) : void leave())}>
        {say('nav.signOut')}
      </Button>
      <Modal
        open={asking}
        title={say('leads.unsent', { count: parcels.length })}
        onCancel={() => setAsking(false)}
        onOk={() => void leave()}
        okText={say('nav.signOut')}
      >
        <p>{say('account.unsentStay')}</p>
      </Modal>
      <Modal
        open={fault !== ''}
        title={say('state.failed')}
        onCancel={() => setFault('')}
        onOk={() => void leave()}
        okText={say('nav.signOut')}
      >
        <p role="alert">{fault}</p>
      </Modal>
    </>
  );
}
