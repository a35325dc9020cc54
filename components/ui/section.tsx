import type { ReactNode } from 'react';

/** A page's first line: what it is, then one sentence or facts, then what can be done. */
export function PageHeader({
  title,
  hiddenTitle = false,
  lead,
  crumbs,
  actions,
  children,
}: {
  title: ReactNode;
  hiddenTitle?: boolean;
  lead?: ReactNode;
  crumbs?: ReactNode;
  actions?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2 pb-4">
      <div className="flex min-w-0 flex-col gap-1">
        {crumbs ? <div className="text-xs text-muted">{crumbs}</div> : null}
        <h1
          className={
            hiddenTitle ? 'sr-only' : 'text-xl font-semibold tracking-tight [overflow-wrap:anywhere]'
          }
        >
          {title}
        </h1>
        {lead ? <div className="text-base text-muted">{lead}</div> : null}
        {children}
      </div>
      {actions ? <div className="flex flex-wrap items-center gap-2">{actions}</div> : null}
    </header>
  );
}

/** A titled part of a page, set apart by space and one hairline. */
export function Section({
  title,
  count,
  aside,
  children,
  className = '',
}: {
  title: ReactNode;
  /** Beside the title, quietly. */
  count?: ReactNode;
  /** At the right end of the title's line: age, links, controls. */
  aside?: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  return (
    <section className={`min-w-0 ${className}`}>
      <div className="flex min-h-8 flex-wrap items-center justify-between gap-x-4 border-b border-line-strong px-2">
        <h2 className="flex items-baseline gap-2 text-sm font-semibold">
          {title}
          {count === undefined ? null : <span className="font-normal text-faint">{count}</span>}
        </h2>
        {aside ? <div className="flex items-center gap-3 text-xs text-muted">{aside}</div> : null}
      </div>
      {children}
    </section>
  );
}

export type Fact = { label: string; value: ReactNode; help?: string };

/** Pairs of label and value in columns as wide as they need. */
export function Facts({ facts, className = '' }: { facts: readonly Fact[]; className?: string }) {
  return (
    <dl className={`flex flex-wrap gap-x-8 gap-y-2 ${className}`}>
      {facts.map((fact) => (
        <div key={fact.label} title={fact.help} className="flex min-w-0 flex-col">
          <dt className="label">{fact.label}</dt>
          <dd className="[overflow-wrap:anywhere]">{fact.value}</dd>
        </div>
      ))}
    </dl>
  );
}
