import {
  carriedDigits,
  type Examined,
  type ExamineRequest,
  examinedStates,
} from '#lib/broker/sources/examine-records.ts';
import type { FailureVerdict } from '#lib/domain/dead-letters/convention.ts';
import type { FrozenRecord } from '#lib/domain/replays/frozen-record.ts';
import type { DivertReason } from '#lib/domain/replays/manifest.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import type { Candidate, CandidatePage } from '#lib/store/candidate-page.ts';
import type { Stores } from '#lib/store/database.ts';
import type { PlanStaging } from '#lib/store/plan-staging.ts';
import type { CheckedContracts, ContractChecks } from './contract-checks.ts';
import { createContractTally, type PlannedCheck } from './contract-tally.ts';
import { type EffectAnswer, type EffectQuestions, UnknownReasons } from './effect-questions.ts';
import { oneAhead } from './one-ahead.ts';

/** Room for the headers that a replay adds, and the record's own framing. */
const addedBytes = 600;
/** What headers and key of a dead letter come to, where only its value's size is known. */
const headerBytes = 600;
const ignore = () => undefined;
/** Of a small plan, few rows more than it takes are read; of a large one, few pages are on their way at once, and each is in memory. */
const leastPageRows = 50;
const mostPageRows = 1000;

export type FrozenSet = {
  /** How many were taken, with those that are diverted. */
  taken: number;
  /** Of these, how many are diverted, and why. */
  diverted: Readonly<Partial<Record<DivertReason, number>>>;
  leftOutReasons: Readonly<Record<string, number>>;
  bytes: number;
  /** Of what is sent on. */
  largestBytes: number;
  tombstones: number;
  failureGroups: ReadonlyMap<string, { count: number; verdict: FailureVerdict; title: string }>;
  /** Specification of a key → how many of the records that are sent on carry it. */
  keysSeen: ReadonlyMap<string, number>;
  /** What was found out about the contract, of what is diverted or left out for it too. */
  contract: CheckedContracts;
  /** Of what is sent on, records of which nobody could say whether their effect was done, and why. */
  effects: { asked: boolean; unknown: number; reasons: ReadonlyMap<string, number> };
};

/** Where the records come from: what of a selection is taken, and what is known of each. */
export type FreezeFrom = {
  /** Oldest first, a page at a time; of so many rows at most. */
  pages: (rows: number) => AsyncIterable<CandidatePage>;
  /** How many there are to take, and why others that are named are not among them. */
  count: () => Promise<{ taken: number; leftOut: Readonly<Record<string, number>> }>;
  /** Whether pages tell of everything that is left out, when there are no more of them: then nobody has to count. */
  pagesTellAll: boolean;
  /** False for a copy that nobody processes, and for what is moved into a quarantine. */
  countsAsAttempt: boolean;
};

/** What a replay may take: open or came back, of each lineage root the newest. */
export function replayableFrom(
  stores: Pick<Stores, 'replaySelection'>,
  staging: Pick<PlanStaging, 'candidates'>,
  replay: Pick<Replay, 'id' | 'clusterId' | 'source' | 'destination'>,
): FreezeFrom {
  const { id, clusterId, source } = replay;
  const from = { clusterId, topicId: source.topicId, selection: source.selection, replayId: id };
  // Who chose a record wants to know why it is not taken; who described records meant those that can be taken.
  const chosen = 'records' in source.selection;
  return {
    pages: (rows) => staging.candidates(stores.replaySelection.candidates(from), rows),
    count: async () => {
      const counts = await stores.replaySelection.count(from);
      const { replayable, superseded } = counts;
      return {
        taken: replayable,
        leftOut: chosen
          ? {
              superseded,
              decided: counts.otherDisposition,
              not_found: counts.notFound,
              outside_times: counts.outsideTimes,
            }
          : { superseded },
      };
    },
    pagesTellAll: !chosen,
    countsAsAttempt: replay.destination.kind !== 'quarantine',
  };
}

export type FreezeTerms = {
  replay: Pick<Replay, 'clusterId' | 'source' | 'bounds'> & {
    destination: Pick<Replay['destination'], 'kind'>;
  };
  destinationPartitions: number;
  maxMessageBytes: number;
  maxAttempts: number;
  /** Idempotency keys of external effects to look for, each once. */
  keySpecs: readonly string[];
  effects: EffectQuestions;
  contract: ContractChecks;
  /** From which topics a record may have come, where it goes back to its origin; null where it does not matter. */
  originTopics: ReadonlySet<string> | null;
  /** Where records go that may not be sent on; null where they are left out. */
  diversion: { partitions: number; maxMessageBytes: number } | null;
};

