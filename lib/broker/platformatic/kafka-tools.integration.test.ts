import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DescribedOffset } from '#fixtures/describe-table.ts';
import { testCluster } from '#fixtures/kafka.ts';
import { describeByTool, kafkaTool } from '#fixtures/kafka-tools.ts';
import { type MixedGroup, type MixedGroups, makeMixedGroups } from '#fixtures/mixed-groups.ts';
import { type OffsetLag, offsetLag, type PartitionOffsets } from '#lib/domain/lag/offsets.ts';
import type { GroupMember, OffsetKind, PerGroup, ShareOffset, TopicPartition } from '../port/groups.ts';
import { connectCluster } from './connect.ts';

const connection = connectCluster(testCluster());
let mixed: MixedGroups;
/** Ours before and after what the tools say: equal, so nothing moved in between. */
let ours: Ours;
let after: Ours;
let said: {
  consumer: DescribedOffset[];
  share: DescribedOffset[];
  streams: DescribedOffset[];
  ends: Map<string, bigint>;
  starts: Map<string, bigint>;
};

type Place = PartitionOffsets & OffsetLag & { member: GroupMember | null };
type Ours = {
  /** By group, then by topic and partition: where the group has an offset or a member. */
  groups: Map<string, Map<string, Place>>;
  shares: Map<string, ShareOffset>;
  starts: Map<string, bigint | null>;
  ends: Map<string, bigint | null>;
};

const at = ({ topic, partition }: TopicPartition) => `${topic}:${partition}`;
const idOf = (name: MixedGroup) => mixed.groups[name].groupId;
const idsOf = (...types: string[]) =>
  Object.values(mixed.groups)
    .filter(({ type }) => types.includes(type))
    .map(({ groupId }) => groupId);

const answered = <T>(answers: PerGroup<T>): [string, T][] =>
  [...answers].map(([id, answer]) => {
    if (answer instanceof Error) throw answer;
    return [id, answer];
  });

/** What Sluice's port says of all groups, committed offsets before end offsets, with the domain's lag. */
async function readOurs(): Promise<Ours> {
  const { groups: ask } = connection;
  const ids = idsOf('classic', 'consumer', 'streams');
  const described = answered(await ask.describeGroups(Object.values(mixed.groups)));
  const committed = answered(await ask.fetchCommitted(ids));
  const shares = answered(await ask.fetchShareOffsets([idOf('share')])).flatMap(([, offsets]) => offsets);
  const owners = new Map(
    described.map(([id, { members }]) => [
      id,
      new Map(
        members.flatMap((member) =>
          member.assignment.flatMap(({ topic, partitions }) =>
            partitions.map((partition) => [at({ topic, partition }), { topic, partition, member }] as const),
          ),
        ),
      ),
    ]),
  );
  const offsetsOf = new Map(
    committed.map(([id, list]) => [id, new Map(list.map((each) => [at(each), each]))]),
  );
  const partitions = new Map<string, TopicPartition>();
  for (const list of [...owners.values(), ...offsetsOf.values()])
    for (const [key, { topic, partition }] of list) partitions.set(key, { topic, partition });
  const listed = async (kind: OffsetKind) =>
    new Map((await ask.listOffsets([...partitions.values()], kind)).map((each) => [at(each), each.offset]));
  const [starts, stable, ends] = [
    ...[await listed('earliest'), await listed('last_stable'), await listed('high_watermark')],
  ] as const;
  const placesOf = (id: string) => {
    const keys = new Set([...(owners.get(id)?.keys() ?? []), ...(offsetsOf.get(id)?.keys() ?? [])]);
    return new Map(
      [...keys].map((key): [string, Place] => {
        const offsets: PartitionOffsets = {
          committed: offsetsOf.get(id)?.get(key)?.offset ?? null,
          logStart: starts.get(key) ?? null,
          lastStable: stable.get(key) ?? null,
          highWatermark: ends.get(key) ?? null,
        };
        return [key, { ...offsets, ...offsetLag(offsets), member: owners.get(id)?.get(key)?.member ?? null }];
      }),
    );
  };
  return {
    groups: new Map(ids.map((id) => [id, placesOf(id)])),
    shares: new Map(shares.map((each) => [at(each), each])),
    starts,
    ends,
  };
}

/** kafka-get-offsets of all topics of the test: "topic:partition:offset". */
async function readLogOffsets(time: 'earliest' | 'latest'): Promise<Map<string, bigint>> {
  const topics = Object.values(mixed.topics).join('|').replaceAll('.', '\\.');
  const { code, stdout, stderr } = await kafkaTool('get-offsets', ['--topic', topics, '--time', time]);
  if (code !== 0) throw new Error(`kafka-get-offsets ended with ${code}: ${stderr}`);
  return new Map(
    stdout
      .trim()
      .split('\n')
      .map((line) => line.split(':'))
      .map(([topic = '', partition = '', offset = '']) => [`${topic}:${partition}`, BigInt(offset)]),
  );
}

beforeAll(async () => {
  mixed = await makeMixedGroups();
  ours = await readOurs();
  const [consumer, share, streams, starts, ends] = await Promise.all([
    describeByTool('consumer-groups', idsOf('classic', 'consumer')),
    describeByTool('share-groups', idsOf('share')),
    describeByTool('streams-groups', idsOf('streams'), ['--verbose']),
    readLogOffsets('earliest'),
    readLogOffsets('latest'),
  ]);
  said = { consumer, share, streams, starts, ends };
  after = await readOurs();
}, 240_000);
afterAll(async () => {
  await mixed?.stop();
  await connection.close();
});

