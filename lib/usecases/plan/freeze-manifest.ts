import type { ClusterReader } from '#lib/broker/port/reader.ts';
import { contentHash } from '#lib/domain/dead-letters/content-hash.ts';
import type { FailureVerdict } from '#lib/domain/dead-letters/convention.ts';
import type { LogRecord } from '#lib/domain/kernel/record.ts';
import { idempotencyKey } from '#lib/domain/replays/idempotency-key.ts';
import type { ManifestEntry } from '#lib/domain/replays/manifest.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { partitionOfKey } from '#lib/domain/replays/routing.ts';
import type { Stores } from '#lib/store/database.ts';
import type { Candidate } from '#lib/store/replay-selection.ts';
import { fetchSources, type Source } from '../execute/fetch-sources.ts';
import type { EffectQuestions, EffectState } from './effect-questions.ts';

/** Room for the headers that a replay adds, and the record's own framing. */
const addedBytes = 600;
const pageSize = 2000;

/** Everything of a manifest entry that does not need the whole set to be known. */
export type FrozenRecord = Omit<ManifestEntry, 'ordinal' | 'destinationPartition'> & {
  at: Date;
  /** Where Kafka's default partitioner puts it; null without a key. */
  keyPartition: number | null;
};

export type FrozenSet = {
  records: readonly FrozenRecord[];
  leftOutReasons: Readonly<Record<string, number>>;
  bytes: number;
  largestBytes: number;
  tombstones: number;
  /** Key and value equal to those of an earlier record. */
  duplicates: number;
  failureGroups: ReadonlyMap<string, { count: number; verdict: FailureVerdict; title: string }>;
  /** Specification of a key → how many records carry it. */
  keysSeen: ReadonlyMap<string, number>;
  /** Records of which nobody could say whether their effect was done, and why. */
  effects: { asked: boolean; unknown: number; reasons: ReadonlyMap<string, number> };
  /** Newest time by key hash. */
  keys: ReadonlyMap<string, Date>;
};

/** Where the records come from: what of a selection is taken, and what is known of each. */
export type FreezeFrom = {
  /** How many there are to take, and why others that are named are not among them. */
  count: () => Promise<{ taken: number; leftOut: Readonly<Record<string, number>> }>;
  /** Oldest first. */
  oldest: (
    limit: number,
    after: Pick<Candidate, 'at' | 'partition' | 'offset'> | null,
  ) => Promise<Candidate[]>;
  /** How often each lineage root was sent before. */
  attempts: (lineageRoots: readonly string[]) => Promise<ReadonlyMap<string, number>>;
  /** False for a copy that nobody processes. */
  countsAsAttempt: boolean;
};

