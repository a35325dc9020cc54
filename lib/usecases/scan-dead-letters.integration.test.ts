import { CompressionTypes } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { lettersConfig, someone } from '#fixtures/indexed-letters.ts';
import { createTopics, testCluster, testPrefix, testProducer, withTestAdmin } from '#fixtures/kafka.ts';
import { createPayloadReader, type PayloadReader } from '#lib/broker/payload/payload-reader.ts';
import { connectCluster } from '#lib/broker/platformatic/connect.ts';
import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import {
  type PayloadSearchInput,
  payloadSearch,
  type ScanLine,
  scanLine,
} from '#lib/contract/payload-scan.ts';
import { scanLimits } from '#lib/domain/dead-letters/scan-limits.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { textStream } from '#lib/http/text-stream.ts';
import { runIndexer } from '#lib/worker/indexer/run-indexer.ts';
import { readDeadLetterTopic } from './list-dead-letter-topics.ts';
import { type Scan, scanDeadLetters } from './scan-dead-letters.ts';

const topic = `${testPrefix()}orders.dlq`;
const at = { cluster: 'main', topic };
const card = '4111111111111111';
const plain = 1200;
/** Besides the plain ones: masked, no JSON, large, a bomb, a tombstone. */
const special = 5;
const flow = {
  ...{ name: 'payments', cluster: 'main', deadLetters: topic, quarantine: null },
  ...{ mask: ['/card/number'], objectives: { expiryLeadMs: null }, boundary: { contract: null } },
} as unknown as Flow;
const config = { ...lettersConfig([flow]), clusters: [testCluster()] };

let test: TestDatabase;
let cluster: ClusterConnection;
let payloads: PayloadReader;
const deps = () => ({ database: test.database, config, clock: () => new Date(), payloads });

beforeAll(async () => {
  await createTopics([{ topic, partitions: 2 }]);
  test = await createTestDatabase();
  cluster = connectCluster(testCluster());
  payloads = createPayloadReader([testCluster()], { log: () => undefined });
  const producer = testProducer();
  await producer.connect();
  const first = Date.now() - 3_600_000;
  const message = (n: number) => ({
    partition: n % 2,
    key: `order-${n}`,
    value: JSON.stringify({ orderId: n, lines: [{ sku: `sku-${n}` }], note: 'Zoë' }),
    timestamp: String(first + n),
    headers: { tenant: n < 100 ? 'acme' : 'other' },
  });
  await producer.send({ topic, messages: Array.from({ length: plain }, (_, n) => message(n)) });
  const one = (value: string | Buffer | null, compression = CompressionTypes.None) =>
    producer.send({ topic, compression, messages: [{ partition: 0, key: 'special', value }] });
  await one(`{"card":{"number":"${card}"},"note":"needle"}`);
  await one(`card=${card}`);
  await one(JSON.stringify({ filler: 'x'.repeat(300_000), end: 'needle' }));
  await one(Buffer.alloc(80 << 20, 'needle'), CompressionTypes.GZIP);
  await one(null);
  await producer.disconnect();
  const stop = new AbortController();
  const indexing = runIndexer(
    { cluster, database: test.database, config, clock: () => new Date(), log: () => undefined },
    { signal: stop.signal },
  );
  await vi.waitFor(
    async () =>
      expect((await readDeadLetterTopic(deps(), someone('viewer'), at)).total).toBe(plain + special),
    { timeout: 30_000, interval: 50 },
  );
  stop.abort();
  await indexing;
});
afterAll(async () => {
  await payloads.close();
  await withTestAdmin((admin) => admin.deleteTopics({ topics: [topic] }));
  await cluster.close();
  await test.drop();
});

type Wanted = PayloadSearchInput & { limits?: Partial<Scan['limits']>; filter?: Scan['filter'] };
const open = ({ limits, filter = {}, ...search }: Wanted, who = someone('responder', 'ana'), more = {}) =>
  scanDeadLetters({ ...deps(), ...more }, who, at, {
    search: payloadSearch.parse(search),
    limits: { ...scanLimits, ...limits },
    filter,
    signal: new AbortController().signal,
  });
async function scanned(wanted: Wanted) {
  const lines: ScanLine[] = [];
  for await (const text of await open(wanted)) {
    expect(text.endsWith('\n')).toBe(true);
    lines.push(scanLine.parse(JSON.parse(text)));
  }
  const end = lines.at(-1);
  if (end?.kind !== 'end') throw new Error('The scan has no last line.');
  const found = lines.filter((line) => line.kind === 'found');
  return { lines, end, found, keys: found.map((line) => line.row.keyText) };
}

