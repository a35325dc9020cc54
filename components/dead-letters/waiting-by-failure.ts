import type { NextWave } from '#lib/contract/next-wave.ts';

/**
 * Of what was looked at in the retry topics, how many will be in which failure group if they fail as they did last: at least so many wait. A record that
 * several groups have not passed counts once.
 */
export function waitingByFailure(wave: NextWave | null): ReadonlyMap<string, number> {
  const perTopic = new Map<string, Map<string, number>>();
  for (const { topic, failures } of wave?.topics ?? []) {
    const counts = perTopic.get(topic) ?? new Map<string, number>();
    perTopic.set(topic, counts);
    for (const { fingerprint, records } of failures)
      counts.set(fingerprint, Math.max(records, counts.get(fingerprint) ?? 0));
  }
  const sums = new Map<string, number>();
  for (const counts of perTopic.values())
    for (const [fingerprint, records] of counts)
      sums.set(fingerprint, records + (sums.get(fingerprint) ?? 0));
  return sums;
}
