import { expect } from '@playwright/test';
import type { ListedDeadLetter } from '#lib/contract/dead-letters.ts';
import { expectWellFormed, watchErrors } from '../fixtures/page-checks.ts';
import { signInAs, test } from '../fixtures/product.ts';
import { readReplay, replayCall } from '../fixtures/replays.ts';

const topic = 'orders.v1.inventory.dlq';

test('ana starts three records without approval, everybody sees that a review is due, and ben gives it', async ({
  page,
  product,
  api,
}) => {
  const errors = watchErrors(page);
  const { body } = await api<{ items: ListedDeadLetter[] }>(
    'ana',
    'GET',
    `/dead-letters/main/${topic}/records?limit=3&disposition=open`,
  );
  const records = body.items.map(({ partition, offset }) => ({ partition, offset }));
  expect(records).toHaveLength(3);
  const { id } = await replayCall(api, 'ana', '/replays', {
    cluster: 'main',
    source: { topic, selection: { records } },
    destination: { kind: 'retry' },
    reason: 'The warehouse stands still',
  });
  expect((await replayCall(api, 'ana', `/replays/${id}/plan`)).state).toBe('planned');

  await signInAs(page, product, 'ana');
  await page.goto(`/replays/${id}`);
  await page.getByRole('button', { name: /^Start without approval/ }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('Somebody else has to review it within 24 h');
  await dialog.getByRole('textbox').fill('Trucks are waiting, nobody else answers');
  await expectWellFormed(page);
  await page.setViewportSize({ width: 1440, height: 900 });
  await dialog.getByRole('button', { name: /^Start without approval/ }).click();
  await expect(dialog).toBeHidden();
  await expect.poll(async () => (await readReplay(api, id)).startedAt, { timeout: 60_000 }).not.toBeNull();

  // Ana's page would go on asking, without her session.
  await page.goto('about:blank');
  await page.context().clearCookies();
  await signInAs(page, product, 'ben');
  await page.goto('/');
  await expect(page.locator('main')).toContainText(id);
  await page.goto(`/replays/${id}`);
  await page.getByRole('button', { name: 'Review the start without approval' }).click();
  await page.getByRole('dialog').getByRole('textbox').fill('Right: the trucks were there');
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /review/i })
    .click();
  await expect
    .poll(async () => (await readReplay(api, id)).breakGlass?.review?.by ?? null, { timeout: 30_000 })
    .toBe('ben');
  expect(errors).toEqual([]);
});
