import type { ReactNode } from 'react';

/** A titled part of a page. */
export function Part({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className="panel">
      <header>
        <h2>{title}</h2>
        {aside ? <span className="end muted">{aside}</span> : null}
      </header>
      <div className="body">{children}</div>
    </section>
  );
}
