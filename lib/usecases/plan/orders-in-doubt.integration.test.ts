import { expect, it } from 'vitest';
import { replayOrdersInDoubt } from '#fixtures/charged-orders.ts';

// `npm run drill -- effects` does the same with 10,000.

it('replays payments that timed out: none is charged twice, none is left uncharged', async () => {
  const tally = await replayOrdersInDoubt(300, true);
  expect(tally.chargedBefore).toBeGreaterThan(60);
  expect(tally).toEqual({
    orders: 300,
    chargedBefore: tally.chargedBefore,
    leftOut: tally.chargedBefore,
    replayed: 300 - tally.chargedBefore,
    chargedOnce: 300,
    chargedTwice: 0,
    notCharged: 0,
    state: 'verified',
  });
});

it('charges twice where nobody asked: the provider has forgotten the keys', async () => {
  const tally = await replayOrdersInDoubt(100, false);
  expect(tally.chargedTwice).toBe(tally.chargedBefore);
  expect(tally.chargedTwice).toBeGreaterThan(10);
});
