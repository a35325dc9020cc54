import { describe, expect, it } from 'vitest';
import { Portions, type PortionTerms } from './portions.ts';

/** Portions of what is staged at these times, in pages of 10. */
async function handedOver(terms: PortionTerms | null, pagesAtMs: readonly number[]) {
  let [now, staged, portion] = [0, 0, 0];
  const commit = async () => {
    const records = staged;
    staged = 0;
    return { planId: 1, portion: portion++, records, spans: [] };
  };
  const portions = new Portions(commit, terms, () => now);
  for (const at of pagesAtMs) {
    now = at;
    staged += 10;
    await portions.added(10);
  }
  await portions.end();
  const all: number[] = [];
  for await (const { records } of portions.handedOver) all.push(records);
  const { records, isAll } = await portions.first;
  return { all, first: records, isAll };
}
const terms = { records: 20, withinMs: 100 };

describe('portions of a plan', () => {
  it('are handed over as they are staged, and the rest at the end', async () => {
    expect(await handedOver(terms, [10, 20, 30, 40, 50])).toEqual({
      all: [20, 20, 10],
      first: 20,
      isAll: false,
    });
    expect(await handedOver(terms, [10, 20, 30, 40])).toEqual({ all: [20, 20], first: 20, isAll: false });
  });

  it('are one, at the end, where it goes slowly or nobody holds any of it before', async () => {
    expect(await handedOver(terms, [90, 180, 270, 360, 450])).toEqual({ all: [50], first: 50, isAll: true });
    expect(await handedOver(null, [1, 2, 3, 4, 5])).toEqual({ all: [50], first: 50, isAll: true });
  });

  it('begin once it goes fast, with all that is there, and then go on however slowly', async () => {
    expect(await handedOver(terms, [400, 800, 810, 820, 2000, 3000, 3001])).toEqual({
      ...{ all: [40, 20, 10], first: 40, isAll: false },
    });
  });

  it('are none of nothing', async () => {
    expect(await handedOver(terms, [])).toEqual({ all: [], first: 0, isAll: true });
  });

  it('fail with what the plan fails with, whoever waits', async () => {
    const portions = new Portions(() => Promise.reject(new Error('unused')), terms);
    const first = portions.first.catch((error: unknown) => String(error));
    const next = portions.handedOver.getReader().read();
    portions.fail(new Error('unreadable'));
    expect(await first).toBe('Error: unreadable');
    await expect(next).rejects.toThrow('unreadable');
  });
});
