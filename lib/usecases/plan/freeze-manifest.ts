import type { ClusterReader } from '#lib/broker/port/reader.ts';
import { contentHash } from '#lib/domain/dead-letters/content-hash.ts';
import type { FailureVerdict } from '#lib/domain/dead-letters/convention.ts';
import type { LogRecord } from '#lib/domain/kernel/record.ts';
import type { FrozenRecord } from '#lib/domain/replays/frozen-record.ts';
import { idempotencyKey } from '#lib/domain/replays/idempotency-key.ts';
import type { DivertReason } from '#lib/domain/replays/manifest.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { partitionOfKey } from '#lib/domain/replays/routing.ts';
import type { Stores } from '#lib/store/database.ts';
import type { PlanStaging } from '#lib/store/plan-staging.ts';
import type { Candidate } from '#lib/store/replay-selection.ts';
import { eachSource } from '../execute/fetch-sources.ts';
import type { CheckedContracts, ContractChecks } from './contract-checks.ts';
import { createContractTally, type PlannedCheck } from './contract-tally.ts';
import type { EffectKeys, EffectQuestions, EffectState } from './effect-questions.ts';
import { oneAhead } from './one-ahead.ts';

/** Room for the headers that a replay adds, and the record's own framing. */
const addedBytes = 600;
/** What headers and key of a dead letter come to, where only its value's size is known. */
const headerBytes = 600;
const ignore = () => undefined;
/** Of a small plan, few rows more than it takes are read; of a large one, few pages are on their way at once, and each is in memory. */
const leastPageRows = 50;
const mostPageRows = 1000;
/** 16 bytes in hex. */
const carriedDigits = 32;

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

export type CandidatePage = {
  candidates: readonly Candidate[];
  /** How many stand between them that are left out for a newer one of their lineage root. */
  superseded: number;
};

/** Where the records come from: what of a selection is taken, and what is known of each. */
export type FreezeFrom = {
  /** Oldest first, a page at a time; of so many rows at most. */
  pages: (rows: number) => AsyncIterable<CandidatePage>;
  /** How many there are to take, and why others that are named are not among them. */
  count: () => Promise<{ taken: number; leftOut: Readonly<Record<string, number>> }>;
  /** Whether pages tell of everything that is left out, when there are no more of them: then nobody has to count. */
  pagesTellAll: boolean;
  /** False for a copy that nobody processes. */
  countsAsAttempt: boolean;
};

