import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frozenRecord } from '#fixtures/frozen-record.ts';
import { topicName } from '../kernel/brand.ts';
import { compareSendingOrder } from './manifest.ts';
import { SendingColumns } from './sending-columns.ts';

/** Names that collations and UTF-16 order otherwise than UTF-8 does. */
const topics = ['orders', 'Orders', 'orders.dlq', 'ord-ers', 'a\tb\\c\nd', 'é', '\u{1F600}', '\uFF5E', 'z'];
const origins = fc.option(
  fc.record({
    topic: fc.constantFrom(...topics).map(topicName),
    partition: fc.integer({ min: 0, max: 3 }),
    offset: fc.oneof(fc.bigInt({ min: 0n, max: 3n }), fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n })),
  }),
);
const records = fc
  .array(
    fc.record({
      origin: origins,
      partition: fc.integer({ min: 0, max: 2 }),
      keyPartition: fc.option(fc.integer({ min: 0, max: 9 })),
      diverted: fc.boolean(),
    }),
    { maxLength: 80 },
  )
  .map((found) =>
    found.map(({ diverted, ...each }, at) =>
      frozenRecord(at, { ...each, ...(diverted && { divert: 'breaks_contract' }) }),
    ),
  );

describe('the columns of a plan', () => {
  it('put records into the sending order of the domain', () => {
    fc.assert(
      fc.property(records, (all) => {
        const columns = new SendingColumns();
        expect(all.map((record) => columns.add(record))).toEqual(all.map((_, row) => row));
        const sorted = [...columns.inSendingOrder()].map((row) => all[row]);
        expect(sorted).toEqual([...all].sort(compareSendingOrder));
      }),
    );
  });

  it('send by the key where they are routed so or diverted, and by the origin else', () => {
    fc.assert(
      fc.property(records, fc.constantFrom('murmur2', 'origin_partition'), (all, routing) => {
        const columns = new SendingColumns();
        for (const record of all) columns.add(record);
        const routes = { routing, destinationPartitions: 3, divertedPartitions: 2 } as const;
        for (const [row, record] of all.entries()) {
          const place = record.origin ?? record;
          const byPlace = place.partition % (record.divert ? 2 : 3);
          const byKey = routing === 'murmur2' || record.divert ? record.keyPartition : null;
          expect(columns.destinationOf(row, routes)).toBe(byKey ?? byPlace);
          expect(columns.isDiverted(row)).toBe(record.divert !== undefined);
        }
      }),
    );
  });

  it('grow beyond what they begin with, and keep what they have', () => {
    const columns = new SendingColumns();
    const [template] =
      fc.sample(
        records.filter((all) => all.length > 0),
        { numRuns: 1, seed: 1 },
      )[0] ?? [];
    if (!template) throw new Error('There is a record.');
    const count = 10_000;
    for (let at = 0; at < count; at++)
      columns.add({
        ...template,
        origin: { topic: topicName('orders'), partition: 0, offset: BigInt(count - at) },
      });
    expect([...columns.inSendingOrder()]).toEqual(Array.from({ length: count }, (_, at) => count - 1 - at));
  });
});
