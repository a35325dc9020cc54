import { setTimeout as sleep } from 'node:timers/promises';
import { ProduceAcks, Producer } from '@platformatic/kafka';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { createTopics, testBrokers, testCluster, testPrefix, withTestAdmin } from '#fixtures/kafka.ts';
import { connectCluster } from '#lib/broker/platformatic/connect.ts';
import { quoted } from '#lib/domain/dead-letters/filter/quoted.ts';
import { readFilter } from '#lib/domain/dead-letters/filter/read-filter.ts';
import { headerColumn, headerLimits, isConventionHeader } from '#lib/domain/dead-letters/header-column.ts';
import { naughtyStrings } from '#lib/domain/dead-letters/testing/naughty-strings.ts';
import { runIndexer } from './run-indexer.ts';

const topic = `${testPrefix()}naughty.dlq`;
const message = '__connect.errors.exception.message';
/** Bytes that are no text beside the texts. */
const rawBytes = [
  [0xff, 0xfe],
  [0xc3, 0x28],
  [0xed, 0xa0, 0x80],
  [0xf4, 0x90, 0x80, 0x80],
  [0xc0, 0x80],
];
const values = [
  ...naughtyStrings.map((text) => Buffer.from(text)),
  ...rawBytes.map((raw) => Buffer.from(raw)),
];

type Row = {
  key_text: string | null;
  exception_message: string | null;
  headers: Record<string, (string | null)[]>;
};
let test: TestDatabase;
let rows: Row[];
let place: { clusterId: string; topicId: string };
const cluster = connectCluster(testCluster());

/** What Postgres can hold of it: NUL and halves of surrogate pairs are replaced by U+FFFD, the rest is cut. */
const storable = (text: string, max: number) =>
  text.slice(0, max).toWellFormed().replaceAll('\u0000', '\uFFFD');
/** Null when it is no text to be shown: not UTF-8, or control characters in it. */
function printable(bytes: Buffer): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return [...text].some((char) => (char < ' ' && !'\t\n\r'.includes(char)) || char === '\u007f')
      ? null
      : text;
  } catch {
    return null; // Not UTF-8.
  }
}
const searchable = (bytes: Buffer) => (bytes.length <= headerLimits.valueBytes ? printable(bytes) : null);

beforeAll(async () => {
  test = await createTestDatabase();
  await createTopics([{ topic, configs: { 'max.message.bytes': '8000000' } }]);
  const producer = new Producer<Buffer, Buffer, Buffer, Buffer>({
    clientId: 'sluice-test',
    bootstrapBrokers: testBrokers(),
  });
  for (let from = 0; from < values.length; from += 20)
    await producer.send({
      acks: ProduceAcks.ALL,
      messages: values.slice(from, from + 20).map((bytes) => ({
        topic,
        partition: 0,
        key: bytes,
        value: bytes,
        headers: new Map([
          [Buffer.from(message), bytes],
          [Buffer.from('text'), bytes],
          [Buffer.from('__connect.errors.topic'), bytes],
          [Buffer.from('sluice-replay-id'), bytes],
          [Buffer.from('sluice-origin'), bytes],
          [bytes, bytes],
        ]),
      })),
    });
  await producer.close();

  const stop = new AbortController();
  const logged: string[] = [];
  const running = runIndexer(
    {
      cluster,
      database: test.database,
      config: { flows: [], deadLetters: { discover: [topic], topics: [] } },
      clock: () => new Date(),
      log: (line) => logged.push(line),
      timings: { pollMs: 50, discoverMs: 500 },
    },
    { signal: stop.signal },
  );
  const sql = new pg.Client({ connectionString: test.ownerUrl });
  await sql.connect();
  const indexed = async () =>
    (await sql.query('SELECT next_offset FROM index_cursor')).rows[0]?.next_offset === String(values.length);
  for (const until = Date.now() + 30_000; !(await indexed()) && Date.now() < until; ) await sleep(50);
  stop.abort();
  await running;
  expect(logged).toEqual([]);
  const read = await sql.query('SELECT * FROM dead_letter ORDER BY "offset"');
  rows = read.rows;
  place = { clusterId: read.rows[0].cluster_id, topicId: read.rows[0].topic_id };
  await sql.end();
});
afterAll(async () => {
  await withTestAdmin((admin) => admin.deleteTopics({ topics: [topic] }));
  await cluster.close();
  await test.drop();
});

describe('naughty strings, from Kafka through the index', () => {
  it('come back as they went in, or as what Postgres can hold of them', () => {
    expect(rows.length).toBe(values.length);
    for (const [at, bytes] of values.entries()) {
      const row = rows[at];
      const text = bytes.toString();
      const shown = printable(bytes);
      const about = `${at}: ${text.slice(0, 40)}`;
      expect(row?.exception_message, about).toBe(storable(text, 4000));
      expect(row?.key_text, about).toBe(
        shown === null ? `0x${bytes.subarray(0, 64).toString('hex')}` : storable(shown, 256),
      );
      expect(row?.headers.text?.[0] ?? null, about).toBe(searchable(bytes));
    }
  });

  it('are header names like any other', () => {
    let named = 0;
    for (const [at, bytes] of values.entries()) {
      const name = storable(bytes.toString(), bytes.length);
      if (
        bytes.length === 0 ||
        bytes.length > headerLimits.nameBytes ||
        headerColumn(name) ||
        isConventionHeader(name)
      )
        continue;
      named += 1;
      expect(Object.hasOwn(rows[at]?.headers ?? {}, name), `${at}: ${name}`).toBe(true);
      expect(rows[at]?.headers[name]?.at(-1) ?? null).toBe(searchable(bytes));
    }
    expect(named).toBeGreaterThan(200);
  });

  it('are found by a filter that names them, and no other is', async () => {
    const find = async (filter: string) => {
      const read = readFilter(filter);
      if (!read.filter) throw new Error(`${filter}: ${read.problem.message}`);
      const found = await test.database.stores.deadLetters.listRecords(
        place,
        {
          matching: { condition: read.filter.condition, now: new Date() },
          searchKeys: false,
          searchMessages: false,
        },
        { limit: 1000, after: null },
      );
      return found.map((row) => Number(row.offset)).sort((a, b) => a - b);
    };
    const texts = [...new Set(rows.map((row) => row.exception_message ?? ''))].filter(
      (text) => text.length < 400,
    );
    expect(texts.length).toBeGreaterThan(200);
    for (const text of texts) {
      const same = (of: (row: Row) => unknown) => rows.flatMap((row, at) => (of(row) === text ? [at] : []));
      expect(await find(`exceptionMessage == ${quoted(text)}`), text).toEqual(
        same((row) => row.exception_message),
      );
      expect(await find(`headers["text"] == ${quoted(text)}`), text).toEqual(
        same((row) => row.headers.text?.[0]),
      );
    }
  });
});
