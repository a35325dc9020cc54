import { describe, expect, it } from 'vitest';
import type { FailedRecord } from '../dead-letters/failure.ts';
import { makeOrder } from '../orders/make-order.ts';
import { countWindows } from './analytics.ts';
import { createBreaker } from './breaker.ts';
import { mapByKey } from './by-key.ts';
import { reserve } from './inventory.ts';

const at = 1_700_000_000_000;
const record = (value: unknown, timestamp = at): FailedRecord => ({
  topic: 'orders.v1',
  partition: 0,
  offset: '1',
  timestamp: String(timestamp),
  group: 'g',
  key: null,
  value: Buffer.from(JSON.stringify(value)),
  headers: {},
});
const order = {
  ...makeOrder('ord-1', at),
  items: [{ sku: 'sku-1', quantity: 2 }],
  placedAt: new Date(at).toISOString(),
};

describe('mapByKey', () => {
  it('keeps the order within a key, runs keys side by side, and answers in the order of the items', async () => {
    const items = ['a1', 'b1', 'a2', 'c1', 'b2', 'a3'];
    const begun: string[] = [];
    let running = 0;
    let most = 0;
    const results = await mapByKey(
      items,
      (item) => item.charAt(0),
      2,
      async (item) => {
        begun.push(item);
        most = Math.max(most, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        return item.toUpperCase();
      },
    );
    expect(results).toEqual(items.map((item) => item.toUpperCase()));
    for (const key of ['a', 'b', 'c'])
      expect(begun.filter((item) => item.startsWith(key))).toEqual(
        items.filter((item) => item.startsWith(key)),
      );
    expect(most).toBe(2);
  });

  it('fails with the first error, and begins nothing more', async () => {
    const begun: number[] = [];
    const work = async (item: number) => {
      begun.push(item);
      throw new Error(`no ${item}`);
    };
    await expect(mapByKey([1, 2, 3], String, 1, work)).rejects.toThrow('no 1');
    expect(begun).toEqual([1]);
  });
});

describe('the breaker of payments', () => {
  const breaker = () => createBreaker({ slowTopic: 'orders', chunkRecords: 64 });
  it('goes at full speed while the provider answers', () => {
    expect(breaker().admit({ topic: 'orders', backlog: 5000 })).toEqual({ records: 64, restMs: 0 });
  });
  it('falls behind slowly, then gives up fast until it has caught up some, so that lag is bounded', () => {
    const slow = breaker();
    slow.saw('unavailable');
    expect(slow.admit({ topic: 'orders', backlog: 50 })).toMatchObject({ records: 1 });
    expect(slow.admit({ topic: 'orders', backlog: 130 })).toEqual({ records: 50, restMs: 0 });
    expect(slow.admit({ topic: 'orders', backlog: 100 })).toEqual({ records: 20, restMs: 0 });
    expect(slow.admit({ topic: 'orders', backlog: 80 }).restMs).toBeGreaterThan(0);
    expect(slow.admit({ topic: 'orders', backlog: 100 }).restMs).toBeGreaterThan(0);
  });
  it('never keeps a retry waiting', () => {
    const slow = breaker();
    slow.saw('unavailable');
    expect(slow.admit({ topic: 'retry', backlog: 10 })).toEqual({ records: 64, restMs: 0 });
  });
  it('recovers with the first charge', () => {
    const slow = breaker();
    slow.saw('unavailable');
    slow.saw('charged');
    expect(slow.admit({ topic: 'orders', backlog: 50 })).toEqual({ records: 64, restMs: 0 });
  });
});

describe('inventory', () => {
  it('reserves each item, and gives up on what the warehouse does not know', () => {
    const gone = { ...order, items: [{ sku: 'sku-9404', quantity: 1 }] };
    const { reservations, deadLetters } = reserve(
      { records: [record(order), record(gone), record({})] },
      false,
    );
    expect(reservations).toHaveLength(1);
    const classes = deadLetters.map(({ headers }) => String(headers.get('__streams.errors.exception')?.[0]));
    expect(classes).toEqual([
      'com.example.inventory.UnknownSkuException',
      'com.example.inventory.OrderFormatException',
    ]);
  });
});

describe('analytics', () => {
  it('counts by minute of event time and region, always in the same order', () => {
    const other = { ...order, region: 'aa' };
    const { windows, deadLetters } = countWindows(
      { records: [record(order), record(order), record(other)] },
      false,
    );
    expect(deadLetters).toEqual([]);
    expect(windows.map(({ region, orders }) => [region, orders])).toEqual([
      ['aa', 1],
      [order.region, 2],
    ]);
    expect(windows[0]?.startMs).toBe(Math.floor(at / 60_000) * 60_000);
  });
  it('gives up on what comes after its window was closed', () => {
    const { windows, deadLetters } = countWindows({ records: [record(order, at + 1_800_000)] }, false);
    expect(windows).toEqual([]);
    expect(String(deadLetters[0]?.headers.get('x-exception-fqcn')?.[0])).toContain('LateEventException');
  });
});