/** Reads records and says what a plan wants to know of each. @throws BrokerFailure; SluiceError `payload_unavailable` */
export type Examine = (request: ExamineRequest) => Promise<Examined>;

const requestOf = (terms: FreezeTerms, page: CandidatePage): ExamineRequest => ({
  topicId: terms.replay.source.topicId,
  partitions: page.partitions,
  offsets: page.offsets,
  bytes: page.valueBytes.map((bytes) => bytes + headerBytes),
  hashes: page.contentHashes,
  destinationPartitions: terms.destinationPartitions,
  divertedPartitions: terms.diversion?.partitions ?? null,
  keySpecs: terms.keySpecs,
  valuesOf: terms.effects.specs,
});

/** What a contract is held against: the page without those that are not there as they were indexed. */
function checkable({ partitions, offsets, pointers }: CandidatePage, examined: Examined) {
  return Array.from(offsets, (offset, at) =>
    pointers[at] === 1 || stateAt(examined, at) !== 'as_indexed'
      ? null
      : { partition: partitions[at] ?? 0, offset },
  );
}

const stateAt = ({ state }: Examined, at: number) => examinedStates[state[at] ?? 0] ?? 'expired';

const partitionAt = (column: Int32Array, at: number): number | null => {
  const partition = column[at] ?? -1;
  return partition < 0 ? null : partition;
};

/** Where a frozen set goes. */
export type FreezeSink = {
  take(record: FrozenRecord): void;
  /** Behind every page, with how many of it were taken. Nothing is taken before it has ended. */
  settle(records: number): Promise<void>;
};

/**
 * Freezes what the selection names, oldest first, up to the bounds: each record is read from Kafka (read_committed) and compared
 * with the hash that the index has, a page at a time. What is taken goes into `sink` one by one, so that none of them lives for long, and only counts stay here:
 * memory does not grow with the set. @throws as `examine` and the sink do
 */
