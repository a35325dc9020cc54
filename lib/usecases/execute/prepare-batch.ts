import { fetchSources, type Source } from '#lib/broker/sources/fetch-sources.ts';
import type { LogRecord } from '#lib/domain/kernel/record.ts';
import { type BatchIntent, type FailReason, packHashes, type SkipReason } from '#lib/domain/replays/batch.ts';
import type { ManifestEntry } from '#lib/domain/replays/manifest.ts';
import { carriedHash, type OutgoingContent, outgoingRecords } from '#lib/domain/replays/outgoing.ts';
import type { Replay, ReplayPlan } from '#lib/domain/replays/replay.ts';
import { askEffects } from './ask-effects.ts';
import type { ExecutionDeps } from './deps.ts';
import { Hold } from './interruption.ts';

export type PreparedBatch = {
  entries: readonly ManifestEntry[];
  /** What is sent, in ordinal order. */
  sends: readonly { entry: ManifestEntry; content: OutgoingContent }[];
  left: BatchIntent['left'];
  sentHashes: string;
  /** Keys of which a record failed for good, or was diverted: later ones of the key wait for a person. */
  blockedKeys: readonly string[];
};

/** `divertedMaxMessageBytes` is null where nothing is diverted. */
type BatchLimits = {
  maxMessageBytes: number;
  divertedMaxMessageBytes: number | null;
  blockedKeys: ReadonlySet<string>;
};

const contentBytes = (content: OutgoingContent): number =>
  (content.key?.length ?? 0) +
  (content.value?.length ?? 0) +
  content.headers.reduce((sum, header) => sum + header.name.length + (header.value?.length ?? 0) + 10, 0) +
  100;

/** What is sent for a record, to the destination or to the quarantine. */
export function outgoingOf(
  deps: Pick<ExecutionDeps, 'isFailureHeader' | 'clock'>,
  replay: Pick<Replay, 'id'>,
  plan: ReplayPlan,
): (source: LogRecord, entry: ManifestEntry) => OutgoingContent {
  const terms = { replayId: replay.id, isFailureHeader: deps.isFailureHeader, nowMs: deps.clock().getTime() };
  const toDestination = outgoingRecords({ ...terms, headers: plan.headers });
  const toQuarantine = outgoingRecords({ ...terms, headers: (plan.diversion ?? plan).headers });
  return (source, entry) => (entry.divert ? toQuarantine : toDestination)(source, entry);
}

/** Reads the sources and decides of each entry whether it is sent; everything decided here stands in the intent before a send. */
export async function prepareBatch(
  deps: ExecutionDeps,
  replay: Replay,
  entries: readonly ManifestEntry[],
  limits: BatchLimits,
): Promise<PreparedBatch> {
  const cluster = deps.clusters.get(replay.cluster);
  const { plan } = replay;
  if (!cluster || !plan) throw new Hold(`Cluster ${replay.cluster} is not configured on this worker.`);
  const sources = await fetchSources(cluster.reader, entries);
  const done = await askEffects(deps, replay, entries, sources);
  const blocked = new Set(limits.blockedKeys);
  const blocking = plan.orderingRequired;
  const outgoing = outgoingOf(deps, replay, plan);
  const left: (readonly [number, 'skipped' | 'failed', SkipReason | FailReason])[] = [];
  const sends: { entry: ManifestEntry; content: OutgoingContent }[] = [];
  const fail = ({ ordinal, keyHash }: ManifestEntry, reason: FailReason) => {
    left.push([ordinal, 'failed', reason]);
    if (blocking && keyHash !== null) blocked.add(keyHash);
  };
  for (const entry of entries) {
    const diversion = entry.divert ? plan.diversion : undefined;
    if (entry.divert && !diversion)
      throw new Hold(`Entry ${entry.ordinal} is to be diverted, and the plan names no quarantine.`);
    // In a quarantine nothing is overtaken.
    if (!diversion && entry.keyHash !== null && blocked.has(entry.keyHash)) {
      left.push([entry.ordinal, 'skipped', 'key_blocked']);
      continue;
    }
    const source: Source = sources.get(entry.ordinal) ?? { missing: 'expired' };
    if ('missing' in source) {
      if (source.missing === 'unreadable') fail(entry, source.missing);
      else left.push([entry.ordinal, 'skipped', source.missing]);
      continue;
    }
    if (done.has(entry.ordinal)) {
      left.push([entry.ordinal, 'skipped', 'effect_done']);
      continue;
    }
    if (diversion && blocking && entry.keyHash !== null) blocked.add(entry.keyHash);
    const content = outgoing(source.record, entry);
    const mostBytes = diversion ? limits.divertedMaxMessageBytes : limits.maxMessageBytes;
    if (mostBytes !== null && contentBytes(content) > mostBytes) {
      fail(entry, 'record_too_large');
      continue;
    }
    sends.push({ entry, content });
  }
  return {
    entries,
    sends,
    left,
    sentHashes: packHashes(sends.map(({ content }) => carriedHash(content))),
    blockedKeys: [...blocked].filter((key) => !limits.blockedKeys.has(key)),
  };
}

/** What goes to the destination, and what goes to the quarantine; each in ordinal order. */
export const sentAndDiverted = (
  sends: PreparedBatch['sends'],
): readonly [PreparedBatch['sends'], PreparedBatch['sends']] => [
  sends.filter(({ entry }) => !entry.divert),
  sends.filter(({ entry }) => entry.divert),
];
