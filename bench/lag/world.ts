import { setTimeout as sleep } from 'node:timers/promises';
import {
  ConnectionPool,
  FindCoordinatorKeyTypes,
  findCoordinatorV4,
  offsetCommitV8,
} from '@platformatic/kafka';
import { createTopics, testBrokers, testProducer } from '#fixtures/kafka.ts';

export type LagWorld = { topics: readonly string[]; groups: readonly string[]; partitions: number };

const topicsAtOnce = 2;
const commitsAtOnce = 20;

/** Topics and groups of a size: each group reads one topic, all partitions of it. */
export const lagWorld = (size: { groups: number; topics: number; partitions: number }): LagWorld => ({
  partitions: size.partitions,
  topics: Array.from({ length: size.topics }, (_, at) => `bench.orders-${String(at).padStart(3, '0')}`),
  groups: Array.from({ length: size.groups }, (_, at) => `bench.group-${String(at).padStart(4, '0')}`),
});

export async function makeTopics({ topics, partitions }: LagWorld): Promise<void> {
  for (let at = 0; at < topics.length; at += topicsAtOnce)
    await createTopics(topics.slice(at, at + topicsAtOnce).map((topic) => ({ topic, partitions })));
}

/** So many records more on every partition. */
export async function produceEverywhere({ topics, partitions }: LagWorld, records: number): Promise<void> {
  const producer = testProducer();
  await producer.connect();
  for (const topic of topics)
    await producer.send({
      topic,
      messages: Array.from({ length: partitions * records }, (_, at) => ({
        partition: at % partitions,
        value: 'x',
      })),
    });
  await producer.disconnect();
}

/** A broker makes its offsets topic when it is first asked for a coordinator, and refuses until all of it is led. */
async function onceReady(ask: () => Promise<unknown>): Promise<void> {
  for (const until = Date.now() + 30_000; ; await sleep(200)) {
    const error = await ask().then(
      () => null,
      (reason: unknown) => reason,
    );
    if (error === null) return;
    if (Date.now() > until) throw error;
  }
}

/** Every group commits this offset on every partition of its topic. */
export async function commitEverywhere(world: LagWorld, offset: bigint): Promise<void> {
  const [host = '', port = ''] = (testBrokers()[0] ?? '').split(':');
  const pool = new ConnectionPool('sluice-bench');
  try {
    const broker = await pool.get({ host, port: Number(port) });
    const partitions = Array.from({ length: world.partitions }, (_, partitionIndex) => ({
      partitionIndex,
      committedOffset: offset,
      committedLeaderEpoch: -1,
      committedMetadata: null,
    }));
    await onceReady(() =>
      findCoordinatorV4.api.async(broker, FindCoordinatorKeyTypes.GROUP, [...world.groups]),
    );
    const open = world.groups.entries();
    const hand = async () => {
      for (const [at, group] of open) {
        const name = world.topics[at % world.topics.length] ?? '';
        await onceReady(() => offsetCommitV8.api.async(broker, group, -1, '', null, [{ name, partitions }]));
      }
    };
    await Promise.all(Array.from({ length: commitsAtOnce }, hand));
  } finally {
    await pool.close();
  }
}