/** What a replay may take: open or came back, of each lineage root the newest. */
export function replayableFrom(
  stores: Pick<Stores, 'replaySelection'>,
  staging: Pick<PlanStaging, 'candidates'>,
  replay: Pick<Replay, 'id' | 'clusterId' | 'source'>,
): FreezeFrom {
  const { id, clusterId, source } = replay;
  const from = { clusterId, topicId: source.topicId, selection: source.selection, replayId: id };
  return {
    async *pages(rows) {
      for await (const page of staging.candidates(stores.replaySelection.candidates(from), rows)) {
        const candidates = page.filter(({ superseded }) => !superseded);
        yield { candidates, superseded: page.length - candidates.length };
      }
    },
    count: async () => {
      const { replayable, superseded } = await stores.replaySelection.count(from);
      return { taken: replayable, leftOut: { superseded } };
    },
    pagesTellAll: true,
    countsAsAttempt: true,
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
  /** Where records go that may not be sent on; null where they are left out. */
  diversion: { partitions: number; maxMessageBytes: number } | null;
};

const bytesOf = (record: LogRecord): number =>
  (record.key?.length ?? 0) +
  (record.value?.length ?? 0) +
  record.headers.reduce((sum, header) => sum + header.name.length + (header.value?.length ?? 0), 0);

/** What a record is, once it was read: all that is kept of it. */
type Read = {
  bytes: number;
  tombstone: boolean;
  keyPartition: number | null;
  /** In the quarantine. */
  divertedKeyPartition: number | null;
  carried: string;
  keys: readonly string[];
  effectKeys: EffectKeys;
};

const keyPartitionOf = (key: Uint8Array | null, partitions: number): number | null =>
  key === null ? null : partitionOfKey(key, partitions);

/** Each idempotency key of a record, read from it once however often it is asked for. */
function keysReadOnce(record: LogRecord): (spec: string) => string | null {
  const known = new Map<string, string | null>();
  return (spec) => {
    const key = known.has(spec) ? (known.get(spec) ?? null) : idempotencyKey(spec, record);
    known.set(spec, key);
    return key;
  };
}

function readOf(record: LogRecord, terms: FreezeTerms): Read {
  const keyOf = keysReadOnce(record);
  return {
    bytes: bytesOf(record),
    tombstone: record.value === null,
    keyPartition: keyPartitionOf(record.key, terms.destinationPartitions),
    divertedKeyPartition: terms.diversion ? keyPartitionOf(record.key, terms.diversion.partitions) : null,
    carried: contentHash({ key: record.key, value: record.value, headers: [] }).slice(0, carriedDigits),
    keys: terms.keySpecs.filter((spec) => keyOf(spec) !== null),
    effectKeys: terms.effects.keysOf(keyOf),
  };
}

/** Reads a page from Kafka; of each record only what is kept stays in memory. */
async function readPage(
  reader: ClusterReader,
  terms: FreezeTerms,
  page: readonly Candidate[],
): Promise<(Read | { missing: string })[]> {
  const { topicId } = terms.replay.source;
  const found: (Read | { missing: string })[] = page.map(() => ({ missing: 'expired' }));
  const wanted = page.map(({ partition, offset, contentHash: hash, valueBytes }, ordinal) => ({
    ...{ ordinal, topicId, partition, offset, contentHash: hash },
    bytes: (valueBytes ?? 0) + headerBytes,
  }));
  await eachSource(reader, wanted, (ordinal, source) => {
    found[ordinal] = 'missing' in source ? source : readOf(source.record, terms);
  });
  return found;
}

/**
 * Freezes what the selection names, oldest first, up to the bounds: each record is read from Kafka (read_committed) and compared
 * with the hash that the index has, a page at a time. What is taken goes into `sink` page by page, and only counts stay here: memory does not grow
 * with the set. @throws BrokerFailure
 */
export async function freezeManifest(
  from: FreezeFrom,
  reader: ClusterReader,
  terms: FreezeTerms,
  sink: (records: readonly FrozenRecord[]) => Promise<void>,
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
    keysSeen: new Map<string, number>(terms.keySpecs.map((spec) => [spec, 0])),
  };
  let seen = 0;
  let effectsUnknown = 0;

  const take = (
    candidate: Candidate,
    read: Read,
    attempt: number,
    divert: DivertReason | null,
  ): FrozenRecord => {
    set.taken++;
    set.bytes += read.bytes;
    if (divert) set.diverted[divert] = (set.diverted[divert] ?? 0) + 1;
    else {
      set.largestBytes = Math.max(set.largestBytes, read.bytes);
      if (read.tombstone) set.tombstones++;
      for (const spec of read.keys) set.keysSeen.set(spec, (set.keysSeen.get(spec) ?? 0) + 1);
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
      bytes: read.bytes,
      originTimestampMs: candidate.originAt?.getTime() ?? null,
      convention: candidate.convention,
      origin: candidate.origin,
      at: candidate.at,
      keyPartition: divert ? read.divertedKeyPartition : read.keyPartition,
      carried: read.carried,
      ...(divert && { divert }),
    };
  };

  const toQuarantine = replay.destination.kind === 'quarantine';
  const round = terms.contract.begin();
  const tally = createContractTally();
  let writing = Promise.resolve();
  const rows = Math.max(leastPageRows, Math.min(mostPageRows, bounds.maxRecords));
  const read = oneAhead(from.pages(rows), async ({ candidates: wanted, superseded }) => ({
    ...{ wanted, superseded },
    found: await readPage(reader, terms, wanted),
  }));
  const judged = oneAhead(read, async ({ wanted, superseded, found }) => ({
    ...{ wanted, superseded, found },
    checked: await round.check(
      wanted.map((candidate, at) =>
        candidate.pointer || 'missing' in (found[at] ?? { missing: 'expired' }) ? null : candidate,
      ),
    ),
  }));
  /** A record of the selection has no room any more: there may be others behind it. */
  let full = false;
  for await (const { wanted, superseded, found, checked } of judged) {
    leaveOut('superseded', superseded);
    const effects = await effectStates(terms.effects, found);
    const taken: FrozenRecord[] = [];
    for (const [at, candidate] of wanted.entries()) {
      if (set.taken >= bounds.maxRecords) {
        full = true;
        break;
      }
      const before = candidate.attempts;
      const read = found[at] ?? { missing: 'expired' };
      const verdict = checked[at] ?? null;
      const why = toQuarantine ? null : divertedFor(before, terms.maxAttempts, verdict);
      const most = why ? terms.diversion?.maxMessageBytes : terms.maxMessageBytes;
      const fits = 'missing' in read || set.bytes + read.bytes <= bounds.maxBytes;
      if (candidate.pointer) leaveOut('pointer');
      else if ('missing' in read) leaveOut(read.missing);
      else if (effects.get(at) === 'done') leaveOut('effect_done');
      else if (most === undefined) {
        leaveOut(why ?? '');
        if (verdict) tally.add(candidate, verdict);
      } else if (read.bytes + addedBytes > most) leaveOut('record_too_large');
      else if (!fits) {
        full = true;
        break;
      } else {
        if (!why && effects.get(at) === 'unknown') effectsUnknown++;
        if (verdict) tally.add(candidate, verdict);
        // What nobody processes is no attempt.
        const attempt = before + (from.countsAsAttempt && !why ? 1 : 0);
        taken.push(take(candidate, read, attempt, why));
      }
      seen++;
    }
    // Written while the next page is read.
    await writing;
    writing = sink(taken);
    writing.catch(() => undefined);
    if (full) break;
  }
  await writing;
  if (counting !== null || full) {
    const counts = await (counting ?? from.count());
    leaveOut('over_bounds', Math.max(0, counts.taken - seen));
    for (const [reason, n] of Object.entries(counts.leftOut)) if (n > 0) reasons[reason] = n;
  }
  const effects = {
    asked: terms.effects.asked,
    unknown: effectsUnknown,
    reasons: terms.effects.reasons(),
  };
  const contract: CheckedContracts =
    terms.contract.none === null
      ? { state: 'checked', contract: round.contract(), limitMs: round.limitMs(), ...tally.counted() }
      : { state: 'none', why: terms.contract.none };
  return { leftOutReasons: reasons, ...set, contract, effects };
}

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
  page: readonly (Read | { missing: string })[],
): Promise<ReadonlyMap<number, EffectState>> {
  const found = page.flatMap((read, at) => ('missing' in read ? [] : [{ at, keys: read.effectKeys }]));
  const states = await questions.ask(found.map(({ keys }) => keys));
  return new Map(states.map((state, index) => [found[index]?.at ?? -1, state]));
}
