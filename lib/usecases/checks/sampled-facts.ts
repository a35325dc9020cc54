import type { FlowFacts } from '#lib/domain/checks/facts.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { flowHash } from '#lib/domain/flows/hash.ts';
import type { CheckDeps } from './check-deps.ts';
import { sampleDeadLetters } from './sample-dead-letters.ts';
import { usualLag } from './usual-lag.ts';

/** What costs too much to be read anew at every look: a few dead letters as they stand in the log, and lag over days. */
export type SampledFacts = Pick<FlowFacts, 'sample' | 'usualLag'>;
/** By flow, with when it was read of which declaration. */
export type KeptFacts = Map<string, SampledFacts & { hash: string; takenAtMs: number }>;

/** Nothing was there to be read: soon there may be. */
const unknownForMs = 60_000;

/** Reads them where they are older than so many milliseconds, or of another version of the declaration. @param kept takes what is read */
export const keptFor =
  (mostMs: number, kept: KeptFacts) =>
  async (deps: CheckDeps, flow: Flow): Promise<SampledFacts> => {
    const now = deps.clock();
    const takenAtMs = now.getTime();
    const hash = flowHash(flow);
    const before = kept.get(flow.name);
    const ageMs = takenAtMs - (before?.takenAtMs ?? Number.NEGATIVE_INFINITY);
    if (before?.hash === hash && ageMs < (before.sample.known ? mostMs : Math.min(mostMs, unknownForMs)))
      return before;
    const [sample, lag] = await Promise.all([
      sampleDeadLetters(deps, flow),
      usualLag(deps.database, flow, now),
    ]);
    const read = { sample, usualLag: lag };
    kept.set(flow.name, { ...read, hash, takenAtMs });
    return read;
  };
