import { setTimeout as sleep } from 'node:timers/promises';
import { BrokerFailure } from '../port/failure.ts';
import type { CommittedOffset, PerGroup } from '../port/groups.ts';
import { bestVersion, type Call } from './call.ts';
import type { Coordinators, PartAnswer } from './coordinators.ts';
import { failureOfCode } from './failure.ts';
import { type FetchedGroup, fetchOffsetsV8, fetchOffsetsV9 } from './offset-fetch-wire.ts';

const errorUnstableCommit = 88;
const stableWaitMs = 10_000;
const stablePollMs = 50;
const offsetFetchApi = { key: fetchOffsetsV9.key, name: 'OffsetFetch' };

type Answer = readonly CommittedOffset[] | BrokerFailure | 'unstable';

/** OffsetFetch of all partitions of many groups (KIP-709). */
const offsetFetch =
  (groupIds: readonly string[], requireStable: boolean): Call<PartAnswer<Answer>> =>
  async (connection, versions) => {
    const ask = bestVersion(versions, offsetFetchApi, [
      [9, fetchOffsetsV9],
      [8, fetchOffsetsV8],
    ]);
    const wanted = groupIds.map((groupId) => ({ groupId, memberId: null, memberEpoch: -1, topics: null }));
    const groups = await ask.async(connection, wanted, requireStable);
    return new Map(
      groups.map((group) => [
        group.groupId,
        group.errorCode !== 0 ? { errorCode: group.errorCode } : answerOf(group),
      ]),
    );
  };

function answerOf({ groupId, offsets, failed }: FetchedGroup): Answer {
  if (failed === null) return offsets;
  const { topic, partition, errorCode } = failed;
  if (errorCode === errorUnstableCommit) return 'unstable';
  return failureOfCode(errorCode, `OffsetFetch of group ${groupId}, ${topic}-${partition}`);
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
