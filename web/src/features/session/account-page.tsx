import { useSay } from '../../language/index.tsx';
import { Part } from '../../ui/part.tsx';
import { useMe } from './me.tsx';
import { OwnPassword } from './own-password.tsx';
import { SecondFactor } from './second-factor.tsx';
import { SignOut } from './sign-out.tsx';
import './account-page.css';

/** One's own account: who one is here, the second factor, leaving. */
export function Component() {
  const say = useSay();
  const me = useMe();
  return (
    <div className="account-page">
      <header className="page-head">
        <h1>{say('account.title')}</h1>
      </header>
      <div className="grid">
        <Part title={me.displayName}>
          <dl className="dues">
            <div>
              <dt>{say('account.username')}</dt>
              <dd>{me.username}</dd>
            </div>
            <div>
              <dt>{say('account.role')}</dt>
              <dd>{say(`role.${me.role}`)}</dd>
            </div>
            <div>
              <dt>{say('account.division')}</dt>
              <dd>{me.division?.name ?? say('account.noDivision')}</dd>
            </div>
          </dl>
          <SignOut />
        </Part>
        <SecondFactor />
        <OwnPassword />
      </div>
    </div>
  );
}
