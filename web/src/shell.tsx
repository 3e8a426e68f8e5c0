import { Suspense } from 'react';
import { Link, NavLink, Outlet, useLocation, useRouteError } from 'react-router';
import { useMe } from './features/session/me.tsx';
import { pages, pagesOf } from './features/session/pages.ts';
import { SignOut } from './features/session/sign-out.tsx';
import { useLanguage, useSay } from './language/index.tsx';
import { civilDate } from './ui/figures.ts';
import { useOnline, usePhone } from './ui/screen.ts';
import { EmptyState, ErrorState, LoadingState } from './ui/states.tsx';
import './shell.css';

/** The frame of every page: where one may go by role, who one is, and what the network does. */
export function Shell() {
  const say = useSay();
  const phone = usePhone();
  const online = useOnline();
  const me = useMe();
  const { pathname } = useLocation();
  const page = pages.find((one) => pathname.startsWith(one.path));
  const feed = pathname.startsWith('/feeds/');
  const allowed = feed ? ['county', 'supervisor', 'auditor'].includes(me.role) : !page || page.roles.includes(me.role);
  return (
    <div className="app">
      <a className="skip" href="#content">
        {say('nav.skip')}
      </a>
      <TopBar phone={phone} />
      {online ? null : (
        <p className="offline" role="status">
          {say('state.offlineBar')}
        </p>
      )}
      {me.mandate ? (
        <p className="mandate">
          {say('nav.mandate', { title: me.mandate.title, until: me.mandate.until.slice(0, 10) })}
        </p>
      ) : null}
      <main id="content" tabIndex={-1}>
        <Suspense fallback={<LoadingState />}>
          {allowed ? <Outlet /> : <EmptyState title={say('state.forbidden')}>{say('state.forbiddenCure')}</EmptyState>}
        </Suspense>
      </main>
      {phone ? <PhoneNav /> : null}
    </div>
  );
}

function TopBar({ phone }: { phone: boolean }) {
  const { say, language, change } = useLanguage();
  const me = useMe();
  const role = say(`role.${me.role}`);
  return (
    <header className="top-bar">
      <Link to="/" className="brand">
        {say('brand.name')}
      </Link>
      {phone ? (
        <span className="place">{me.division?.name ?? role}</span>
      ) : (
        <>
          <Links label />
          <span className="end">
            <span className="clock" title={say('nav.clock', { date: civilDate(me.now) })}>
              {civilDate(me.now)}
            </span>
            {me.demo ? (
              <abbr className="demo" title={say('nav.demo')}>
                {language === 'zh' ? '演示' : 'Demo'}
              </abbr>
            ) : null}
          </span>
        </>
      )}
      <button
        type="button"
        className="plain"
        lang={language === 'zh' ? 'en' : 'zh-CN'}
        onClick={() => change(language === 'zh' ? 'en' : 'zh')}
      >
        {say('nav.switch')}
      </button>
      {phone ? null : (
        <>
          <Link to="/account" className="who">
            {me.displayName}
            {me.displayName === role ? null : (
              <span>
                {me.division?.name ?? ''} {role}
              </span>
            )}
          </Link>
          <SignOut />
        </>
      )}
    </header>
  );
}

function Links({ label }: { label: boolean }) {
  const say = useSay();
  const me = useMe();
  return (
    <nav aria-label={say('nav.main')} className={label ? 'links' : 'links phone'}>
      {pagesOf(me.role).map((page) => (
        <NavLink key={page.path} to={page.path === '/leads' ? '/leads?status=open' : page.path}>
          {say(page.title)}
        </NavLink>
      ))}
      {label ? null : <NavLink to="/account">{say('nav.account')}</NavLink>}
    </nav>
  );
}

function PhoneNav() {
  const { pathname } = useLocation();
  // Where one action owns the bottom of the screen, the navigation makes room for it.
  if (/^\/leads\/[^/]+/.test(pathname)) return null;
  return <Links label={false} />;
}

/** What stands when a page itself broke. */
export function PageFault() {
  const error = useRouteError();
  return <ErrorState error={error} onRetry={() => location.reload()} />;
}
