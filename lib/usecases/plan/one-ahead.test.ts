import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { oneAhead } from './one-ahead.ts';

async function* upTo(count: number, closed: () => void = () => undefined) {
  try {
    for (let n = 0; n < count; n++) yield n;
  } finally {
    closed();
  }
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

it('works at one item more than was asked for, and keeps their order', async () => {
  const begun: number[] = [];
  const results = oneAhead(upTo(5), async (n) => {
    begun.push(n);
    await sleep(n === 0 ? 5 : 0);
    return n * 10;
  });
  expect((await results.next()).value).toBe(0);
  await sleep(5);
  expect(begun).toEqual([0, 1]);
  expect(await all(results)).toEqual([10, 20, 30, 40]);
});

it('ends what it has begun before the source is closed, when nobody wants more', async () => {
  const events: string[] = [];
  const source = upTo(5, () => events.push('closed'));
  for await (const n of oneAhead(source, async (each) => {
    await sleep(2);
    events.push(`done ${each}`);
    if (each === 1) throw new Error('nobody asked');
    return each;
  })) {
    expect(n).toBe(0);
    break;
  }
  expect(events).toEqual(['done 0', 'done 1', 'closed']);
});

it('passes on what the work and the source throw', async () => {
  const failing = oneAhead(upTo(3), async (n) => {
    if (n === 1) throw new Error('one is broken');
    return n;
  });
  await expect(all(failing)).rejects.toThrow('one is broken');
});
