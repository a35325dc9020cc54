import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PayloadReader } from '#lib/broker/payload/payload-reader.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { ManifestEntry } from '#lib/domain/replays/manifest.ts';
import { spreadSample } from '#lib/domain/replays/spread-sample.ts';
import type { ContractOf, ContractView, DeclaredContract } from '#lib/domain/schemas/contract.ts';

/** Of a record of the sample, held against the contract as it is today; what of it may be shown. */
export type CheckedSample = Pick<ManifestEntry, 'partition' | 'offset'> &
  (
    | { state: 'fits' }
    | { state: 'violates'; path: string | null; expected: string | null; found: string | null }
    /** A contract says nothing of a record without a value. */
    | { state: 'no_value' }
    | { state: 'unknown'; why: string }
  );

/** What a sample of the frozen records says of the contract, or why none was taken. */
export type SampledContract =
  | { state: 'none'; why: string }
  | { state: 'checked'; contract: ContractOf | null; samples: readonly CheckedSample[] };

export type SampleLimits = {
  records: number;
  /** For the first record, which also waits for the process that decodes to start, where it is not there yet. */
  firstMs: number;
  /** For all others. */
  ms: number;
  parallel: number;
};
/** Reads of record pages go on beside it: the child answers four at a time. */
export const sampleLimits: SampleLimits = { records: 200, firstMs: 20_000, ms: 5000, parallel: 2 };

type Seen = { sample: CheckedSample; contract: ContractOf | null };
const answersOf = (view: ContractView | null, hasValue: boolean): Pick<Seen, 'contract'> & { of: Answer } => {
  const contract = view?.contract ?? null;
  if (!hasValue) return { contract, of: { state: 'no_value' } };
  if (view === null) return { contract, of: { state: 'unknown', why: 'It was not checked.' } };
  const { state, path, expected, found, why } = view;
  if (state === 'fits') return { contract, of: { state } };
  if (state === 'violates') return { contract, of: { state, path, expected, found } };
  return { contract, of: { state, why: why ?? 'It was not checked.' } };
};
type Answer = CheckedSample extends infer S
  ? S extends unknown
    ? Omit<S, 'partition' | 'offset'>
    : never
  : never;

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

export type SampleTerms = {
  cluster: string;
  topicId: string;
  mask: readonly string[];
  contract: DeclaredContract;
  /** The manifest in sending order, or a sample spread evenly over it. */
  entries: readonly Pick<ManifestEntry, 'partition' | 'offset'>[];
};

/**
 * Reads records spread evenly over a manifest, by the process that decodes payloads, and holds them against the contract as it is today. What was
 * not found out, or not in time, is unknown and says why; it never throws for what one of them, the registry or the broker brings.
 */
export async function checkSamples(
  payloads: Pick<PayloadReader, 'read'>,
  { cluster, topicId, mask, contract, entries }: SampleTerms,
  limits: SampleLimits = sampleLimits,
): Promise<SampledContract> {
  if (contract.kind === 'none' || contract.kind === 'unreadable') return { state: 'none', why: contract.why };
  const chosen = spreadSample(entries.length, limits.records).flatMap((at) => entries[at] ?? []);
  const answers = new Map<number, Seen>();

  const look = async (at: number, { partition, offset }: Pick<ManifestEntry, 'partition' | 'offset'>) => {
    const place = { partition, offset };
    try {
      const view = await payloads.read({
        ...{ cluster, topicId, partition, offset, mask, contract },
        ...{ mapping: null, withPayload: true },
      });
      const { of, contract: seen } = view
        ? answersOf(view.contract, view.payload?.value.encoding !== 'null')
        : { of: { state: 'unknown' as const, why: 'It is no longer in the topic.' }, contract: null };
      answers.set(at, { sample: { ...place, ...of }, contract: seen });
    } catch (error) {
      if (!(error instanceof SluiceError)) throw error;
      answers.set(at, { sample: { ...place, state: 'unknown', why: error.message }, contract: null });
    }
  };
  const first = chosen[0];
  if (first && (await inTime(look(0, first), limits.firstMs))) {
    const until = performance.now() + limits.ms;
    let next = 1;
    const lane = async () => {
      while (next < chosen.length && performance.now() < until) {
        const at = next++;
        const entry = chosen[at];
        if (entry) await look(at, entry);
      }
    };
    await inTime(Promise.all(Array.from({ length: limits.parallel }, lane)), limits.ms);
  }
  const late = `It was not looked at in the ${limits.ms} ms that planning gives to this.`;
  const seen = chosen.map(
    (place, at): Seen =>
      answers.get(at) ?? {
        sample: { partition: place.partition, offset: place.offset, state: 'unknown', why: late },
        contract: null,
      },
  );
  return {
    state: 'checked',
    contract: seen.find((each) => each.contract !== null)?.contract ?? null,
    samples: seen.map((each) => each.sample),
  };
}
