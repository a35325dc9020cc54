import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@playwright/test';
import type { FlowMapView } from '#lib/contract/flow-map.ts';
import { expectWellFormed, watchErrors } from '../fixtures/page-checks.ts';
import { type Api, signInAs, test } from '../fixtures/product.ts';
import { paymentFailures } from '../fixtures/replays.ts';

/** What the issue allows, from the fault until a person sees it: how long the demo's command takes to start is the machine's affair. */
const shownMs = 15_000;
const services = ['payments', 'inventory', 'reservations', 'notifications', 'analytics', 'fraud'];

const mapOf = async (api: Api): Promise<FlowMapView> =>
  (await api<FlowMapView>('vera', 'GET', '/flow-map')).body;

/** Open dead letters of payments, as the map tells them. */
async function openOnMap(api: Api): Promise<number> {
  const { edges } = await mapOf(api);
  const found = edges.find(({ kind, flows }) => kind === 'dead_letters' && flows.includes('payments'));
  if (found?.pressure.measure !== 'arrivals') throw new Error(`Not measured: ${JSON.stringify(found)}`);
  return found.pressure.open;
}

/** Waits until hardly anything fails. Some always does: cards are declined. @returns what stood open, and what may come by itself in `shownMs` */
async function untilCalm(api: Api): Promise<{ open: number; usual: number }> {
  let open = 0;
  let usual = 0;
  await expect(async () => {
    const before = await openOnMap(api);
    await sleep(shownMs / 2);
    open = await openOnMap(api);
    usual = 2 * (open - before);
    expect(usual).toBeLessThan(10);
  }).toPass({ timeout: 120_000 });
  return { open, usual };
}

test('the map has all six services, and an incident of the demo is on it within 15 s', async ({
  page,
  product,
  api,
  faults,
}) => {
  const { boundaries } = await mapOf(api);
  expect(boundaries.map(({ flow }) => flow).sort()).toEqual([...services].sort());
  for (const fault of ['payments', 'contract'] as const) await faults.heal(fault);
  const errors = watchErrors(page);
  await signInAs(page, product, 'vera');
  await page.goto('/flows/map?flow=payments');
  const row = page
    .getByRole('table', { name: 'What moves between the parts' })
    .getByRole('row')
    .filter({ hasText: paymentFailures.group })
    .filter({ hasText: paymentFailures.topic });
  const openOnPage = async () => Number((await row.locator('td').nth(2).textContent())?.replace(/\D/g, ''));
  await expect(row).toBeVisible();

  const calm = await untilCalm(api);
  const more = calm.open + calm.usual + 10;
  await faults.break('payments');
  const began = Date.now();
  const left = () => Math.max(1, shownMs - (Date.now() - began));
  await expect.poll(() => openOnMap(api), { timeout: left(), intervals: [250] }).toBeGreaterThan(more);
  const answeredMs = Date.now() - began;
  await expect.poll(openOnPage, { timeout: left(), intervals: [250] }).toBeGreaterThan(more);
  const seenMs = Date.now() - began;
  test.info().annotations.push({
    ...{ type: 'measured', description: `answered after ${answeredMs} ms, on the page after ${seenMs} ms` },
  });
  await expect(row).toContainText('arriving');
  await expectWellFormed(page);
  expect(errors).toEqual([]);
});