describe('a scan', () => {
  it('finds words and values newest first, tells how far it is, and what it could not look into', async () => {
    const { lines, end, found } = await scanned({ kind: 'text', text: 'NEEDLE' });
    expect(lines[0]).toMatchObject({ kind: 'start', of: plain + special, more: false, behindRecords: 0 });
    expect(found).toMatchObject([
      { where: 'value', match: 'needle', before: expect.stringContaining('[masked]') },
    ]);
    expect(end).toMatchObject({
      ending: 'complete',
      detail: `All ${(plain + special).toLocaleString('en-US')} were looked into.`,
      ...{ read: plain + special, found: 1 },
      // The bomb can't be expanded, of the large one only the beginning is shown, and no place is known in `card=…`.
      unsearched: { pointers: 0, gone: 0, unreadable: 1, partly: 1, withheld: 1, undecoded: 0 },
    });
    const steps = lines.filter((line) => line.kind === 'progress').map((line) => line.read);
    expect(steps.length).toBeGreaterThan(2);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));

    const by = await scanned({ kind: 'json', path: '/lines/*/sku', op: 'equals', value: 'SKU-77' });
    expect(by.keys).toEqual(['order-77']);
    const many = await scanned({ kind: 'text', in: 'key', text: 'order-117' });
    expect(many.keys).toEqual([
      'order-1179',
      'order-1178',
      'order-1177',
      'order-1176',
      'order-1175',
      'order-1174',
      'order-1173',
      'order-1172',
      'order-1171',
      'order-1170',
      'order-117',
    ]);
  });

  it('finds nothing of what is masked, and refuses a path that leads there', async () => {
    const { end } = await scanned({ kind: 'text', text: card.slice(0, 8) });
    expect(end.found).toBe(0);
    await expect(
      open({ kind: 'json', path: '/card/number', op: 'equals', value: card }),
    ).rejects.toMatchObject({
      code: 'bad_request',
    });
  });

  it('looks only into what the filter and the time leave', async () => {
    const { end, keys } = await scanned({
      ...{ kind: 'json', path: '/note', op: 'contains', value: 'zoë' },
      filter: { filter: 'headers["tenant"] == "acme"', to: new Date(Date.now() - 1_800_000) },
    });
    expect(end).toMatchObject({ ending: 'complete', read: 100, of: 100, found: 100 });
    expect(keys[0]).toBe('order-99');
  });

  it('ends at each of its limits, and says at which', async () => {
    const wanted = { kind: 'text' as const, text: 'Zoë' };
    expect((await scanned({ ...wanted, limits: { records: 10 } })).end).toMatchObject({
      ...{ ending: 'records', read: 10, of: 10 },
    });
    expect(await scanned({ ...wanted, limits: { found: 3 } })).toMatchObject({
      end: { ending: 'found', found: 3 },
      found: { length: 3 },
    });
    const rare = { kind: 'text' as const, text: 'nowhere' };
    expect((await scanned({ ...rare, limits: { bytes: 1 } })).end.ending).toBe('bytes');
    const short = await scanned({ ...rare, limits: { ms: 1 } });
    expect(short.end.ending).toBe('time');
    expect(short.end.read).toBeLessThan(plain);
    expect(short.end.detail).toContain('were not looked into');
  });
});

describe('who scans', () => {
  it('needs the payload permission, and is on record before the first record is read, without the words', async () => {
    const wanted = { kind: 'text' as const, text: 'very-secret' };
    await expect(open(wanted, someone('viewer'))).rejects.toMatchObject({ code: 'forbidden' });
    const search = vi.fn(payloads.search);
    const lines = await open(wanted, someone('responder', 'ben'), { payloads: { search } });
    const [line] = await test.database.stores.audit.list(
      { action: 'dead_letters.scan' },
      { limit: 1, before: null },
    );
    expect(line).toMatchObject({
      actor: 'ben',
      resource: `dead-letters/main/${topic}`,
      detail: { search: { kind: 'text', in: 'any', characters: 11 } },
    });
    expect(JSON.stringify(line?.detail)).not.toContain('very-secret');
    expect(search).not.toHaveBeenCalled();
    await lines.next();
    await lines.return();
    const broken = { database: { ...test.database, transact: () => Promise.reject(new Error('no')) } };
    await expect(open(wanted, someone('responder', 'ben'), broken)).rejects.toMatchObject({
      code: 'audit_unavailable',
    });
  });

  it('has one scan at a time, and another as soon as that ends or its reader goes away', async () => {
    const wanted = { kind: 'text' as const, text: 'x' };
    const search = vi.fn(payloads.search);
    const lines = await open(wanted, undefined, { payloads: { search } });
    const reader = textStream(lines).getReader();
    await reader.read();
    await expect(open(wanted)).rejects.toMatchObject({ code: 'wrong_state' });
    const other = await open(wanted, someone('responder', 'cleo'));
    await other.next();
    await other.return();
    await reader.read();
    await reader.cancel();
    const asked = search.mock.calls.length;
    expect((await scanned(wanted)).end.ending).toBe('complete');
    expect(search.mock.calls.length).toBe(asked);
  });
});
