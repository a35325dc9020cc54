'use client';
import { useSyncExternalStore } from 'react';
import { currentSecond, serverNow, subscribeToSeconds } from '#lib/client/clock.ts';
import { usePreferences } from '#lib/client/preferences.ts';
import { formatAge, formatClock, formatDuration, zoneName } from './format.ts';
import { Unknown } from './quantity.tsx';

/** Server time, once a second. */
export function useNow(): number {
  useSyncExternalStore(subscribeToSeconds, currentSecond, () => 0);
  return serverNow();
}

/**
 * A point in time: `9 min ago`, or `02:41:07` after `t`. Ticks by itself. The other form is on hover.
 */
export function Age({
  at,
  why = 'not recorded',
  className = '',
}: {
  at: string | null;
  why?: string;
  className?: string;
}) {
  const now = useNow();
  const { times } = usePreferences();
  if (at === null) return <Unknown why={why} />;
  const then = new Date(at);
  const relative = formatAge(now - then.getTime());
  const absolute = `${formatClock(then, new Date(now))} ${zoneName(then)}`;
  return (
    <time
      dateTime={at}
      suppressHydrationWarning
      title={times === 'relative' ? `${absolute} · ${at}` : `${relative} · ${at}`}
      className={`whitespace-nowrap tabular-nums ${className}`}
    >
      {times === 'relative' ? relative : formatClock(then, new Date(now))}
    </time>
  );
}

/** How long something has been so, without "ago": `for 9 min`. */
export function Since({ at, className = '' }: { at: string; className?: string }) {
  const now = useNow();
  return (
    <time
      dateTime={at}
      title={at}
      suppressHydrationWarning
      className={`whitespace-nowrap tabular-nums ${className}`}
    >
      {formatDuration(Math.max(0, Math.floor((now - Date.parse(at)) / 1000) * 1000))}
    </time>
  );
}

/** A reading older than this is called stale (console.md). */
export const staleAfterMs = 5000;

/** The age of a reading. Past `staleMs` it says "stale" in word and colour. */
export function AsOf({
  at,
  staleMs = staleAfterMs,
  label = 'as of',
}: {
  at: string | null;
  staleMs?: number;
  label?: string;
}) {
  const now = useNow();
  if (at === null) return <Unknown why="never read" word="never read" />;
  const age = now - Date.parse(at);
  const stale = age > staleMs + 999;
  return (
    <span className={`whitespace-nowrap ${stale ? 'text-warn' : 'text-faint'}`}>
      {stale ? '▲ stale, ' : ''}
      {label} <Age at={at} />
    </span>
  );
}

/** When this page last read something, by the browser's clock: for answers that carry no time of their own. */
export function ReadAge({ readAt }: { readAt: number }) {
  useNow();
  const age = Date.now() - readAt;
  return (
    <span
      className={`whitespace-nowrap tabular-nums ${age > staleAfterMs + 999 ? 'text-warn' : 'text-faint'}`}
    >
      read {formatAge(Math.max(0, age))}
    </span>
  );
}
