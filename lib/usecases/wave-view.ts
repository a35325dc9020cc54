import type { NextWave } from '#lib/contract/next-wave.ts';
import type { StoredWave } from '#lib/store/dead-letter-waves.ts';

const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** What the worker last saw in the retry topics; null when it has seen none. Its age is for the reader to judge. */
export const waveView = (wave: StoredWave | undefined): NextWave | null =>
  wave === undefined
    ? null
    : {
        asOf: wave.asOf.toISOString(),
        topics: wave.topics.map((each) => ({
          topic: each.topic,
          group: each.group,
          waitingRecords: each.waitingRecords,
          lookedAtRecords: each.lookedAtRecords,
          oldestAt: iso(each.oldestAtMs),
          dueFirstAt: iso(each.dueFirstAtMs),
          dueLastAt: iso(each.dueLastAtMs),
          lastTryRecords: each.lastTryRecords,
          deadLettersFirstAt: iso(each.deadLettersFirstAtMs),
          method: each.method,
          failures: [...each.failures],
        })),
      };
