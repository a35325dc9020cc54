'use client';
import { useSyncExternalStore } from 'react';
import { Sign, type Tone } from './sign.tsx';

type Toast = { id: number; text: string; tone: Tone };
let toasts: readonly Toast[] = [];
let next = 1;
const listeners = new Set<() => void>();
const none: readonly Toast[] = [];
const shownMs = 6000;

function change(to: readonly Toast[]): void {
  toasts = to;
  for (const listener of listeners) listener();
}

/** Says that something is done. Refusals don't belong here: they stand beside what was refused (ProblemNote). */
export function announce(text: string, tone: Tone = 'ok'): void {
  const id = next++;
  change([...toasts, { id, text, tone }].slice(-3));
  setTimeout(() => change(toasts.filter((toast) => toast.id !== id)), shownMs);
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export function Toaster() {
  const shown = useSyncExternalStore(
    subscribe,
    () => toasts,
    () => none,
  );
  return (
    <div
      role="status"
      aria-live="polite"
      className="fixed right-4 bottom-4 z-50 flex flex-col items-end gap-2"
    >
      {shown.map((toast) => (
        <p
          key={toast.id}
          className="flex items-center gap-2 rounded-md border border-line-strong bg-raised px-3 py-2 shadow-[0_4px_16px_var(--shadow)]"
        >
          <Sign shape={toast.tone === 'ok' ? 'check' : 'info'} tone={toast.tone} />
          {toast.text}
        </p>
      ))}
    </div>
  );
}
