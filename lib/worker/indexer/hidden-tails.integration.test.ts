import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createTestDatabase } from '#fixtures/database.ts';
import { createTopics, testCluster, testPrefix, testProducer } from '#fixtures/kafka.ts';
import { openForeignTransaction } from '#fixtures/open-transaction.ts';
import { connectCluster } from '#lib/broker/platformatic/connect.ts';
import { runIndexer } from './run-indexer.ts';

it('what stands behind somebody’s open transaction is not said to be read', async () => {
  const topic = `${testPrefix()}hidden.dlq`;
  await createTopics([{ topic, partitions: 1 }]);
  const [test, cluster, producer] = [
    await createTestDatabase(),
    connectCluster(testCluster()),
    testProducer(),
  ];
  await producer.connect();
  const letter = { value: '{}', headers: { 'kafka_dlt-exception-message': 'm' } };
  await producer.send({ topic, messages: [letter] });
  const foreign = await openForeignTransaction(topic, 0);
  await producer.send({ topic, messages: [letter] });
  const written = new Date();

  const { clusterId } = await cluster.admin.describeCluster();
  const { stores } = test.database;
  const cursor = async () => (await stores.deadLetterIndex.cursors(clusterId))[0];
  const stop = new AbortController();
  const running = runIndexer(
    {
      ...{
        cluster,
        database: test.database,
        clock: () => new Date(),
        log: (message) => console.log(message),
      },
      config: { flows: [], deadLetters: { discover: [topic], topics: [] } },
      timings: { pollMs: 20, discoverMs: 100 },
    },
    { signal: stop.signal },
  );
  const waiting = { timeout: 30_000, interval: 20 };
  await expect.poll(async () => (await cursor())?.nextOffset, waiting).toBe(1n);
  // Looked at again and again, and by a new look at the topics too.
  for (let look = 0; look < 20; look++) {
    await sleep(20);
    expect((await cursor())?.asOf.getTime()).toBeLessThan(written.getTime());
    expect((await stores.replayReturns.indexedUpTo(clusterId))?.getTime()).toBeLessThan(written.getTime());
  }
  await foreign.end('abort');
  // The two letters, the record that was aborted, and the mark that says so.
  await expect.poll(async () => (await cursor())?.nextOffset, waiting).toBe(4n);
  await expect
    .poll(async () => (await stores.replayReturns.indexedUpTo(clusterId))?.getTime(), waiting)
    .toBeGreaterThan(written.getTime());
  stop.abort();
  await running;
  await Promise.all([producer.disconnect(), cluster.close()]);
  await test.drop();
});
