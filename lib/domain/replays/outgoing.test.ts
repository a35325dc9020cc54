import fc from 'fast-check';
import { expect, it } from 'vitest';
import { clusterId, sha256Hex, topicId, topicName } from '../kernel/brand.ts';
import type { LogRecord, RecordHeader } from '../kernel/record.ts';
import type { ManifestEntry } from './manifest.ts';
import { carriedHash, outgoingRecords } from './outgoing.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const entry: ManifestEntry = {
  ordinal: 0,
  clusterId: clusterId('c'),
  topicId: topicId('t'),
  topic: topicName('orders.dlq'),
  partition: 1,
  offset: 7n,
  contentHash: sha256Hex('0'.repeat(64)),
  keyHash: null,
  lineageRoot: 'orders-0-3',
  attempt: 2,
  destinationPartition: 4,
  bytes: 1,
  originTimestampMs: 1000,
  convention: 'spring-kafka',
  origin: null,
};
const recordOf = (headers: RecordHeader[]): LogRecord => ({
  partition: 1,
  offset: 7n,
  timestampMs: 500,
  timestampType: 'create',
  key: encoder.encode('k'),
  value: null,
  headers,
});
const terms = {
  replayId: 'r-1',
  headers: { add: [], remove: ['x-secret'], removeFailureHeaders: true, timestamp: 'original' as const },
  isFailureHeader: (name: string) => name.startsWith('kafka_dlt-'),
  nowMs: 9,
};
const shown = (headers: readonly RecordHeader[]) =>
  headers.map(({ name, value }) => [decoder.decode(name), value && decoder.decode(value)]);

const header = fc.record({
  name: fc
    .oneof(
      fc.constantFrom('a', 'b', 'x-secret', 'kafka_dlt-exception', 'sluice-replay-id', 'é'),
      fc.string({ maxLength: 4 }),
    )
    .map((text) => encoder.encode(text)),
  value: fc.option(fc.uint8Array({ maxLength: 6 })),
});

it('carries every header in its order with duplicates and nulls, but for what is documented', () => {
  fc.assert(
    fc.property(fc.array(header, { maxLength: 12 }), (headers) => {
      const sent = outgoingRecords(terms)(recordOf(headers), entry);
      const kept = headers.filter(({ name }) => {
        const text = decoder.decode(name);
        return text !== 'x-secret' && text !== 'sluice-replay-id' && !text.startsWith('kafka_dlt-');
      });
      expect(shown(sent.headers)).toEqual([
        ...shown(kept),
        ['sluice-replay-id', 'r-1'],
        ['sluice-replay-item', 'orders.dlq-1-7'],
        ['sluice-origin', 'orders-0-3'],
        ['sluice-replay-attempt', '2'],
        ['sluice-origin-timestamp', '1000'],
      ]);
      expect(sent).toMatchObject({ partition: 4, value: null, timestampMs: 1000 });
    }),
  );
});

it('hashes the same whatever the interleaving of names, and not whatever the order within one', () => {
  fc.assert(
    fc.property(fc.array(header, { maxLength: 8 }), (headers) => {
      const grouped = [...Map.groupBy(headers, ({ name }) => Buffer.from(name).toString('hex')).values()];
      const regrouped = grouped.toReversed().flat();
      expect(carriedHash(recordOf(regrouped))).toBe(carriedHash(recordOf(headers)));
    }),
  );
  const twice = [1, 2].map((n) => ({ name: encoder.encode('a'), value: encoder.encode(String(n)) }));
  expect(carriedHash(recordOf(twice))).not.toBe(carriedHash(recordOf(twice.toReversed())));
});
