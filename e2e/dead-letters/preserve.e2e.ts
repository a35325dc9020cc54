import { expect } from '@playwright/test';
import type { DeadLetterRow } from '#lib/contract/dead-letters.ts';
import { endOffsets } from '../fixtures/outside.ts';
import { expectWellFormed } from '../fixtures/page-checks.ts';
import { test } from '../fixtures/product.ts';
import { chooseFirstRows, lookAtPaymentFailures, paymentFailures } from '../fixtures/replays.ts';

const quarantine = 'orders.v1.payments.quarantine';

test('two dead letters are copied into the quarantine, without approval, and stay open', async ({
  page,
  product,
  api,
}) => {
  const copies = async () =>
    [...(await endOffsets(product, quarantine)).values()].reduce((sum, end) => sum + end, 0n);
  const before = await copies();
  const errors = await lookAtPaymentFailures(page, product, api);
  const chosen = await chooseFirstRows(page, 2);
  await page.getByRole('button', { name: 'Preserve…', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Preserve 2 records?' });
  await expect(dialog).toContainText(quarantine);
  await expect(dialog.getByRole('list', { name: 'Read from Kafka just now' })).toContainText(
    `No consumer group reads ${quarantine}.`,
  );
  await dialog.getByLabel(/^Reason/).fill('Before retention takes them');
  await expectWellFormed(page);
  await page.setViewportSize({ width: 1440, height: 900 });
  await dialog.getByRole('button', { name: 'Copy 2 records' }).click();

  await expect(page.getByRole('heading', { level: 1, name: /^Preserve r-/ })).toBeVisible();
  await expect(page.getByText('2 of 2 records went to')).toBeVisible({ timeout: 60_000 });
  // Beside the two copies stand the markers of their transactions.
  expect((await copies()) - before).toBeGreaterThanOrEqual(2n);
  for (const href of chosen) {
    const [, , , , partition, offset] = href.split('/');
    const { body } = await api<DeadLetterRow>(
      'ana',
      'GET',
      `/dead-letters/main/${paymentFailures.topic}/records/${partition}/${offset}`,
    );
    expect(body.disposition).toBe('open');
  }
  expect(errors).toEqual([]);
});
