import { useQuery } from '@tanstack/react-query';
import { Drawer } from 'antd';
import { call } from '../api/call.ts';
import { useSay } from '../language/index.tsx';
import { usePhone } from './screen.ts';
import { ErrorState, LoadingState } from './states.tsx';
import './evidence-drawer.css';

/** The delivered row behind a statement, as the department wrote it; identity cells come covered from the server. */
export function EvidenceDrawer({ evidenceId, onClose }: { evidenceId: string | null; onClose: () => void }) {
  const say = useSay();
  const phone = usePhone();
  const row = useQuery({
    queryKey: ['GET /api/evidence/:id', evidenceId],
    queryFn: ({ signal }) => call('GET /api/evidence/:id', { params: { id: evidenceId ?? '' } }, signal),
    enabled: evidenceId !== null,
  });
  return (
    <Drawer
      open={evidenceId !== null}
      onClose={onClose}
      title={say('evidence.title')}
      placement="right"
      size={phone ? '100%' : 520}
      closable={{ 'aria-label': say('common.close') }}
    >
      {row.isPending ? <LoadingState /> : null}
      {row.isError ? <ErrorState error={row.error} onRetry={() => row.refetch()} /> : null}
      {row.data ? (
        <div className="delivered-row">
          <p className="from">
            {say('evidence.from', {
              department: row.data.department,
              feed: row.data.feedTitle,
              period: row.data.period,
            })}
          </p>
          <p className="muted">{say('evidence.line', { file: row.data.fileName, row: row.data.row })}</p>
          <dl>
            {row.data.cells.map((cell) => (
              <div key={cell.header}>
                <dt>{cell.header}</dt>
                <dd>
                  {cell.value === '' ? <span className="muted">{say('evidence.blank')}</span> : cell.value}
                  {cell.covered ? <span className="tag">{say('evidence.covered')}</span> : null}
                </dd>
              </div>
            ))}
          </dl>
          <p className="muted">{say('evidence.logged')}</p>
        </div>
      ) : null}
    </Drawer>
  );
}
