import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTopics, testBrokers, testPrefix } from '#fixtures/kafka.ts';
import type { ClusterConfig } from '#lib/config/config.ts';
import { readBackWith } from '../kafkajs/read-back.ts';
import type { ClusterConnection } from '../port/cluster.ts';
import { connectCluster } from './connect.ts';
import { createReplayWriter } from './writer.ts';

const prefix = testPrefix();
const topic = `${prefix}writer`;
const ledger = `${prefix}ledger`;
const config: ClusterConfig = {
  name: 'main',
  bootstrapServers: testBrokers(),
  properties: {},
  writeProperties: {},
  schemaRegistry: null,
  readOnly: false,
};
const options = (name: string) => ({
  transactionalId: `${prefix}${name}`,
  transactionTimeoutMs: 20_000,
  callTimeoutMs: 10_000,
});
const bytes = (text: string) => new TextEncoder().encode(text);
const record = (partition: number, value: string) => ({
  partition,
  key: bytes('k'),
  value: bytes(value),
  headers: [
    { name: bytes('b'), value: bytes('1') },
    { name: bytes('a'), value: null },
    { name: bytes('b'), value: bytes('2') },
  ],
  timestampMs: 1_700_000_000_000,
});
const cursor = (offset: bigint) => ({
  groupId: `${prefix}group`,
  topic: ledger,
  partition: 0,
  offset,
  metadata: `seal:${offset}`,
});

describe('the replay writer on a real broker', () => {
  const writer = createReplayWriter(config);
  let cluster: ClusterConnection;
  beforeAll(async () => {
    await createTopics([{ topic, partitions: 3 }, { topic: ledger }]);
    cluster = connectCluster(config);
  });
  afterAll(() => cluster.close());

  const committed = async () => {
    const answer = await cluster.groups.fetchCommitted([`${prefix}group`], { requireStable: true });
    const offsets = answer.get(`${prefix}group`);
    if (!Array.isArray(offsets)) return null;
    return offsets.find((each) => each.topic === ledger)?.offset ?? null;
  };
  const readAll = async (to: readonly bigint[]) => {
    const values: string[] = [];
    await readBackWith(config).readRange({
      topic,
      ranges: to.map((end, partition) => ({ partition, from: 0n, to: end })),
      timeoutMs: 20_000,
      onRecord: (each) =>
        values.push(`${each.partition}:${new TextDecoder().decode(each.value ?? new Uint8Array())}`),
    });
    return values.sort();
  };

  it('writes records and cursor in one transaction, over several partitions, and says where they landed', async () => {
    const session = await writer.open(options('one'));
    const first = await session.writeBatch({
      topic,
      records: [record(0, 'a'), record(1, 'b'), record(0, 'c')],
      cursor: cursor(3n),
    });
    const second = await session.writeBatch({ topic, records: [record(0, 'd')], cursor: cursor(4n) });
    await session.close();
    expect(first).toEqual([
      { partition: 0, offset: 0n },
      { partition: 1, offset: 0n },
      { partition: 0, offset: 1n },
    ]);
    expect(second[0]?.offset).toBeGreaterThan(1n);
    expect(await committed()).toBe(4n);
    expect(await readAll([(second[0]?.offset ?? 0n) + 1n, 1n, 0n])).toEqual(['0:a', '0:c', '0:d', '1:b']);
    const info = await cluster.admin.describeTopics([topic]);
    const stored = await cluster.reader.fetchOne({
      topicId: info[0]?.topicId ?? '',
      partition: 1,
      offset: 0n,
      maxBytes: 10_000,
      isolation: 'read_committed',
    });
    expect(
      stored?.headers.map(({ name, value }) => [
        Buffer.from(name).toString(),
        value && Buffer.from(value).toString(),
      ]),
    ).toEqual([
      ['b', '1'],
      ['a', null],
      ['b', '2'],
    ]);
    expect(stored?.timestampMs).toBe(1_700_000_000_000);
  });

  it('fences an earlier session of the same transactional id: the zombie can write nothing', async () => {
    const zombie = await writer.open(options('fence'));
    const heir = await writer.open(options('fence'));
    const before = await committed();
    await expect(
      zombie.writeBatch({ topic, records: [record(2, 'zombie')], cursor: cursor(9n) }),
    ).rejects.toMatchObject({
      kind: 'fenced',
    });
    const landed = await heir.writeBatch({ topic, records: [record(2, 'heir')], cursor: cursor(10n) });
    await Promise.all([zombie.close(), heir.close()]);
    expect(before).toBe(4n);
    expect(await committed()).toBe(10n);
    expect(await readAll([0n, 0n, (landed[0]?.offset ?? 0n) + 1n])).toEqual(['2:heir']);
  });

  it('aborts what a lost session left open as soon as another takes over', async () => {
    const lost = await writer.open(options('lost'));
    const stopped = lost.writeBatch({
      topic,
      records: [record(2, 'left open')],
      cursor: cursor(11n),
      onStage: (stage) => {
        if (stage === 'before_commit') throw new Error('the process is gone');
      },
    });
    await expect(stopped).rejects.toThrow('the process is gone');
    await expect(lost.writeBatch({ topic, records: [], cursor: cursor(12n) })).rejects.toThrow(
      'failed before',
    );
    const heir = await writer.open(options('lost'));
    expect(await committed()).toBe(10n);
    const landed = await heir.writeBatch({ topic, records: [record(2, 'sent again')], cursor: cursor(11n) });
    await Promise.all([lost.close(), heir.close()]);
    expect(await committed()).toBe(11n);
    expect(await readAll([0n, 0n, (landed[0]?.offset ?? 0n) + 1n])).toEqual(['2:heir', '2:sent again']);
  });

  it('refuses a partition that is not there, and a record over the size limit, with the reason', async () => {
    const session = await writer.open(options('bad'));
    await expect(
      session.writeBatch({ topic, records: [record(7, 'x')], cursor: cursor(20n) }),
    ).rejects.toMatchObject({
      name: 'BrokerFailure',
    });
    await session.close();
    const large = await writer.open(options('bad'));
    const huge = { ...record(0, ''), value: new Uint8Array(1_200_000) };
    await expect(large.writeBatch({ topic, records: [huge], cursor: cursor(20n) })).rejects.toMatchObject({
      kind: 'record_too_large',
    });
    await large.close();
    expect(await committed()).toBe(11n);
  });

  it('splits a share that is too large for one record batch, in order and in the same transaction', async () => {
    const session = await writer.open(options('waves'));
    const records = Array.from({ length: 40 }, (_, at) => record(at % 4 === 0 ? 1 : 2, `wave-${at}`));
    const landed = await session.writeBatch({ topic, records, maxBatchBytes: 200, cursor: cursor(40n) });
    const next = await session.writeBatch({ topic, records: [record(2, 'after')], cursor: cursor(41n) });
    await session.close();
    for (const partition of [1, 2]) {
      const offsets = landed.filter((each) => each.partition === partition).map(({ offset }) => offset);
      expect(offsets).toEqual(offsets.map((_, at) => (offsets[0] ?? 0n) + BigInt(at)));
    }
    expect(landed.map(({ partition }) => partition)).toEqual(records.map(({ partition }) => partition));
    // One marker between the two transactions, and none within.
    expect((next[0]?.offset ?? 0n) - (landed.at(-1)?.offset ?? 0n)).toBe(2n);
  });
});
