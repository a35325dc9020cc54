import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seeExample } from '#fixtures/check-examples.ts';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { declaredFlow } from '#fixtures/declared-flows.ts';
import { leaveHanging } from '#fixtures/hanging-transaction.ts';
import { testCluster } from '#fixtures/kafka.ts';
import { type KafkaCluster, startKafkaCluster } from '#fixtures/kafka-cluster.ts';
import { kafkaTool } from '#fixtures/kafka-tools.ts';
import { type WatchedCluster, watchedCluster } from '#fixtures/watched-cluster.ts';
import { connectCluster } from '#lib/broker/platformatic/connect.ts';
import { topicName } from '#lib/domain/kernel/brand.ts';
import type { StoredCluster } from '#lib/store/lag-snapshot-writes.ts';
import { checkAgainstCluster } from '#lib/usecases/checks/check-against-cluster.ts';

const shownMs = 15_000;
/** Ends what hangs, where nobody promises a time. */
const settledMs = 90_000;
/** Four JVMs start on whatever the machine has left. */
const setUpMs = 300_000;
const groups = ['g1', 'g2', 'g3', 'g4', 'g5', 'g6'];

let kafka: KafkaCluster;
let test: TestDatabase;
let watched: WatchedCluster;
const findingsOf = (cluster: StoredCluster) => cluster.data.findings.map((each) => each.code);
const finding = (cluster: StoredCluster, code: string) =>
  cluster.data.findings.find((each) => each.code === code);

/** Kafka's own word, by its own tool: how the partitions of every topic are. */
async function partitionsByTool() {
  const { code, stdout, stderr } = await kafkaTool('topics', ['--describe'], [liveBroker()]);
  if (code !== 0) throw new Error(`kafka-topics ended with ${code}: ${stderr}`);
  const counts = { offlinePartitions: 0, underMinIsr: 0, notFullIsr: 0 };
  let least = 1;
  for (const line of stdout.split('\n')) {
    const nodes = (of: string) =>
      (new RegExp(`\\b${of}: ([\\d,]*)`).exec(line)?.[1] ?? '').split(',').filter((each) => each !== '');
    if (line.includes('PartitionCount:')) least = Number(/min\.insync\.replicas=(\d+)/.exec(line)?.[1] ?? 1);
    else if (!/Partition: \d/.test(line)) continue;
    else if (/Leader: (none|-1)/.test(line)) counts.offlinePartitions++;
    else if (nodes('Isr').length < least) counts.underMinIsr++;
    else if (nodes('Isr').length < nodes('Replicas').length) counts.notFullIsr++;
  }
  return counts;
}
const liveBroker = () => kafka.bootstrap[0] ?? '';

beforeAll(async () => {
  [kafka, test] = await Promise.all([
    startKafkaCluster({
      brokers: 3,
      configs: { 'transaction.partition.verification.enable': 'false' },
    }),
    createTestDatabase(),
  ]);
  watched = watchedCluster(kafka.bootstrap, test.database);
  const on = (...replicas: number[][]) => replicas.map((each, partition) => ({ partition, replicas: each }));
  await watched.withAdmin((admin) =>
    admin.createTopics({
      waitForLeaders: false,
      topics: [
        { topic: 'orders', replicaAssignment: on([1, 2, 3], [2, 3, 1], [3, 1, 2]) },
        {
          topic: 'strict',
          replicaAssignment: on([1, 2], [2, 3], [1, 3]),
          configEntries: [{ name: 'min.insync.replicas', value: '2' }],
        },
        {
          topic: 'kept',
          replicaAssignment: on([1, 2, 3]),
          configEntries: [{ name: 'min.insync.replicas', value: '2' }],
        },
        { topic: 'alone', replicaAssignment: on([2]) },
      ],
    }),
  );
  await watched.produce('orders', 0, 10);
  await watched.produce('alone', 0, 10);
  for (const groupId of groups) await watched.commit(groupId, 'orders', { 0: 4 });
  await watched.commit('on-alone', 'alone', { 0: 3 });
}, setUpMs);
afterAll(async () => {
  await watched?.close();
  await kafka?.close();
  await test?.drop();
});

