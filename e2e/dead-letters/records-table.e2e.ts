import { expect } from '@playwright/test';
import { expectWellFormed } from '../fixtures/page-checks.ts';
import { signInAs, test } from '../fixtures/product.ts';
import { lookAtPaymentFailures, paymentFailures } from '../fixtures/replays.ts';

test('a column is made wider by keyboard, stays so when the page is loaded anew, and goes back', async ({
  page,
  product,
  api,
}) => {
  const errors = await lookAtPaymentFailures(page, product, api);
  const records = page.locator('table[data-table]', { has: page.locator('tbody tr[data-row]') }).last();
  const line = records.getByRole('separator', { name: 'Width of Record' });
  const share = async () => Number(await line.getAttribute('aria-valuenow'));
  const before = await share();
  await line.focus();
  for (let n = 0; n < 4; n++) await page.keyboard.press('Shift+ArrowRight');
  await expect.poll(share).toBeGreaterThan(before);
  const wider = await share();
  await expect(records).toHaveAttribute('data-resized', '');

  await page.reload();
  await expect(records).toHaveAttribute('data-resized', '');
  await expect.poll(share).toBe(wider);
  await line.focus();
  await page.keyboard.press('Enter');
  await expect(records).not.toHaveAttribute('data-resized', '');
  expect(errors).toEqual([]);
});

test('the beginnings of values are shown beside the rows, masked, to whoever may see payloads', async ({
  page,
  product,
  api,
  browser,
}) => {
  const errors = await lookAtPaymentFailures(page, product, api);
  await page.getByRole('button', { name: 'Show values' }).click();
  const rows = page.locator('table[data-table] tbody tr[data-row]');
  await expect(rows.first()).toContainText('"orderId"');
  // What the flow masks is not there for anybody.
  const shown = (await rows.allTextContents()).join('\n');
  expect(shown).toContain('"email":"[masked]"');
  expect(shown).not.toMatch(/"(email|token)":"(?!\[masked\])/);
  await expectWellFormed(page);
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByRole('button', { name: 'Hide values' }).click();
  await expect(rows.first()).not.toContainText('"orderId"');

  const another = await browser.newPage();
  await signInAs(another, product, 'vera');
  await another.goto(paymentFailures.at);
  await expect(another.getByRole('button', { name: 'Show values' })).toHaveAttribute('aria-disabled', 'true');
  await another.close();
  expect(errors).toEqual([]);
});
