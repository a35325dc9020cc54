import { BrokerFailure } from '#lib/broker/port/failure.ts';
import type { LogOffset } from '#lib/broker/port/groups.ts';
import { fetchSources, type Source } from '#lib/broker/sources/fetch-sources.ts';
import { type Sha256, sha256Hex } from '#lib/domain/kernel/brand.ts';
import type { BatchIntent } from '#lib/domain/replays/batch.ts';
import type { ManifestEntry } from '#lib/domain/replays/manifest.ts';
import { carriedHash } from '#lib/domain/replays/outgoing.ts';
import type { HeaderChanges, Replay, ReplayPlan } from '#lib/domain/replays/replay.ts';
import type { ExecutionDeps } from './deps.ts';
import { outgoingOf } from './prepare-batch.ts';
import type { ExecutionSession } from './session.ts';

/** The hash of nothing that is ever found. */
const noRecord = sha256Hex('0'.repeat(64));
/** Clocks of workers and producers may be wrong by so much; what is read too early costs time only. */
const clockMarginMs = 2 * 3_600_000;

/**
 * What each entry would have been sent as, from its source: the same bytes whenever it is asked. One whose source is gone can't be held against
 * anything, and is never found.
 */
export async function rebuiltHashes(
  deps: ExecutionDeps,
  replay: Replay,
  plan: ReplayPlan,
  { cluster }: Pick<ExecutionSession, 'cluster'>,
  entries: readonly ManifestEntry[],
): Promise<Sha256[]> {
  const outgoing = outgoingOf(deps, replay, plan);
  const sources = await fetchSources(cluster.reader, entries).catch((error): Map<number, Source> => {
    // The topic was deleted, or another has its name.
    if (error instanceof BrokerFailure && error.kind === 'unknown_topic_id') return new Map();
    throw error;
  });
  return entries.map((entry) => {
    const source = sources.get(entry.ordinal);
    return source && 'record' in source ? carriedHash(outgoing(source.record, entry)) : noRecord;
  });
}

/** Where in destination and quarantine a search for the entries has to begin: not past where the first of them can have landed. */
export async function searchStarts(
  replay: Replay,
  plan: ReplayPlan,
  { cluster }: Pick<ExecutionSession, 'cluster'>,
  entries: readonly ManifestEntry[],
): Promise<Pick<BatchIntent, 'startOffsets' | 'divertedStartOffsets'>> {
  const startsOf = async (topic: string, headers: HeaderChanges, of: readonly ManifestEntry[]) => {
    const own = [...new Set(of.map(({ destinationPartition }) => destinationPartition))];
    if (own.length === 0) return [];
    const partitions = own.map((partition) => ({ topic, partition }));
    const { groups } = cluster;
    const answers =
      headers.timestamp === 'replay' && replay.plannedAt
        ? await groups.offsetsAtTime(partitions, replay.plannedAt.getTime() - clockMarginMs)
        : await groups.listOffsets(partitions, 'earliest');
    return answers.flatMap(startOf);
  };
  const { diversion } = plan;
  const diverted = entries.filter(({ divert }) => divert);
  const sent = entries.filter(({ divert }) => !divert);
  return {
    startOffsets: await startsOf(replay.destination.topic, plan.headers, sent),
    ...(diversion && {
      divertedStartOffsets: await startsOf(diversion.topic, diversion.headers, diverted),
    }),
  };
}

/** None where the partition has no record of that time or later. */
function startOf({ partition, offset, failure }: LogOffset): (readonly [number, string])[] {
  if (failure) throw failure;
  return offset === null ? [] : [[partition, String(offset)]];
}
