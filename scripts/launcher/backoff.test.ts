import { expect, it } from 'vitest';
import { afterDeath, goodLifeMs, mostDeathsInARow } from './backoff.ts';

it('waits longer after each short life, up to a limit, then gives up', () => {
  const waits: number[] = [];
  let deaths = { inARow: 0 };
  for (;;) {
    const next = afterDeath(deaths, 100);
    deaths = next.deaths;
    if (next.action.kind === 'give_up') break;
    waits.push(next.action.waitMs);
  }
  expect(waits).toEqual([500, 1000, 2000, 4000, 5000, 5000, 5000]);
  expect(deaths.inARow).toBe(mostDeathsInARow);
});

it('forgets earlier deaths after a good life', () => {
  const next = afterDeath({ inARow: mostDeathsInARow - 1 }, goodLifeMs);
  expect(next).toEqual({ deaths: { inARow: 1 }, action: { kind: 'restart', waitMs: 500 } });
});