const rowsOf = (rows: readonly DescribedOffset[], groupId: string) =>
  new Map(rows.filter((row) => row.group === groupId).map((row) => [at(row), row]));
const placeOf = (name: MixedGroup, topic: string, partition: number) =>
  ours.groups.get(idOf(name))?.get(at({ topic, partition }));

describe("offsets and lag equal what Kafka's own tools say", () => {
  it('nothing moves while they are asked', () => {
    expect(after).toEqual(ours);
  });

  it('kafka-get-offsets: log start and high watermark of every partition', () => {
    for (const [key, start] of ours.starts) {
      if (!said.starts.has(key)) continue; // an internal topic of a streams app
      expect(start, key).toBe(said.starts.get(key));
      expect(ours.ends.get(key), key).toBe(said.ends.get(key));
    }
    expect([...said.starts.keys()].filter((key) => !ours.starts.has(key))).toEqual([]);
    expect(said.starts.size).toBe(11);
  });

  it('kafka-consumer-groups: classic and consumer groups, live and left', () => {
    for (const groupId of idsOf('classic', 'consumer')) {
      const rows = rowsOf(said.consumer, groupId);
      const places = ours.groups.get(groupId) ?? new Map<string, Place>();
      expect([...places.keys()].sort(), groupId).toEqual([...rows.keys()].sort());
      for (const [key, { committed, highWatermark, lagRecords, expiredRecords, member }] of places) {
        const row = rows.get(key);
        // The tool counts from the committed offset also where retention has taken records after it.
        const toolLag = lagRecords === null ? null : lagRecords + (expiredRecords ?? 0n);
        expect(row, `${groupId} ${key}`).toMatchObject({ committed, logEnd: highWatermark, lag: toolLag });
        expect(row, `${groupId} ${key}`).toMatchObject({
          memberId: member?.memberId ?? null,
          host: member ? `/${member.host}` : null,
          clientId: member?.clientId ?? null,
        });
      }
    }
  });

  it('kafka-share-groups: start offsets and lag', () => {
    const rows = rowsOf(said.share, idOf('share'));
    expect([...ours.shares.keys()].sort()).toEqual([...rows.keys()].sort());
    for (const [key, { startOffset, lagRecords, failure }] of ours.shares) {
      expect(failure).toBeNull();
      expect(rows.get(key), key).toMatchObject({ startOffset, lag: lagRecords });
    }
    // Known where the group has begun to read, null where it has not.
    const lags = [...ours.shares.values()].map((each) => each.lagRecords);
    expect(lags.some((lag) => lag !== null && lag > 0n)).toBe(true);
    expect(lags).toContain(null);
  });

  it('kafka-streams-groups: a live app, internal topics too', () => {
    const groupId = idOf('streamsLive');
    const rows = rowsOf(said.streams, groupId);
    const places = ours.groups.get(groupId) ?? new Map<string, Place>();
    expect([...places.keys()].sort()).toEqual([...rows.keys()].sort());
    expect([...places.keys()]).toContain(`${groupId}-by-value-repartition:0`);
    for (const [key, { committed, logStart, highWatermark, lagRecords, expiredRecords }] of places) {
      // The tool counts the whole log as lag of a partition that was never committed; that is not known, and is null here.
      const wholeLog = (highWatermark ?? 0n) - (logStart ?? 0n);
      const toolLag = lagRecords === null ? wholeLog : lagRecords + (expiredRecords ?? 0n);
      expect(rows.get(key), key).toMatchObject({ committed, logEnd: highWatermark, lag: toolLag });
    }
  });

  it('kafka-streams-groups says nothing of an app that was left, whose offsets are still there', () => {
    expect(rowsOf(said.streams, idOf('streamsLeft')).size).toBe(0);
    expect(placeOf('streamsLeft', mixed.topics.plain, 0)).toMatchObject({ committed: 20n, lagRecords: 0n });
  });

  it('the cases that it is about are among them', () => {
    const { plain, expired, transactional, streamed } = mixed.topics;
    const behind = (topic: string, partition: number) => placeOf('behind', topic, partition);
    expect(behind(plain, 0)).toMatchObject({ lagRecords: 15n, expiredRecords: 0n });
    expect(behind(expired, 0)).toMatchObject({ lagRecords: 8n, expiredRecords: 8n });
    expect(behind(expired, 1)).toMatchObject({ lagRecords: 0n, expiredRecords: 6n });
    expect(behind(transactional, 0)).toMatchObject({ lagRecords: 12n, lagStableRecords: 7n });
    expect(placeOf('ahead', plain, 0)).toMatchObject({ lagRecords: -5n });
    expect(placeOf('ahead', transactional, 0)).toMatchObject({ lagRecords: 3n, lagStableRecords: 0n });
    expect(placeOf('consumerLive', transactional, 2)).toMatchObject({ committed: null, lagRecords: null });
    // All that read_committed gives was read: what is left is an open transaction, and a marker.
    expect(placeOf('consumerLeft', transactional, 0)).toMatchObject({ lagRecords: 5n, lagStableRecords: 0n });
    expect(placeOf('consumerLeft', transactional, 1)).toMatchObject({ lagRecords: 1n, lagStableRecords: 1n });
    expect(placeOf('streamsLive', streamed, 0)).toMatchObject({ lagRecords: 5n, expiredRecords: 3n });
    expect(placeOf('streamsLive', streamed, 1)).toMatchObject({ committed: null, lagRecords: null });
  });
});
