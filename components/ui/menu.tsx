'use client';
import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react';

export type MenuItem = { text: string; onSelect: () => void };

const edge = 8;
const gap = 4;

/**
 * A small menu on the browser's own popover: it stands in the top layer, closes on Escape and on a click beside it, and gives the focus back.
 * Arrow keys, Home and End go through it. With `deniedReason` every entry stays there to be read, and none can be chosen.
 */
export function Menu({
  label,
  items,
  deniedReason = null,
  busy = false,
  children,
}: {
  /** What the menu is about, for who does not see it. */
  label: string;
  items: readonly MenuItem[];
  deniedReason?: string | null;
  busy?: boolean;
  children: ReactNode;
}) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);
  const entries = () => [...(box.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];

  const place = () => {
    const at = button.current?.getBoundingClientRect();
    const panel = box.current;
    if (!at || !panel) return;
    const size = panel.getBoundingClientRect();
    const left = Math.min(at.right - size.width, window.innerWidth - size.width - edge);
    const below = at.bottom + gap;
    panel.style.left = `${Math.max(edge, left)}px`;
    panel.style.top = `${below + size.height <= window.innerHeight - edge ? below : Math.max(edge, at.top - gap - size.height)}px`;
    entries()[0]?.focus();
  };
  const move = (event: KeyboardEvent) => {
    const all = entries();
    const at = all.findIndex((entry) => entry.matches(':focus'));
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    all[(next + all.length) % all.length]?.focus();
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        popoverTarget={id}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-label={label}
        aria-busy={busy || undefined}
        className="relative z-10 inline-flex h-6 min-w-6 items-center justify-center rounded-md px-1 text-muted hover:bg-hover hover:text-ink pointer-coarse:h-8 pointer-coarse:min-w-8"
      >
        {children}
      </button>
      <div
        ref={box}
        id={id}
        popover="auto"
        onToggle={(event) => {
          setOpen(event.newState === 'open');
          if (event.newState === 'open') place();
        }}
        className="fixed inset-auto m-0 max-w-72 min-w-48 rounded-lg border border-line-strong bg-raised p-1.5 text-sm text-ink shadow-[0_8px_24px_var(--shadow)]"
      >
        <div role="menu" tabIndex={-1} aria-label={label} onKeyDown={move}>
          {items.map((item) => (
            <button
              key={item.text}
              type="button"
              role="menuitem"
              tabIndex={-1}
              aria-disabled={deniedReason !== null || busy || undefined}
              aria-describedby={deniedReason === null ? undefined : `${id}-denied`}
              onClick={() => {
                if (deniedReason !== null || busy) return;
                box.current?.hidePopover();
                item.onSelect();
              }}
              className="block w-full rounded-md px-2 py-1 text-left hover:bg-hover focus-visible:bg-hover aria-disabled:text-faint pointer-coarse:py-2"
            >
              {item.text}
            </button>
          ))}
        </div>
        {deniedReason === null ? null : (
          <p id={`${id}-denied`} className="mt-1 border-t border-line px-2 pt-1.5 text-xs text-muted">
            {deniedReason}
          </p>
        )}
      </div>
    </>
  );
}
