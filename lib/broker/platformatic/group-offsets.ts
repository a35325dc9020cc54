import { setTimeout as sleep } from 'node:timers/promises';
import { offsetFetchV8, offsetFetchV9 } from '@platformatic/kafka';
import { BrokerFailure } from '../port/failure.ts';
import type { CommittedOffset, PerGroup } from '../port/groups.ts';
import { bestVersion, type Call, withPartErrors } from './call.ts';
import type { Coordinators, PartAnswer } from './coordinators.ts';
import { failureOfCode } from './failure.ts';

const errorUnstableCommit = 88;
const stableWaitMs = 10_000;
const stablePollMs = 50;
const offsetFetchApi = { key: offsetFetchV9.api.key, name: 'OffsetFetch' };

type Answer = readonly CommittedOffset[] | BrokerFailure | 'unstable';

/** OffsetFetch of all partitions of many groups (KIP-709). */
const offsetFetch =
  (groupIds: readonly string[], requireStable: boolean): Call<PartAnswer<Answer>> =>
  async (connection, versions) => {
    const { api } = bestVersion(versions, offsetFetchApi, [
      [9, offsetFetchV9],
      [8, offsetFetchV8],
    ]);
    const groups = groupIds.map((groupId) => ({ groupId, memberId: null, memberEpoch: -1, topics: null }));
    const answer = await withPartErrors(api.async(connection, groups, requireStable));
    return new Map(
      answer.groups.map((group) => [
        group.groupId,
        group.errorCode !== 0 ? { errorCode: group.errorCode } : committedOf(group),
      ]),
    );
  };

function committedOf(group: Awaited<ReturnType<typeof offsetFetchV9.api.async>>['groups'][number]): Answer {
  const offsets: CommittedOffset[] = [];
  for (const topic of group.topics) {
    for (const each of topic.partitions) {
      if (each.errorCode === errorUnstableCommit) return 'unstable';
      if (each.errorCode !== 0)
        return failureOfCode(
          each.errorCode,
          `OffsetFetch of group ${group.groupId}, ${topic.name}-${each.partitionIndex}`,
        );
      offsets.push({
        topic: topic.name,
        partition: each.partitionIndex,
        offset: each.committedOffset < 0n ? null : each.committedOffset,
        metadata: each.metadata ?? null,
      });
    }
  }
  return offsets;
}

/** A pending transactional commit is waited out for at most 10 s when `requireStable`; past that the group answers 'timed_out'. */
export async function fetchCommitted(
  coordinators: Coordinators,
  groupIds: readonly string[],
  requireStable: boolean,
): Promise<PerGroup<readonly CommittedOffset[]>> {
  const settled = new Map<string, readonly CommittedOffset[] | BrokerFailure>();
  const until = Date.now() + stableWaitMs;
  for (let open = [...groupIds]; open.length > 0; ) {
    const answers = new Map<string, Answer>();
    await coordinators.perCoordinator(open, answers, 'OffsetFetch', (ids) => offsetFetch(ids, requireStable));
    const late = Date.now() >= until;
    const unstable: string[] = [];
    for (const [id, answer] of answers) {
      if (answer !== 'unstable') settled.set(id, answer);
      else if (!late) unstable.push(id);
      else
        settled.set(
          id,
          new BrokerFailure(
            'timed_out',
            `OffsetFetch of group ${id}: a transaction stays open over its commit`,
          ),
        );
    }
    open = unstable;
    if (open.length > 0) await sleep(stablePollMs);
  }
  return settled;
}
