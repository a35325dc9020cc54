'use client';
import { type KeyboardEvent, type PointerEvent, useRef } from 'react';
import { moveLine, type Shares } from './column-shares.ts';
import type { ColumnWidths } from './use-column-widths.ts';

const narrowestPx = 48;
const stepPx = 8;
const largeStepPx = 40;
/** Farther than any table is wide. */
const farPx = 100_000;

type Grip = { atPx: number; ids: readonly string[]; shares: Shares; tableWidth: number; isSet: boolean };

const percent = (share: number | undefined) => Math.round((share ?? 0) * 100);

/**
 * The line between a column and the next, at the left edge of the next one's header, which stands above it: drag it by mouse or finger, or focus it and use the arrow keys (with shift in larger steps, Home and End to the
 * ends). A double click, Enter or Delete lets the browser choose again. Up and down go to the lines of other columns, of which one is a tab stop.
 */
export function ColumnLine({
  name,
  left,
  right,
  widths,
  isTabStop,
}: {
  /** Of the column on its left. */
  name: string;
  left: string;
  right: string;
  widths: ColumnWidths;
  isTabStop: boolean;
}) {
  const grip = useRef<Grip | null>(null);
  const { seen } = widths;
  const line = { left, right };
  const move = ({ ids, shares, tableWidth }: Omit<Grip, 'atPx' | 'isSet'>, byPx: number, keep: boolean) =>
    widths.show(ids, moveLine(shares, line, byPx / tableWidth, narrowestPx / tableWidth), keep);

  const begin = (event: PointerEvent<HTMLHRElement>) => {
    if (event.button !== 0) return;
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    event.currentTarget.focus();
    grip.current = { ...widths.measure(), atPx: event.clientX };
  };
  const drag = (event: PointerEvent) => {
    if (grip.current && event.clientX !== grip.current.atPx)
      move(grip.current, event.clientX - grip.current.atPx, false);
  };
  const end = (event: PointerEvent) => {
    const held = grip.current;
    grip.current = null;
    if (held && event.clientX !== held.atPx) move(held, event.clientX - held.atPx, true);
  };
  const cancel = () => {
    const held = grip.current;
    grip.current = null;
    if (held?.isSet) widths.show(held.ids, held.shares, false);
    else if (held) widths.reset();
  };
  const press = (event: KeyboardEvent<HTMLHRElement>) => {
    const step = event.shiftKey ? largeStepPx : stepPx;
    const byPx = { ArrowLeft: -step, ArrowRight: step, Home: -farPx, End: farPx }[event.key];
    if (byPx !== undefined) move(widths.measure(), byPx, true);
    else if (event.key === 'Enter' || event.key === 'Delete') widths.reset();
    else if (event.key === 'Escape' && grip.current) cancel();
    else if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      const lines = [...(event.currentTarget.closest('tr')?.querySelectorAll('hr') ?? [])].filter(
        (each) => each.getClientRects().length > 0,
      );
      lines[lines.indexOf(event.currentTarget) + (event.key === 'ArrowUp' ? -1 : 1)]?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const both = (seen.shares[left] ?? 0) + (seen.shares[right] ?? 0);
  return (
    <hr
      aria-orientation="vertical"
      aria-label={`Width of ${name}`}
      aria-valuenow={percent(seen.shares[left])}
      aria-valuemin={0}
      aria-valuemax={percent(both)}
      aria-valuetext={`${percent(seen.shares[left])} per cent of the table`}
      tabIndex={isTabStop ? 0 : -1}
      title="Drag, or use the arrow keys; Enter lets the browser choose"
      onPointerDown={begin}
      onPointerMove={drag}
      onPointerUp={end}
      onPointerCancel={cancel}
      onDoubleClick={widths.reset}
      onKeyDown={press}
      className="absolute inset-y-0 -left-1 z-10 m-0 h-auto w-2 cursor-col-resize touch-none border-0 select-none after:absolute after:inset-y-0 after:left-1/2 after:w-px hover:after:bg-line-strong pointer-coarse:-left-2 pointer-coarse:w-4 pointer-coarse:after:bg-line"
    />
  );
}