/** What a replay may take: open or came back, of each lineage root the newest. */
export function replayableFrom(
  stores: Pick<Stores, 'replaySelection' | 'lineageAttempts'>,
  replay: Pick<Replay, 'id' | 'clusterId' | 'source'>,
): FreezeFrom {
  const { id, clusterId, source } = replay;
  const from = { clusterId, topicId: source.topicId, selection: source.selection, replayId: id };
  return {
    count: async () => {
      const { replayable, superseded } = await stores.replaySelection.count(from);
      return { taken: replayable, leftOut: { superseded } };
    },
    oldest: (limit, after) => stores.replaySelection.oldest(from, limit, after),
    attempts: (lineageRoots) => stores.lineageAttempts.count(clusterId, lineageRoots),
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
  /** Idempotency keys of external effects to look for. */
  keySpecs: readonly string[];
  effects: EffectQuestions;
};

const bytesOf = (record: LogRecord): number =>
  (record.key?.length ?? 0) +
  (record.value?.length ?? 0) +
  record.headers.reduce((sum, header) => sum + header.name.length + (header.value?.length ?? 0), 0);

/**
 * Freezes what the selection names, oldest first, up to the bounds: each record is read from Kafka (read_committed) and compared
 * with the hash that the index has, a page at a time, so that memory holds no payloads of earlier pages. @throws BrokerFailure
 */
export async function freezeManifest(
  from: FreezeFrom,
  reader: ClusterReader,
  terms: FreezeTerms,
): Promise<FrozenSet> {
  const { replay } = terms;
  const { clusterId, source, bounds } = replay;
  const records: FrozenRecord[] = [];
  const reasons: Record<string, number> = {};
  const leaveOut = (reason: string, n = 1) => {
    if (n > 0) reasons[reason] = (reasons[reason] ?? 0) + n;
  };
  const counts = await from.count();
  for (const [reason, n] of Object.entries(counts.leftOut)) leaveOut(reason, n);
  const set = {
    bytes: 0,
    largestBytes: 0,
    tombstones: 0,
    duplicates: 0,
    failureGroups: new Map<string, { count: number; verdict: FailureVerdict; title: string }>(),
    keysSeen: new Map<string, number>(terms.keySpecs.map((spec) => [spec, 0])),
    keys: new Map<string, Date>(),
  };
  const contents = new Set<string>();
  let seen = 0;
  let effectsUnknown = 0;

  const take = (candidate: Candidate, record: LogRecord, attempt: number): void => {
    const bytes = bytesOf(record);
    const content = contentHash({ key: record.key, value: record.value, headers: [] });
    if (contents.has(content)) set.duplicates++;
    contents.add(content);
    set.bytes += bytes;
    set.largestBytes = Math.max(set.largestBytes, bytes);
    if (record.value === null) set.tombstones++;
    for (const spec of terms.keySpecs)
      if (idempotencyKey(spec, record) !== null) set.keysSeen.set(spec, (set.keysSeen.get(spec) ?? 0) + 1);
    const group = set.failureGroups.get(candidate.fingerprint);
    if (group) group.count++;
    else
      set.failureGroups.set(candidate.fingerprint, {
        count: 1,
        verdict: candidate.verdict,
        title: candidate.exceptionClass ?? candidate.fingerprint,
      });
    const newest = candidate.keyHash === null ? null : set.keys.get(candidate.keyHash);
    if (candidate.keyHash !== null && (!newest || candidate.at > newest))
      set.keys.set(candidate.keyHash, candidate.at);
    records.push({
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
      originTimestampMs: candidate.originAt?.getTime() ?? null,
      convention: candidate.convention,
      origin: candidate.origin,
      at: candidate.at,
      keyPartition: record.key === null ? null : partitionOfKey(record.key, terms.destinationPartitions),
    });
  };

  let after: Candidate | null = null;
  for (let full = false; !full; ) {
    const page: Candidate[] = await from.oldest(pageSize, after);
    if (page.length === 0) break;
    const attempts = await from.attempts(page.map((candidate) => candidate.lineageRoot));
    const wanted = page.slice(0, bounds.maxRecords - records.length);
    after = wanted.at(-1) ?? after;
    const sources = await fetchSources(
      reader,
      wanted.map((candidate, ordinal) => ({ ...candidate, topicId: source.topicId, ordinal })),
    );
    const states = await effectStates(terms.effects, sources, wanted.length);
    for (const [ordinal, candidate] of wanted.entries()) {
      if (records.length >= bounds.maxRecords) break;
      seen++;
      const attempt = (attempts.get(candidate.lineageRoot) ?? 0) + (from.countsAsAttempt ? 1 : 0);
      const found = sources.get(ordinal) ?? { missing: 'expired' as const };
      if (candidate.pointer) leaveOut('pointer');
      else if (replay.destination.kind !== 'quarantine' && attempt > terms.maxAttempts)
        leaveOut('attempts_exhausted');
      else if ('missing' in found) leaveOut(found.missing);
      else if (states.get(ordinal) === 'done') leaveOut('effect_done');
      else if (bytesOf(found.record) + addedBytes > terms.maxMessageBytes) leaveOut('record_too_large');
      else if (set.bytes + bytesOf(found.record) > bounds.maxBytes) {
        seen--;
        full = true;
        break;
      } else {
        if (states.get(ordinal) === 'unknown') effectsUnknown++;
        take(candidate, found.record, attempt);
      }
    }
    if (records.length >= bounds.maxRecords) full = true;
  }
  leaveOut('over_bounds', Math.max(0, counts.taken - seen));
  const effects = {
    asked: terms.effects.asked,
    unknown: effectsUnknown,
    reasons: terms.effects.reasons(),
  };
  return { records, leftOutReasons: reasons, ...set, effects };
}

/** What is known of the effect of each source that was found, by its ordinal. */
async function effectStates(
  questions: EffectQuestions,
  sources: ReadonlyMap<number, Source>,
  count: number,
): Promise<ReadonlyMap<number, EffectState>> {
  const found = Array.from({ length: count }, (_, ordinal) => ordinal).flatMap((ordinal) => {
    const source = sources.get(ordinal);
    return source && 'record' in source ? [{ ordinal, record: source.record }] : [];
  });
  const states = await questions.ask(found.map(({ record }) => record));
  return new Map(states.map((state, index) => [found[index]?.ordinal ?? -1, state]));
}
