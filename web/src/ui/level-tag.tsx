import type { Level } from '@doudi/contracts';
import { useSay } from '../language/index.tsx';
import './level-tag.css';

const shapes: Record<Level, string> = {
  red: 'M8 1 15 8 8 15 1 8Z',
  orange: 'M8 2 15 14H1Z',
  yellow: 'M2 2H14V14H2Z',
  blue: 'M8 2a6 6 0 1 0 .01 0Z',
};

/** The sign of a level: each level has a shape of its own, so that it reads in grey print and without colour sight. */
export function LevelSign({ level, size = 12 }: { level: Level; size?: number }) {
  return (
    <svg className={`level-sign ${level}`} width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      <path d={shapes[level]} />
    </svg>
  );
}

/** Level as sign, colour and word. */
export function LevelTag({ level, undetermined = false }: { level: Level; undetermined?: boolean }) {
  const say = useSay();
  return (
    <span className="level-tag">
      <LevelSign level={level} />
      {say(`level.${level}`)}
      {undetermined ? <abbr title={say('lead.undeterminedHelp')}>{say('lead.undeterminedShort')}</abbr> : null}
    </span>
  );
}
