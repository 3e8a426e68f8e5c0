import { Button, ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { useEffect } from 'react';
import { createBrowserRouter, Navigate, RouterProvider } from 'react-router';
import { problemOf } from './api/problem.ts';
import { closeOutbox, openOutbox } from './features/leads/outbox.ts';
import { signOut } from './features/session/auth.ts';
import { forgetSession, MeProvider, useMe, useSession } from './features/session/me.tsx';
import { homeOf } from './features/session/pages.ts';
import { SignIn } from './features/session/sign-in.tsx';
import { useLanguage, useSay } from './language/index.tsx';
import { PageFault, Shell } from './shell.tsx';
import { usePhone } from './ui/screen.ts';
import { EmptyState, ErrorState, LoadingState } from './ui/states.tsx';
import { themeOf } from './ui/theme.ts';

const router = createBrowserRouter([
  {
    element: <Shell />,
    errorElement: <PageFault />,
    HydrateFallback: LoadingState,
    children: [
      { path: '/', element: <Home /> },
      { path: '/month', lazy: () => import('./features/month/month-page.tsx') },
      { path: '/feeds/:feed/:period', lazy: () => import('./features/intake/quarantine-page.tsx') },
      { path: '/feeds/:feed/:period/upload', lazy: () => import('./features/intake/upload-page.tsx') },
      { path: '/departments', lazy: () => import('./features/departments/departments-page.tsx') },
      { path: '/departments/quality', lazy: () => import('./features/departments/quality-page.tsx') },
      { path: '/leads', lazy: () => import('./features/leads/lead-list.tsx') },
      { path: '/leads/:id', lazy: () => import('./features/leads/lead-page.tsx') },
      { path: '/leads/:id/verify', lazy: () => import('./features/leads/verify-page.tsx') },
      { path: '/households', lazy: () => import('./features/households/household-search.tsx') },
      { path: '/households/:id', lazy: () => import('./features/households/household-page.tsx') },
      { path: '/policies', lazy: () => import('./features/policies/programmes-page.tsx') },
      { path: '/policies/try', lazy: () => import('./features/policies/try-family-page.tsx') },
      { path: '/policies/:programme', lazy: () => import('./features/policies/programme-page.tsx') },
      { path: '/simulations', lazy: () => import('./features/simulation/simulations-page.tsx') },
      { path: '/simulations/:id', lazy: () => import('./features/simulation/simulation-page.tsx') },
      { path: '/links', lazy: () => import('./features/linkage/links-page.tsx') },
      { path: '/links/:id', lazy: () => import('./features/linkage/link-page.tsx') },
      { path: '/audit', lazy: () => import('./features/audit/audit-page.tsx') },
      { path: '/users', lazy: () => import('./features/administration/users-page.tsx') },
      { path: '/mandates', lazy: () => import('./features/administration/mandates-page.tsx') },
      { path: '/account', lazy: () => import('./features/session/account-page.tsx') },
      { path: '*', element: <NotFound /> },
    ],
  },
]);

function Home() {
  return <Navigate to={homeOf(useMe().role)} replace />;
}

function NotFound() {
  const say = useSay();
  return <EmptyState title={say('state.notFound')}>{say('state.notFoundCure')}</EmptyState>;
}

/** The desk: language, look, session, then the pages. */
export function App() {
  const { language } = useLanguage();
  const phone = usePhone();
  return (
    <ConfigProvider
      theme={themeOf(phone)}
      locale={language === 'zh' ? zhCN : enUS}
      button={{ autoInsertSpace: false }}
      wave={{ disabled: true }}
    >
      <Session />
    </ConfigProvider>
  );
}

/** The session stands but opens nothing, as with an account that has no role yet: the way out must stay open. */
function SessionFault({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const say = useSay();
  const { status } = problemOf(error);
  const leave = async () => {
    await signOut().catch(() => undefined);
    forgetSession();
  };
  return (
    <main>
      <ErrorState error={error} onRetry={onRetry} />
      {status === 403 || status === 404 ? (
        <EmptyState title={say('signIn.noGrant')}>
          <Button onClick={() => void leave()}>{say('nav.signOut')}</Button>
        </EmptyState>
      ) : null}
    </main>
  );
}

function Session() {
  const session = useSession();
  const userId = session.data?.id;
  useEffect(() => {
    if (userId === undefined) return;
    void openOutbox(userId);
    return closeOutbox;
  }, [userId]);
  if (session.isPending) return <LoadingState />;
  if (session.isError) return <SessionFault error={session.error} onRetry={() => void session.refetch()} />;
  if (session.data === null) return <SignIn />;
  return (
    <MeProvider me={session.data}>
      <RouterProvider router={router} />
    </MeProvider>
  );
}