export async function freezeManifest(
  from: FreezeFrom,
  examine: Examine,
  terms: FreezeTerms,
  sink: FreezeSink,
): Promise<FrozenSet> {
  const { replay } = terms;
  const { clusterId, source, bounds } = replay;
  const reasons: Record<string, number> = {};
  const leaveOut = (reason: string, n = 1) => {
    if (n > 0) reasons[reason] = (reasons[reason] ?? 0) + n;
  };
  // Both go through the whole selection: beside each other.
  const counting = from.pagesTellAll ? null : from.count();
  counting?.catch(ignore); // told where it is awaited
  const set = {
    taken: 0,
    diverted: {} as Partial<Record<DivertReason, number>>,
    bytes: 0,
    largestBytes: 0,
    tombstones: 0,
    failureGroups: new Map<string, { count: number; verdict: FailureVerdict; title: string }>(),
  };
  const keysSeen = terms.keySpecs.map(() => 0);
  let seen = 0;
  let effectsUnknown = 0;
  const effectReasons = new UnknownReasons();

  const take = (
    candidate: Candidate,
    examined: Examined,
    at: number,
    attempt: number,
    divert: DivertReason | null,
  ): FrozenRecord => {
    const bytes = examined.bytes[at] ?? 0;
    set.taken++;
    set.bytes += bytes;
    if (divert) set.diverted[divert] = (set.diverted[divert] ?? 0) + 1;
    else {
      set.largestBytes = Math.max(set.largestBytes, bytes);
      set.tombstones += examined.tombstone[at] ?? 0;
      for (let spec = 0; spec < keysSeen.length; spec++)
        keysSeen[spec] = (keysSeen[spec] ?? 0) + (examined.keys[spec]?.[at] ?? 0);
    }
    const group = set.failureGroups.get(candidate.fingerprint);
    if (group) group.count++;
    else
      set.failureGroups.set(candidate.fingerprint, {
        count: 1,
        verdict: candidate.verdict,
        title: candidate.exceptionClass ?? candidate.fingerprint,
      });
    return {
      clusterId,
      topicId: source.topicId,
      topic: source.topic,
      partition: candidate.partition,
      offset: candidate.offset,
      contentHash: candidate.contentHash,
      keyHash: candidate.keyHash,
      lineageRoot: candidate.lineageRoot,
      attempt,
      bytes,
      originTimestampMs: candidate.originTimestampMs,
      convention: candidate.convention,
      origin: candidate.origin,
      atMs: candidate.atMs,
      keyPartition: partitionAt(divert ? examined.divertedKeyPartition : examined.keyPartition, at),
      carried: examined.carried.slice(at * carriedDigits, (at + 1) * carriedDigits),
      ...(divert && { divert }),
    };
  };

  const toQuarantine = replay.destination.kind === 'quarantine';
  const round = terms.contract.begin();
  const tally = createContractTally();
  let writing = Promise.resolve();
  const rows = Math.max(leastPageRows, Math.min(mostPageRows, bounds.maxRecords));
  const unchecked: readonly (PlannedCheck | null)[] = [];
  const read = oneAhead(from.pages(rows), async (page) => ({
    ...{ page, checked: unchecked },
    examined: await examine(requestOf(terms, page)),
  }));
  const asked = oneAhead(read, async ({ page, examined }) => ({
    ...{ page, examined },
    checked: await round.check(checkable(page, examined)),
  }));
  // Without a contract no page waits for it to be asked.
  const judged = terms.contract.none === null ? asked : read;
  /** A record of the selection has no room any more: there may be others behind it. */
  let full = false;
  for await (const { page, examined, checked } of judged) {
    leaveOut('superseded', page.superseded);
    const effects = await effectStates(terms.effects, examined);
    await writing;
    const before = set.taken;
    for (let at = 0; at < page.rows; at++) {
      const candidate = page.at(at);
      if (set.taken >= bounds.maxRecords) {
        full = true;
        break;
      }
      const state = stateAt(examined, at);
      const bytes = examined.bytes[at] ?? 0;
      const verdict = checked[at] ?? null;
      const why = toQuarantine ? null : divertedFor(candidate.attempts, terms.maxAttempts, verdict);
      const most = why ? terms.diversion?.maxMessageBytes : terms.maxMessageBytes;
      const fits = state !== 'as_indexed' || set.bytes + bytes <= bounds.maxBytes;
      if (candidate.pointer) leaveOut('pointer');
      else if (cameFromElsewhere(candidate, terms)) leaveOut('other_origin');
      else if (state !== 'as_indexed') leaveOut(state);
      else if (effects.get(at)?.state === 'done') leaveOut('effect_done');
      else if (most === undefined) {
        leaveOut(why ?? '');
        if (verdict) tally.add(candidate, verdict);
      } else if (bytes + addedBytes > most) leaveOut('record_too_large');
      else if (!fits) {
        full = true;
        break;
      } else {
        const effect = effects.get(at);
        if (!why && effect?.state === 'unknown') {
          effectsUnknown++;
          effectReasons.add(effect);
        }
        if (verdict) tally.add(candidate, verdict);
        // What nobody processes is no attempt.
        const attempt = candidate.attempts + (from.countsAsAttempt && !why ? 1 : 0);
        sink.take(take(candidate, examined, at, attempt, why));
      }
      seen++;
    }
    // Written while the next page is read.
    writing = sink.settle(set.taken - before);
    writing.catch(ignore); // told where it is awaited
    if (full) break;
  }
  await writing;
  if (counting !== null || full) {
    const counts = await (counting ?? from.count());
    leaveOut('over_bounds', Math.max(0, counts.taken - seen));
    for (const [reason, n] of Object.entries(counts.leftOut)) if (n > 0) reasons[reason] = n;
  }
  const effects = { asked: terms.effects.asked, unknown: effectsUnknown, reasons: effectReasons.counts };
  const contract: CheckedContracts =
    terms.contract.none === null
      ? { state: 'checked', contract: round.contract(), limitMs: round.limitMs(), ...tally.counted() }
      : { state: 'none', why: terms.contract.none };
  const seenOf = new Map(terms.keySpecs.map((spec, index) => [spec, keysSeen[index] ?? 0]));
  return { leftOutReasons: reasons, ...set, keysSeen: seenOf, contract, effects };
}

/** One dead-letter topic may take what failed of several: what came from another topic does not go "back" into this one. */
const cameFromElsewhere = ({ origin }: Candidate, { originTopics }: FreezeTerms): boolean =>
  originTopics !== null && origin !== null && !originTopics.has(origin.topic);

/** Why a record may not be sent on; null where it may. */
function divertedFor(
  attemptsBefore: number,
  maxAttempts: number,
  verdict: PlannedCheck | null,
): DivertReason | null {
  if (attemptsBefore >= maxAttempts) return 'attempts_exhausted';
  return verdict?.state === 'violates' ? 'breaks_contract' : null;
}

/** What is known of the effect of each record that was found, by its place in the page. */
async function effectStates(
  questions: EffectQuestions,
  examined: Examined,
): Promise<ReadonlyMap<number, EffectAnswer>> {
  if (!questions.asked) return new Map();
  const found = [...examined.state.keys()].filter((at) => stateAt(examined, at) === 'as_indexed');
  const states = await questions.ask(found.map((at) => examined.values.map((keys) => keys[at] ?? null)));
  return new Map(states.map((known, index) => [found[index] ?? -1, known]));
}
