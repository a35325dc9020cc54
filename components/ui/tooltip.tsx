'use client';
import { type ReactNode, useRef } from 'react';

const gap = 6;
const edge = 8;

/**
 * A sentence beside what it explains, on hover and on focus. The child carries `aria-describedby={id}`; the text is always in the tree for
 * screen readers. It sits in the top layer, so nothing clips it; Escape hides it.
 */
export function Tooltip({ text, id, children }: { text: ReactNode; id: string; children: ReactNode }) {
  const anchor = useRef<HTMLSpanElement>(null);
  const tip = useRef<HTMLSpanElement>(null);

  const show = () => {
    const box = tip.current;
    const at = anchor.current?.getBoundingClientRect();
    if (!box || !at || box.matches(':popover-open')) return;
    box.showPopover();
    const size = box.getBoundingClientRect();
    const left = Math.min(
      Math.max(edge, at.left + at.width / 2 - size.width / 2),
      Math.max(edge, window.innerWidth - size.width - edge),
    );
    const above = at.top - size.height - gap;
    box.style.left = `${left}px`;
    box.style.top = `${above >= edge ? above : at.bottom + gap}px`;
  };
  const hide = () => {
    if (tip.current?.matches(':popover-open')) tip.current.hidePopover();
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only watches; the child is what is operated.
    <span
      ref={anchor}
      className="inline-flex"
      onPointerEnter={show}
      onPointerLeave={hide}
      onFocus={show}
      onBlur={hide}
      onKeyDown={(event) => event.key === 'Escape' && hide()}
    >
      {children}
      <span
        ref={tip}
        id={id}
        role="tooltip"
        popover="manual"
        className="pointer-events-none fixed m-0 max-w-72 rounded-md border border-line-strong bg-raised px-2 py-1 text-left text-xs font-normal whitespace-normal text-ink shadow-[0_2px_8px_var(--shadow)]"
      >
        {text}
      </span>
    </span>
  );
}
