'use client';
import { lazy, Suspense, useId, useRef, useState } from 'react';
import type { Me } from '#lib/contract/access.ts';

const Panel = lazy(() => import('./user-panel.tsx').then((module) => ({ default: module.UserPanel })));

/** Who is signed in, how this browser shows things, and the way out. */
export function UserMenu({ me, openHelp }: { me: Me | undefined; openHelp: () => void }) {
  const panel = useRef<HTMLDivElement>(null);
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  const hide = () => panel.current?.hidePopover();
  return (
    <>
      <button
        type="button"
        popoverTarget={id}
        aria-expanded={isOpen}
        aria-controls={id}
        className="flex h-7 items-center gap-1.5 rounded-md px-2 text-muted hover:bg-hover hover:text-ink pointer-coarse:h-9"
      >
        <span className="sr-only">Account of </span>
        <span className="font-medium">{me?.name ?? '…'}</span>
        <span className="hidden text-faint sm:inline">{me?.roles.join(', ')}</span>
      </button>
      <div
        ref={panel}
        id={id}
        popover="auto"
        onToggle={(event) => setOpen(event.newState === 'open')}
        className="fixed inset-auto top-10 right-4 m-0 w-72 rounded-lg border border-line-strong bg-raised p-1.5 shadow-[0_8px_24px_var(--shadow)]"
      >
        {isOpen ? (
          <Suspense fallback={<p className="px-2 py-1 text-muted">…</p>}>
            <Panel hide={hide} openHelp={openHelp} />
          </Suspense>
        ) : null}
      </div>
    </>
  );
}
