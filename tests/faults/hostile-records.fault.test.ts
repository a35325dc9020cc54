import { gzipSync } from 'node:zlib';
import { CompressionTypes } from 'kafkajs';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { prepareVictim, type Victim } from '#fixtures/indexer-victim.ts';
import { createTopics, testPrefix, testProducer, withTestAdmin } from '#fixtures/kafka.ts';

const topic = `${testPrefix()}hostile.dlq`;
const mib = 1 << 20;
const partitions = 4;
/** Of batches that may still be expanded, in each partition. */
const fitting = 3;
const message = '__connect.errors.exception.message';
const origin = { '__connect.errors.topic': 'orders' };
/** design: the worker stays under 512 MB, whatever comes in. */
const memoryMax = 512e6;

let test: TestDatabase;
let indexer: Victim;
beforeAll(async () => {
  indexer = prepareVictim();
  test = await createTestDatabase();
});
afterAll(async () => {
  await indexer.dismiss();
  await withTestAdmin((admin) => admin.deleteTopics({ topics: [topic] }));
  await test.drop();
});

it('a bomb of 400 MiB, a dozen that fit, headers of a megabyte and JSON of 10,000 levels: indexed under 512 MB', async () => {
  await createTopics([{ topic, partitions, configs: { 'max.message.bytes': String(8 * mib) } }]);
  const producer = testProducer();
  await producer.connect();
  const bomb = (size: number) => Buffer.alloc(size, 'a');
  expect(gzipSync(bomb(60 * mib)).length).toBeLessThan(mib);
  const deep = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`;
  const levels = '['.repeat(10_000) + ']'.repeat(10_000);
  // All partitions at once hold some that may still be expanded: what the first ones took has to be gone when the last ones are read.
  for (let batch = 0; batch < fitting; batch++)
    for (let partition = 0; partition < partitions; partition++)
      await producer.send({
        topic,
        compression: CompressionTypes.GZIP,
        messages: [{ partition, key: 'fits', value: bomb(60 * mib) }],
      });
  await producer.send({
    topic,
    compression: CompressionTypes.GZIP,
    messages: [{ partition: 0, key: 'bomb', value: bomb(400 * mib) }],
  });
  await producer.send({
    topic,
    messages: [
      {
        partition: 0,
        key: 'header',
        value: 'v',
        headers: { ...origin, [message]: 'x'.repeat(mib), big: 'y'.repeat(mib) },
      },
      { partition: 0, key: 'name', value: 'v', headers: { ['n'.repeat(mib)]: 'v', __connect: '__proto__' } },
      { partition: 0, key: 'deep', value: deep, headers: { ...origin, [message]: deep } },
      { partition: 0, key: 'levels', value: levels, headers: { ...origin, [message]: levels } },
    ],
  });
  await producer.disconnect();

  indexer.index({ appUrl: test.appUrl, topic });
  const sql = new pg.Client({ connectionString: test.ownerUrl });
  await sql.connect();
  const rows = async () =>
    (
      await sql.query(
        'SELECT partition, "offset"::int, key_text, value_bytes, exception_message FROM dead_letter ORDER BY 1, 2',
      )
    ).rows;
  await expect.poll(async () => (await rows()).length, { timeout: 240_000 }).toBe(partitions * fitting + 5);
  const others = (await rows()).filter((row) => row.partition === 0).slice(fitting);
  await sql.end();
  expect(others).toMatchObject([
    // There, counted, and said to be what it is; the record itself is not read.
    { key_text: null, exception_message: expect.stringContaining("can't read this record") },
    { key_text: 'header', exception_message: 'x'.repeat(4000) },
    { key_text: 'name', exception_message: null },
    { key_text: 'deep', exception_message: deep.slice(0, 4000), value_bytes: deep.length },
    { key_text: 'levels', exception_message: levels.slice(0, 4000) },
  ]);
  expect(await indexer.peakBytes()).toBeLessThan(memoryMax);
});
