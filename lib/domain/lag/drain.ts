import type { Rates } from './rates.ts';

/** Milliseconds until the lag is gone at the present rates; 0 without lag, null when it does not fall or nothing is known. */
export function drainMs(lagRecords: bigint | null, { consume, produce }: Rates): number | null {
  if (lagRecords === null || lagRecords < 0n) return null;
  if (lagRecords === 0n) return 0;
  if (consume === null || produce === null) return null;
  const net = consume - produce;
  const ms = Math.round((Number(lagRecords) * 1000) / net);
  // So slow that it can't be told from never.
  return net > 0 && Number.isSafeInteger(ms) ? ms : null;
}

/** From the shortest to the longest that it may take; `null` as the longest: perhaps never. */
export type DrainRange = readonly [number, number | null];

/**
 * How sure the drain time is: the same at the rates of the older and of the newer half of the window. null when one of them is not known or
 * neither lets the lag fall.
 */
export function drainRange(
  lagRecords: bigint | null,
  halves: { older: Rates; newer: Rates },
): DrainRange | null {
  const known = (rates: Rates) => rates.consume !== null && rates.produce !== null;
  if (lagRecords === null || lagRecords <= 0n || !known(halves.older) || !known(halves.newer)) return null;
  const both = [drainMs(lagRecords, halves.older), drainMs(lagRecords, halves.newer)];
  const finite = both.filter((each) => each !== null);
  if (finite.length === 0) return null;
  return [Math.min(...finite), finite.length < both.length ? null : Math.max(...finite)];
}