describe('a broker of three', () => {
  it('is there: nothing is found, and the controller is the leader of the quorum', async () => {
    const { data } = await watched.cluster(
      // Settings of a topic that has just come are unknown until they are read, and replicas of one fetch from their leaders in a moment.
      ({ state, data: seen }) =>
        state === 'ok' &&
        seen.groups === groups.length + 1 &&
        seen.underMinIsr !== null &&
        seen.findings.length === 0,
      settledMs,
    );
    expect(data).toMatchObject({ brokers: 3, brokersGone: 0, controller: 100, offlinePartitions: 0 });
    expect(data).toMatchObject({ underMinIsr: 0, notFullIsr: 0, hangingTransactions: 0, findings: [] });
  });

  it('can lose what one replica alone acknowledged, and keeps what two of three have to have', async () => {
    const flow = declaredFlow('orders', {
      ...{ topic: topicName('orders'), retryTopics: [topicName('alone')] },
      ...{ deadLetters: topicName('kept'), quarantine: null },
    });
    const cluster = connectCluster({ ...testCluster(), bootstrapServers: [...kafka.bootstrap] });
    const [checked] = await checkAgainstCluster(cluster, [flow], null, Date.now()).finally(() =>
      cluster.close(),
    );
    const findings = checked?.findings ?? [];
    const [lax, two] = [/3 replicas.*min\.insync\.replicas=1/, /done once 2 of 3 replicas have it/];
    seeExample(findings, 'acknowledged_can_be_lost', 'passes', 'kept', two);
    seeExample(findings, 'acknowledged_can_be_lost', 'fails', 'orders', lax);
    seeExample(findings, 'acknowledged_can_be_lost', 'fails', 'alone', /one replica/);
  });

  it('killed: named within 15 s, what it held counted as Kafka counts it, its groups go on elsewhere', async () => {
    await kafka.kill(2);
    // While the coordinator of a group moves, what it reads is not known, and so not what it follows from: within the 15 s it is.
    const down = await watched.cluster(
      (each) =>
        each.data.brokersGone === 1 &&
        each.data.offlinePartitions === 1 &&
        each.data.brokers === 2 &&
        (finding(each, 'partitions_offline')?.groupCount ?? 0) > 0,
      shownMs,
    );
    expect(down.state).toBe('degraded');
    expect(finding(down, 'brokers_gone')?.sentence).toMatch(
      /^Broker 2 \(127\.0\.0\.1:\d+\) gone for \d+ s\.$/,
    );
    const { offlinePartitions, underMinIsr, notFullIsr } = down.data;
    expect({ offlinePartitions, underMinIsr, notFullIsr }).toEqual(await partitionsByTool());
    expect(finding(down, 'partitions_under_min_isr')).toMatchObject({ severity: 'act', count: 2 });
    expect(finding(down, 'partitions_offline')).toMatchObject({
      examples: ['alone-0'],
      groups: ['on-alone'],
    });

    for (const groupId of groups) {
      const seen = await watched.group(groupId, (each) => each.lagRecords !== null, shownMs);
      expect(seen.lagRecords).toBe('6');
    }
    const alone = await watched.group('on-alone', (each) => each.partitions.length > 0, shownMs);
    expect(alone.partitions[0]).toMatchObject({ highWatermark: null, lagRecords: null, lagMs: null });
    expect(alone.status).not.toBe('ok');
    const events = await test.database.stores.groupEvents.list(
      [{ cluster: 'main', groupIds: null }],
      { kind: 'deleted' },
      { limit: 10, after: null },
    );
    expect(events).toEqual([]);
  });

  it('since when it is gone survives a restart of the worker', async () => {
    const gone = async () =>
      finding(await watched.cluster(({ data }) => data.brokersGone === 1, shownMs), 'brokers_gone')?.since;
    const before = await gone();
    await watched.restart();
    const { asOf } = await watched.cluster(() => true, settledMs);
    await watched.cluster((each) => (each.asOf ?? 0) > (asOf ?? 0), settledMs);
    expect(await gone()).toBe(before);
  });

  it('started again: healed by itself', async () => {
    await kafka.start(2);
    const healed = await watched.cluster(({ state }) => state === 'ok', settledMs);
    expect(healed.data).toMatchObject({ brokers: 3, brokersGone: 0, offlinePartitions: 0, underMinIsr: 0 });
    await watched.group('on-alone', (each) => each.lagRecords === '7', settledMs);
  });
});

describe('a transaction that no coordinator knows', () => {
  it('is called hanging, with where it holds whom and what ends it, and is over once aborted', async () => {
    const metadata = await watched.withAdmin((admin) => admin.fetchTopicMetadata({ topics: ['orders'] }));
    const leader = metadata.topics[0]?.partitions.find((each) => each.partitionId === 0)?.leader ?? 0;
    const address = kafka.bootstrap[leader - 1] ?? '';
    const place = { topic: 'orders', partition: 0, transactionalId: 'lost', records: 5 };
    const { producerId } = await watched.untilDone(() => leaveHanging(address, place));
    const hanging = await watched.cluster((each) => each.data.hangingTransactions === 1, shownMs);
    expect(finding(hanging, 'transaction_hanging')).toMatchObject({
      severity: 'act',
      examples: [`producer ${producerId}`],
      groups,
    });
    expect(finding(hanging, 'transaction_hanging')?.sentence).toMatch(
      new RegExp(
        `^A transaction \\(producer ${producerId}\\) open for at least \\d+ s holds back orders-0 at 10: .* 5 records behind it\\. No coordinator knows it`,
      ),
    );
    expect(findingsOf(hanging)).toEqual(['transaction_hanging']);

    // What the sentence says ends it does end it.
    const at = ['--topic', 'orders', '--partition', '0', '--start-offset', '10'];
    const aborted = await kafkaTool('transactions', ['abort', ...at], [address]);
    expect(aborted, aborted.stderr).toMatchObject({ code: 0 });
    await watched.cluster(({ state, data }) => state === 'ok' && data.hangingTransactions === 0, shownMs);
  });
});
