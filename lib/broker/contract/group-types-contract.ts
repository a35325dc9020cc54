import { afterEach, describe, expect, it } from 'vitest';
import type { GroupType } from '#lib/domain/lag/status.ts';
import { BrokerFailure } from '../port/failure.ts';
import type { GroupDescription, GroupMember, TopicPartition } from '../port/groups.ts';
import { type GroupsWorld, good } from './groups-world.ts';

const waiting = { timeout: 90_000, interval: 100 };
const flat = (assignment: GroupMember['assignment']): string[] =>
  assignment.flatMap(({ topic, partitions }) => partitions.map((each) => `${topic}/${each}`)).sort();
const named = (partitions: readonly TopicPartition[]): string[] =>
  partitions.map(({ topic, partition }) => `${topic}/${partition}`).sort();

/** The contract of ClusterGroups for the types of groups, each with a real client of that type. */
export function groupTypesContract(world: GroupsWorld): void {
  const running: { stop(): Promise<void> }[] = [];
  afterEach(async () => {
    await Promise.all(running.splice(0).map((each) => each.stop()));
  });
  const start: GroupsWorld['startClient'] = async (client) => {
    const started = await world.startClient(client);
    running.push(started);
    return started;
  };
  const listed = async (groupId: string) =>
    (await world.groups().listGroups()).find((each) => each.groupId === groupId);
  const described = async (groupId: string, type: GroupType): Promise<GroupDescription> =>
    good((await world.groups().describeGroups([{ groupId, type }])).get(groupId));
  const stable = async (groupId: string, type: GroupType, members = 1): Promise<GroupDescription> => {
    await expect
      .poll(() => described(groupId, type), waiting)
      .toMatchObject({ state: 'Stable', members: { length: members } });
    return described(groupId, type);
  };
  const only = (description: GroupDescription): GroupMember => {
    expect(description.members).toHaveLength(1);
    return description.members[0] ?? expect.fail('no member');
  };
  /** Once the client has stopped: listed as empty, described without members. */
  const expectEmpty = async (groupId: string, type: GroupType) => {
    await expect.poll(() => listed(groupId), waiting).toMatchObject({ type, state: 'Empty' });
    expect(await described(groupId, type)).toMatchObject({ state: 'Empty', members: [] });
  };

  describe('types of groups', () => {
    it('classic: members with instance, rack and partitions, and no epochs; left it is empty', async () => {
      const [topic, groupId] = [await world.createTopic(2), world.newGroupId()];
      const identity = { clientId: `${groupId}-client`, instanceId: `${groupId}-1`, rack: 'rack-a' };
      const client = await start({ type: 'classic', groupId, topics: [topic], ...identity });
      const own = await client.assigned();
      const description = await stable(groupId, 'classic');
      expect(await listed(groupId)).toMatchObject({
        ...{ type: 'classic', state: 'Stable', protocolType: 'consumer' },
      });
      expect(description).toMatchObject({
        ...{ groupId, type: 'classic', epoch: null, assignmentEpoch: null },
        ...{ assignor: 'range', internalTopics: [] },
      });
      const member = only(description);
      expect(member).toEqual({
        ...{ memberId: expect.stringMatching(/.+/), clientId: identity.clientId, host: '127.0.0.1' },
        ...{ instanceId: identity.instanceId, rackId: identity.rack, epoch: null, tasks: null },
        ...{ assignment: [{ topic, partitions: [0, 1] }], subscribed: [topic] },
      });
      expect(flat(member.assignment)).toEqual(named(own));
      await client.stop();
      await expectEmpty(groupId, 'classic');
    });

    it('consumer (KIP-848): members, epochs and the assignor; left it is empty', async () => {
      const [topic, groupId] = [await world.createTopic(2), world.newGroupId()];
      const identity = { clientId: `${groupId}-client`, instanceId: `${groupId}-1`, rack: 'rack-a' };
      const client = await start({ type: 'consumer', groupId, topics: [topic], ...identity });
      const own = await client.assigned();
      const description = await stable(groupId, 'consumer');
      expect(await listed(groupId)).toMatchObject({ type: 'consumer', state: 'Stable' });
      expect(description).toMatchObject({ type: 'consumer', assignor: 'uniform', internalTopics: [] });
      expect(description.epoch).toBeGreaterThan(0);
      expect(description.assignmentEpoch).toBe(description.epoch);
      const member = only(description);
      expect(member).toEqual({
        ...{ memberId: expect.stringMatching(/.+/), clientId: identity.clientId, host: '127.0.0.1' },
        ...{ instanceId: identity.instanceId, rackId: identity.rack, epoch: description.epoch, tasks: null },
        ...{ assignment: [{ topic, partitions: [0, 1] }], subscribed: [topic] },
      });
      expect(flat(member.assignment)).toEqual(named(own));
      await client.stop();
      await expectEmpty(groupId, 'consumer');
    });

    it('share (KIP-932): members, epochs, start offsets and lag; left it is empty', async () => {
      const [topic, groupId] = [await world.createTopic(2), world.newGroupId()];
      await world.produce(topic, 0, 10);
      const identity = { clientId: `${groupId}-client`, rack: 'rack-a' };
      const client = await start({ type: 'share', groupId, topics: [topic], limit: 4, ...identity });
      const own = await client.assigned();
      const description = await stable(groupId, 'share');
      expect(await listed(groupId)).toMatchObject({ type: 'share', state: 'Stable' });
      expect(description).toMatchObject({ type: 'share', assignor: 'simple', internalTopics: [] });
      expect(description.epoch).toBeGreaterThan(0);
      expect(description.assignmentEpoch).toBe(description.epoch);
      const member = only(description);
      expect(member).toEqual({
        ...{ memberId: expect.stringMatching(/.+/), clientId: identity.clientId, host: '127.0.0.1' },
        ...{ instanceId: null, rackId: identity.rack, epoch: description.epoch, tasks: null },
        ...{ assignment: [{ topic, partitions: [0, 1] }], subscribed: [topic] },
      });
      expect(flat(member.assignment)).toEqual(named(own));
      await client.consumed(4);
      const offsets = async () =>
        good((await world.groups().fetchShareOffsets([groupId])).get(groupId)).find(
          (each) => each.partition === 0,
        );
      await expect.poll(offsets, waiting).toMatchObject({ topic, lagRecords: 6n, failure: null });
      expect((await offsets())?.startOffset).toBeTypeOf('bigint');
      await client.stop();
      await expectEmpty(groupId, 'share');
    });

    it('streams (KIP-1071): tasks, their partitions and internal topics; left it is empty', async () => {
      const [wide, narrow] = [await world.createTopic(2), await world.createTopic(1)];
      const groupId = world.newGroupId();
      const topics = [wide, narrow];
      const client = await start({ type: 'streams', groupId, topics, clientId: `${groupId}-client` });
      const description = await stable(groupId, 'streams');
      expect(await listed(groupId)).toMatchObject({ type: 'streams', state: 'Stable' });
      const repartition = `${groupId}-by-value-repartition`;
      expect(description.internalTopics.toSorted()).toEqual(
        [repartition, `${groupId}-counts-changelog`].sort(),
      );
      expect(description.epoch).toBeGreaterThan(0);
      expect(description.assignmentEpoch).toBe(description.epoch);
      const member = only(description);
      expect(member).toMatchObject({
        ...{ clientId: expect.stringMatching(`^${groupId}-client`), host: '127.0.0.1', instanceId: null },
        ...{ epoch: description.epoch },
      });
      expect(member.subscribed?.toSorted()).toEqual([wide, narrow, repartition].sort());
      expect(member.tasks?.processId).toMatch(/.+/);
      expect(member.tasks?.active.toSorted()).toEqual(['0_0', '0_1', '1_0', '1_1']);
      expect(member.tasks).toMatchObject({ standby: [], warmUp: [] });
      // The client makes a partition up for every task, also where the topic has fewer.
      const own = await client.assigned((partitions) => partitions.length === 6);
      expect(named(own)).toEqual([...flat(member.assignment), `${narrow}/1`].sort());
      await client.stop();
      await expectEmpty(groupId, 'streams');
    });

    it('consumer: a member of each protocol during a migration, and the group that turned classic again', async () => {
      const [topic, groupId] = [await world.createTopic(4), world.newGroupId()];
      const common = { groupId, topics: [topic] };
      const modern = await start({ ...common, type: 'consumer', clientId: 'modern' });
      await modern.assigned();
      const classic = await start({ ...common, type: 'classic', clientId: 'old' });
      await classic.assigned();
      const both = await stable(groupId, 'consumer', 2);
      expect(both.members.map(({ clientId }) => clientId).sort()).toEqual(['modern', 'old']);
      expect(both.members.map(({ assignment }) => flat(assignment).length)).toEqual([2, 2]);
      expect(both.members.flatMap(({ assignment }) => flat(assignment)).sort()).toHaveLength(4);
      await modern.stop();
      await expect.poll(() => listed(groupId), waiting).toMatchObject({ type: 'classic' });
      const left = await stable(groupId, 'classic');
      expect(only(left)).toMatchObject({ clientId: 'old', epoch: null });
      // Whoever listed it a moment ago still takes it for what it was.
      expect(await described(groupId, 'consumer')).toMatchObject({ type: 'classic', members: left.members });
    });

    it('a group that cannot be described fails alone', async () => {
      const topic = await world.createTopic(1);
      const fresh = (type: GroupType) => ({ groupId: world.newGroupId(), type });
      const [plain, garbled, connect] = [fresh('classic'), fresh('classic'), fresh('classic')];
      const [absent, absentShare, absentStreams] = [fresh('consumer'), fresh('share'), fresh('streams')];
      await world.commit(plain.groupId, topic, { 0: 0 });
      const garbage = Buffer.from('not what the protocol says');
      // A subscription to nothing: brokers before 4.4 stumble over one that they can't read.
      const subscription = Buffer.from([0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]);
      const ofConsumer = { protocolType: 'consumer', protocolName: 'own', metadata: subscription };
      const ofConnect = { protocolType: 'connect', protocolName: 'sessioned', metadata: garbage };
      for (const member of [
        { groupId: garbled.groupId, ...ofConsumer, assignment: garbage },
        { groupId: connect.groupId, ...ofConnect, assignment: garbage },
      ])
        running.push(await world.joinForeign(member));
      const answers = await world
        .groups()
        .describeGroups([plain, absent, absentShare, absentStreams, garbled, connect]);
      expect(good(answers.get(plain.groupId))).toMatchObject({ members: [] });
      for (const { groupId } of [absent, absentShare, absentStreams, garbled]) {
        expect(answers.get(groupId)).toBeInstanceOf(BrokerFailure);
        expect(answers.get(groupId)).toMatchObject({ kind: 'rejected' });
      }
      const foreign = good(answers.get(connect.groupId));
      expect(foreign).toMatchObject({ type: 'classic', state: 'Stable', assignor: 'sessioned' });
      expect(only(foreign)).toMatchObject({ assignment: [], subscribed: null, rackId: null });
      const shares = await world.groups().fetchShareOffsets([absentShare.groupId, plain.groupId]);
      expect([...shares.values()]).toEqual([[], []]);
    });
  });
}
