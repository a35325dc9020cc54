import { setTimeout as sleep } from 'node:timers/promises';
import { BrokerFailure } from '#lib/broker/port/failure.ts';
import type { ClusterGroups, GroupDescription, GroupListing } from '#lib/broker/port/groups.ts';

/** A group in the middle of a rebalance shows nothing of what it will read; it is asked so many times. */
const tries = 10;
const betweenMs = 500;
const settledStates = new Set(['Stable', 'Empty', 'Dead']);
const ownPrefix = 'sluice.';

export type Readers = { reading: readonly string[]; unknown: readonly string[] };

/** True when a member has the topic or subscribes it; null when that can't be seen now. */
function membersRead(
  description: GroupDescription | BrokerFailure | undefined,
  topic: string,
): boolean | null {
  if (description === undefined || description instanceof BrokerFailure) return null;
  const reads = description.members.some(
    (member) =>
      member.subscribed?.includes(topic) || member.assignment.some((assigned) => assigned.topic === topic),
  );
  if (reads) return true;
  const open = description.members.some(
    (member) => member.subscribed === null && member.assignment.length === 0,
  );
  return open && !settledStates.has(description.state) ? null : false;
}

async function look(
  groups: ClusterGroups,
  listed: readonly GroupListing[],
  topic: string,
): Promise<{ reading: string[]; unknown: GroupListing[] }> {
  const ids = (of: readonly GroupListing[]) => of.map(({ groupId }) => groupId);
  const share = listed.filter(({ type }) => type === 'share');
  const others = listed.filter(({ type }) => type !== 'share');
  const [descriptions, committed, shareOffsets] = await Promise.all([
    groups.describeGroups(listed),
    groups.fetchCommitted(ids(others)),
    groups.fetchShareOffsets(ids(share)),
  ]);
  const reading: string[] = [];
  const unknown: GroupListing[] = [];
  for (const group of listed) {
    const { groupId } = group;
    const offsets = group.type === 'share' ? shareOffsets.get(groupId) : committed.get(groupId);
    const told = offsets !== undefined && !(offsets instanceof BrokerFailure);
    const stands =
      told &&
      offsets.some(
        (each) => each.topic === topic && ('startOffset' in each ? each.startOffset : each.offset) !== null,
      );
    const members = membersRead(descriptions.get(groupId), topic);
    if (stands || members === true) reading.push(groupId);
    else if (!told || members === null) unknown.push(group);
  }
  return { reading, unknown };
}

/**
 * Which consumer groups read a topic, asked of Kafka now: those that committed an offset on it, and those with a member that subscribes it. A group
 * that can't be described counts as unknown; readers without a group leave no trace. Sluice's own are left out. @throws BrokerFailure
 */
export async function findReaders(groups: ClusterGroups, topic: string): Promise<Readers> {
  const listAll = async () =>
    (await groups.listGroups()).filter(({ groupId }) => !groupId.startsWith(ownPrefix));
  let open = await listAll();
  const reading: string[] = [];
  for (let attempt = 1; ; attempt++) {
    const seen = await look(groups, open, topic);
    reading.push(...seen.reading);
    if (seen.unknown.length === 0 || attempt === tries)
      return { reading: reading.sort(), unknown: seen.unknown.map(({ groupId }) => groupId).sort() };
    await sleep(betweenMs);
    // One that is gone meanwhile reads nothing.
    const still = new Set(seen.unknown.map(({ groupId }) => groupId));
    open = (await listAll()).filter(({ groupId }) => still.has(groupId));
  }
}
