import type { LeadClock, LeadStatus } from '@doudi/contracts';
import { useSay } from '../language/index.tsx';
import './clock-text.css';

type Props = { clock: LeadClock; status: LeadStatus; today?: string };

/**
 * “还剩 3 个工作日 · 2026-10-15 截止”; late is said in words, and a day beyond the published calendar is marked provisional.
 * In a list `today` leaves the year out where it is this one.
 */
export function ClockText({ clock, status, today }: Props) {
  const say = useSay();
  if (status === 'closed' || status === 'withdrawn') return <span className="muted">{say(`status.${status}`)}</span>;
  const due = status === 'open' ? clock.visitDue : clock.decideDue;
  const short = today !== undefined && due.slice(0, 5) === today.slice(0, 5);
  const days = clock.workingDaysLeft;
  const left = clock.late
    ? say('clock.late', { days: Math.abs(days) })
    : days === 0
      ? say('clock.today')
      : say('clock.left', { days });
  return (
    <span className={clock.late ? 'clock-text late' : days <= 1 ? 'clock-text near' : 'clock-text'}>
      <span className="left">{left}</span>
      <span className="due"> · {say('clock.due', { date: short ? due.slice(5) : due })}</span>
      {clock.provisional ? <abbr title={say('clock.provisionalHelp')}>{say('clock.provisional')}</abbr> : null}
    </span>
  );
}
