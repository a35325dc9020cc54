'use client';
import { type KeyboardEvent, type ReactNode, useId, useRef } from 'react';

export type Tab<Name extends string> = { name: Name; label: ReactNode; panel: ReactNode };

type Props<Name extends string> = {
  label: string;
  tabs: readonly Tab<Name>[];
  value: Name;
  onChange: (name: Name) => void;
};

/** Tabs by the ARIA pattern: arrows, Home and End move and choose; only the chosen panel is in the page. */
export function Tabs<Name extends string>({ label, tabs, value, onChange }: Props<Name>) {
  const base = useId();
  const list = useRef<HTMLDivElement>(null);
  const chosen = tabs.find((tab) => tab.name === value) ?? tabs[0];
  const step = (event: KeyboardEvent) => {
    const now = tabs.findIndex((tab) => tab.name === chosen?.name);
    const to = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = tabs[(to + tabs.length) % tabs.length];
    if (!next) return;
    onChange(next.name);
    list.current?.querySelector<HTMLElement>(`[data-tab="${CSS.escape(next.name)}"]`)?.focus();
  };
  if (!chosen) return null;
  return (
    <div>
      <div
        ref={list}
        role="tablist"
        tabIndex={-1}
        aria-label={label}
        onKeyDown={step}
        className="flex gap-4 border-b border-line"
      >
        {tabs.map((tab) => {
          const on = tab.name === chosen.name;
          return (
            <button
              key={tab.name}
              type="button"
              role="tab"
              id={`${base}-${tab.name}`}
              data-tab={tab.name}
              aria-selected={on}
              aria-controls={on ? `${base}-panel` : undefined}
              tabIndex={on ? 0 : -1}
              onClick={() => onChange(tab.name)}
              className={`-mb-px border-b-2 px-0.5 py-2 ${on ? 'border-accent font-medium text-ink' : 'border-transparent text-muted hover:text-ink'}`}
            >
              {tab.label}
            </button>
          );
        })}
      </div>
      <div role="tabpanel" id={`${base}-panel`} aria-labelledby={`${base}-${chosen.name}`} className="pt-3">
        {chosen.panel}
      </div>
    </div>
  );
}
