import { type BatchIntent, type FailReason, packHashes, type SkipReason } from '#lib/domain/replays/batch.ts';
import type { ManifestEntry } from '#lib/domain/replays/manifest.ts';
import { carriedHash, type OutgoingContent, outgoingRecord } from '#lib/domain/replays/outgoing.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import type { ExecutionDeps } from './deps.ts';
import { fetchSources, type Source } from './fetch-sources.ts';
import { Hold } from './interruption.ts';

export type PreparedBatch = {
  entries: readonly ManifestEntry[];
  /** What is sent, in ordinal order. */
  sends: readonly { entry: ManifestEntry; content: OutgoingContent }[];
  left: BatchIntent['left'];
  sentHashes: string;
  /** Keys of which a record failed for good: later ones of the key wait for a person. */
  blockedKeys: readonly string[];
};

const contentBytes = (content: OutgoingContent): number =>
  (content.key?.length ?? 0) +
  (content.value?.length ?? 0) +
  content.headers.reduce((sum, header) => sum + header.name.length + (header.value?.length ?? 0) + 10, 0) +
  100;

/** Reads the sources and decides of each entry whether it is sent; everything decided here stands in the intent before a send. */
export async function prepareBatch(
  deps: ExecutionDeps,
  replay: Replay,
  entries: readonly ManifestEntry[],
  limits: { maxMessageBytes: number; blockedKeys: ReadonlySet<string> },
): Promise<PreparedBatch> {
  const cluster = deps.clusters.get(replay.cluster);
  const headers = replay.plan?.headers;
  if (!cluster || !headers) throw new Hold(`Cluster ${replay.cluster} is not configured on this worker.`);
  const sources = await fetchSources(cluster.reader, entries);
  const blocked = new Set(limits.blockedKeys);
  const blocking = replay.plan?.orderingRequired ?? false;
  const nowMs = deps.clock().getTime();
  const left: (readonly [number, 'skipped' | 'failed', SkipReason | FailReason])[] = [];
  const sends: { entry: ManifestEntry; content: OutgoingContent }[] = [];
  for (const entry of entries) {
    if (entry.keyHash !== null && blocked.has(entry.keyHash)) {
      left.push([entry.ordinal, 'skipped', 'key_blocked']);
      continue;
    }
    const source: Source = sources.get(entry.ordinal) ?? { missing: 'expired' };
    if ('missing' in source) {
      left.push([entry.ordinal, 'skipped', source.missing]);
      continue;
    }
    const content = outgoingRecord({
      source: source.record,
      entry,
      replayId: replay.id,
      headers,
      isFailureHeader: deps.isFailureHeader,
      nowMs,
    });
    if (contentBytes(content) > limits.maxMessageBytes) {
      left.push([entry.ordinal, 'failed', 'record_too_large']);
      if (blocking && entry.keyHash !== null) blocked.add(entry.keyHash);
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
