import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PayloadReader } from '#lib/broker/payload/payload-reader.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { ManifestEntry } from '#lib/domain/replays/manifest.ts';
import type { CheckedContract, ContractOf, DeclaredContract } from '#lib/domain/schemas/contract.ts';
import type { ContractCounts, PlannedCheck } from './contract-tally.ts';

type Place = Pick<ManifestEntry, 'partition' | 'offset'>;
/** What the records say of the contract, or why none was looked at. */
export type CheckedContracts =
  | { state: 'none'; why: string }
  | ({
      state: 'checked';
      contract: ContractOf | null;
      /** How long planning gave to it. */
      limitMs: number;
    } & ContractCounts);

export type CheckLimits = {
  /** For the first record, which also waits for the process that decodes to start, where it is not there yet. */
  firstMs: number;
  /** For all others together, whatever their number. */
  ms: number;
  /** For each of them besides: a million are given three and a half minutes. */
  msPerRecord: number;
  parallel: number;
  /** Asked for at a time. */
  bite: number;
};
/** Reads of record pages go on beside it: the child answers four at a time. */
export const checkLimits: CheckLimits = {
  ...{ firstMs: 20_000, ms: 8000, msPerRecord: 0.2, parallel: 2, bite: 500 },
};
/** Well below what the process that decodes is given for an answer. */
const biteMs = 4000;

export type ContractRound = {
  /** Holds every record of the next page against the contract. null stands for one that is not to be looked at, and is answered for it. */
  check(page: readonly (Place | null)[]): Promise<readonly (PlannedCheck | null)[]>;
  /** The contract as it was found. */
  contract(): ContractOf | null;
  /** How long it may take for what has passed by. */
  limitMs(): number;
};
export type ContractChecks = {
  /** Why nothing is checked; null where records are. */
  none: string | null;
  begin(): ContractRound;
};

const nothing: ContractRound = {
  check: async (page) => page.map(() => null),
  contract: () => null,
  limitMs: () => 0,
};
export const uncheckedFor = (why: string): ContractChecks => ({ none: why, begin: () => nothing });

/** Whether the work ended in time; what it throws later is nobody's any more. */
async function inTime(work: Promise<unknown>, ms: number): Promise<boolean> {
  const stop = new AbortController();
  const over = sleep(ms, false, { signal: stop.signal });
  over.catch(() => undefined); // it was not needed
  work.catch(() => undefined); // told by the race, unless it comes too late
  try {
    return await Promise.race([work.then(() => true), over]);
  } finally {
    stop.abort();
  }
}

export type CheckTerms = {
  cluster: string;
  topicId: string;
  mask: readonly string[];
  contract: DeclaredContract;
};
type Wanted = Place & { at: number };

/** Runs of one partition by offset, none longer than a bite. */
const bitesOf = (wanted: readonly Wanted[], bite: number): Wanted[][] =>
  [...Map.groupBy(wanted, ({ partition }) => partition).values()].flatMap((own) => {
    own.sort((a, b) => (a.offset < b.offset ? -1 : 1));
    return Array.from({ length: Math.ceil(own.length / bite) }, (_, n) =>
      own.slice(n * bite, (n + 1) * bite),
    );
  });

/**
 * Holds what a plan freezes against its contract as it is today, in the process that decodes payloads, page by page: every record, as long as there is
 * time, of which each record brings some. What was not found out is unknown and says why; it never throws for what a record, the registry or the broker
 * brings.
 */
export function contractChecks(
  payloads: Pick<PayloadReader, 'check'>,
  { cluster, topicId, mask, contract }: CheckTerms,
  limits: CheckLimits = checkLimits,
): ContractChecks {
  if (contract.kind === 'none' || contract.kind === 'unreadable') return uncheckedFor(contract.why);
  return {
    none: null,
    begin() {
      let [warm, dead, leftMs, limitMs] = [false, false, limits.ms, limits.ms];
      let found: ContractOf | null = null;

      const ask = async (
        bite: readonly Wanted[],
        until: number,
        answers: (PlannedCheck | null)[],
      ): Promise<void> => {
        const set = ({ at }: Wanted, checked: CheckedContract) => {
          answers[at] = checked;
        };
        for (let rest = bite; rest[0] && performance.now() < until; ) {
          const maxMs = Math.min(biteMs, until - performance.now());
          const request = { cluster, topicId, mask, contract, partition: rest[0].partition, maxMs };
          try {
            const answer = await payloads.check({ ...request, offsets: rest.map(({ offset }) => offset) });
            found ??= answer.contract;
            for (const [index, checked] of answer.checked.entries())
              if (rest[index]) set(rest[index], checked);
            rest = rest.slice(Math.max(1, answer.checked.length));
          } catch (error) {
            if (!(error instanceof SluiceError)) throw error;
            const half = Math.ceil(rest.length / 2);
            if (half < rest.length && error.code === 'payload_unavailable') {
              // One that takes the process down, or too long, is not to hide what the others are.
              await ask(rest.slice(0, half), until, answers);
              return ask(rest.slice(half), until, answers);
            }
            for (const each of rest) set(each, { state: 'unknown', why: error.message });
            return;
          }
        }
      };

      return {
        contract: () => found,
        limitMs: () => limitMs,
        async check(page) {
          const wanted = page.flatMap((place, at) =>
            place ? [{ at, partition: place.partition, offset: place.offset }] : [],
          );
          leftMs += wanted.length * limits.msPerRecord;
          limitMs += wanted.length * limits.msPerRecord;
          const answers = page.map((place): PlannedCheck | null => place && { state: 'not_reached' });
          let rest = wanted;
          if (!warm && !dead && rest[0]) {
            const first = rest.slice(0, 1);
            warm = await inTime(ask(first, performance.now() + limits.firstMs, answers), limits.firstMs);
            dead = !warm;
            rest = rest.slice(1);
          }
          if (rest.length === 0 || dead || leftMs <= 0) return [...answers];
          const beganMs = performance.now();
          const until = beganMs + leftMs;
          const bites = bitesOf(rest, limits.bite);
          const lane = async () => {
            for (let bite = bites.shift(); bite && performance.now() < until; bite = bites.shift())
              await ask(bite, until, answers);
          };
          const done = await inTime(Promise.all(Array.from({ length: limits.parallel }, lane)), leftMs);
          // A timer may fire a little before its time: what is over is over.
          leftMs = done ? leftMs - (performance.now() - beganMs) : 0;
          // Whoever said nothing in all of its time is not waited for again with each page.
          dead = !done && rest.every(({ at }) => answers[at]?.state === 'not_reached');
          return [...answers];
        },
      };
    },
  };
}
