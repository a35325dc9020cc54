import { z } from 'zod';
import { waveMethods } from '#lib/domain/dead-letters/next-wave.ts';
import { instant } from './wire.ts';

/** What waits in the retry topics that a dead-letter topic's flow declares, as the worker last looked (every 30 s). */
export const nextWave = z.object({
  asOf: instant,
  topics: z.array(
    z.object({
      topic: z.string(),
      /** Whose committed offset it is that waiting counts from; null where there is none. */
      group: z.string().nullable(),
      waitingRecords: z.number().int().nullable().meta({
        description:
          'offsets from what the group committed to the last stable offset: an upper bound, since markers of transactions count; null is unknown',
      }),
      lookedAtRecords: z
        .number()
        .int()
        .meta({ description: 'so many of them were read, and all that follows is said of these' }),
      oldestAt: instant.nullable(),
      dueFirstAt: instant.nullable().meta({ description: 'when the first of them is tried again' }),
      dueLastAt: instant.nullable(),
      lastTryRecords: z.number().int().nullable().meta({
        description:
          'whose next try is their last, going by how often the newest dead letters of the topic had been tried; null is unknown',
      }),
      deadLettersFirstAt: instant
        .nullable()
        .meta({ description: 'the first that is on its last try dead-letters then, if it fails again' }),
      method: z.enum(waveMethods),
      failures: z
        .array(z.object({ fingerprint: z.string(), records: z.number().int() }))
        .meta({ description: 'failure groups that they will be in, if they fail as they did last' }),
    }),
  ),
});
export type NextWave = z.infer<typeof nextWave>;
