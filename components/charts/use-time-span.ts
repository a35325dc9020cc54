'use client';
import { parseAsIsoDateTime, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useMemo } from 'react';
import { currentSecond } from '#lib/client/clock.ts';
import { longestMs, movingSpan, type RangeName, rangeNames, type TimeSpan } from './time-span.ts';

const parsers = {
  window: parseAsStringLiteral(rangeNames).withDefault('1h'),
  from: parseAsIsoDateTime,
  to: parseAsIsoDateTime,
};

const shortestRefetchMs = 10_000;
const longestRefetchMs = 60_000;

/**
 * The span of a time axis as the address has it: a range that moves with the clock, or a fixed span from a brush or a copied link. Each change is a
 * step of the browser's history, so "back" undoes a zoom.
 */
export function useTimeSpan() {
  const [{ window, from, to }, set] = useQueryStates(parsers, { history: 'push' });
  const fixed = from !== null && to !== null && from < to && to.getTime() - from.getTime() <= longestMs * 1.1;
  const moving = movingSpan(window, currentSecond() * 1000);
  const span: TimeSpan = fixed ? { from: from.getTime(), to: to.getTime() } : moving;
  const fromMs = span.from;
  const toMs = span.to;
  const query = useMemo(
    () => ({ from: new Date(fromMs).toISOString(), to: fixed ? new Date(toMs).toISOString() : null }),
    [fromMs, toMs, fixed],
  );
  return {
    range: window,
    fixed,
    span,
    /** For the API; `to` is null while the span moves. */
    query,
    /** How often a moving span is worth reading again. */
    refetchMs: Math.min(longestRefetchMs, Math.max(shortestRefetchMs, moving.stepMs / 3)),
    fix: (next: TimeSpan) => void set({ from: new Date(next.from), to: new Date(next.to) }),
    move: (range: RangeName) => void set({ window: range, from: null, to: null }),
  };
}
export type SpanControl = ReturnType<typeof useTimeSpan>;

/** This page with the span as it is now, so that whoever opens the link sees the same. */
export function frozenLink({ from, to }: TimeSpan): string {
  const url = new URL(globalThis.location?.href ?? 'http://localhost/');
  url.searchParams.delete('window');
  url.searchParams.set('from', new Date(from).toISOString());
  url.searchParams.set('to', new Date(to).toISOString());
  return url.toString();
}
