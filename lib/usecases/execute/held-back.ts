import type { OffsetKind } from '#lib/broker/port/groups.ts';
import type { LandingRange } from '#lib/domain/replays/batch.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { isExecuting } from '#lib/domain/replays/state.ts';
import type { Lease } from '#lib/store/leases.ts';
import { changeReplay } from './change-replay.ts';
import type { ExecutionDeps } from './deps.ts';
import type { ExecutionSession } from './session.ts';

/** What is shown while a read_committed reader can't get at what was sent. */
export const heldBackBy = (topic: string, partitions: readonly number[]): string =>
  `Waiting: an open transaction of another producer on ${topic} (partition ${partitions.join(', ')}) hides what was sent there from read_committed readers until it ends. If it does not end, find out whose it is (kafka-transactions.sh find-hanging)`;

/** What is shown where the log has lost what was sent. */
const goneFrom = (topic: string, partitions: readonly number[]): string =>
  `The log of ${topic} (partition ${partitions.join(', ')}) ends before records that this replay had sent: it was cut back, as an unclean leader election does it, and they are gone. Nobody consumes them; abort the replay, or let it end as indeterminate`;

/** Why what has landed can't be read: not yet, or `gone` and never again. */
export type HeldBack = { reason: string; gone: boolean };

/**
 * Why what has landed can't be read: somebody's open transaction keeps the last stable offset below it, or the log ends before it. null = nothing keeps
 * it back. @throws BrokerFailure
 */
export async function heldBack(
  session: Pick<ExecutionSession, 'cluster' | 'landings'>,
  topic: string,
): Promise<HeldBack | null> {
  const ends = endsOf(session.landings);
  if (ends.size === 0) return null;
  const endingBefore = async (kind: OffsetKind, partitions: readonly number[]): Promise<number[]> => {
    const asked = partitions.map((partition) => ({ topic, partition }));
    const answers = await session.cluster.groups.listOffsets(asked, kind);
    return answers.flatMap(({ partition, offset, failure }) => {
      if (failure) throw failure;
      return offset === null || offset <= (ends.get(partition) ?? 0n) ? [partition] : [];
    });
  };
  const held = await endingBefore('last_stable', [...ends.keys()]);
  if (held.length === 0) return null;
  const gone = await endingBefore('high_watermark', held);
  const open = held.filter((partition) => !gone.includes(partition));
  return open.length > 0
    ? { reason: heldBackBy(topic, open), gone: false }
    : { reason: goneFrom(topic, gone), gone: true };
}

function endsOf(landings: readonly LandingRange[]): Map<number, bigint> {
  const ends = new Map<number, bigint>();
  for (const { partition, last } of landings)
    if (last > (ends.get(partition) ?? -1n)) ends.set(partition, last);
  return ends;
}

/** Shows why a replay that runs stands still; null = it does not. Writes only what is new. @throws LeaseLost, StateChanged */
export async function tellWait(
  deps: ExecutionDeps,
  session: { lease: Lease },
  replay: Replay,
  reason: string | null,
): Promise<Replay> {
  if (!isExecuting(replay.state) || replay.stateReason === reason) return replay;
  return changeReplay(deps, session, replay, { stateReason: reason }, null);
}
