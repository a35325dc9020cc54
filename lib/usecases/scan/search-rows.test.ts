import { expect, it, vi } from 'vitest';
import type { SearchRequest, SearchView } from '#lib/broker/payload/protocol.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import { searchSteps } from './search-rows.ts';

const whole = { bytesLeft: 1e9, msLeft: 60_000 };
const settledAll = (request: SearchRequest): SearchView => ({
  ...{ settled: request.offsets.length, bytes: 10, found: [] },
  ...{ gone: 0, unreadable: 0, partly: 0, withheld: 0, undecoded: 0 },
});
/** A reader whose process dies of the records at these offsets. */
const dyingOf = (...deadly: bigint[]) =>
  vi.fn(async (request: SearchRequest): Promise<SearchView> => {
    if (request.offsets.some((offset) => deadly.includes(offset)))
      throw new SluiceError('payload_unavailable', 'The process ended.');
    return settledAll(request);
  });
const stepsOf = (search: ReturnType<typeof dyingOf>) =>
  searchSteps(
    { search },
    {
      ...{ cluster: 'main', topicId: 'id', mask: [] },
      search: { kind: 'text', text: 'x', in: 'any', matchCase: false },
    },
  );

it('goes past a record that kills the process that reads it, and calls only that unreadable', async () => {
  const step = stepsOf(dyingOf(3n));
  const offsets = [1n, 2n, 3n, 4n, 5n];
  let left = offsets;
  let unreadable = 0;
  for (let turns = 0; left.length > 0 && turns < 20; turns++) {
    const view = await step({ partition: 0, offsets: left }, whole);
    unreadable += view.unreadable;
    left = left.slice(view.settled);
  }
  expect([left, unreadable]).toEqual([[], 1]);
});

it('gives up when records kill it again and again', async () => {
  const step = stepsOf(dyingOf(1n, 2n, 3n));
  expect((await step({ partition: 0, offsets: [1n, 2n, 3n] }, whole)).unreadable).toBe(1);
  expect((await step({ partition: 0, offsets: [2n, 3n] }, whole)).unreadable).toBe(1);
  await expect(step({ partition: 0, offsets: [3n] }, whole)).rejects.toMatchObject({
    code: 'payload_unavailable',
  });
});

it('asks for no more than is left, and for little at once', async () => {
  const search = dyingOf();
  await stepsOf(search)({ partition: 2, offsets: [7n] }, { bytesLeft: 500, msLeft: 40 });
  expect(search.mock.lastCall?.[0]).toMatchObject({ partition: 2, maxBytes: 500, maxMs: 40 });
  await stepsOf(search)({ partition: 2, offsets: [7n] }, whole);
  expect(search.mock.lastCall?.[0].maxMs).toBeLessThan(5000);
});

it('does not take another failure for a crash', async () => {
  const search = vi.fn(async (): Promise<SearchView> => {
    throw new SluiceError('broker_unavailable', 'No broker answers.');
  });
  await expect(stepsOf(search)({ partition: 0, offsets: [1n] }, whole)).rejects.toMatchObject({
    code: 'broker_unavailable',
  });
  expect(search).toHaveBeenCalledTimes(1);
});
