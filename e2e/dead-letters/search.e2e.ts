import { expect } from '@playwright/test';
import { expectWellFormed } from '../fixtures/page-checks.ts';
import { signInAs, test } from '../fixtures/product.ts';
import { lookAtPaymentFailures, paymentFailures } from '../fixtures/replays.ts';

test('a time is chosen on the histogram by keyboard, kept in the address, and taken away again', async ({
  page,
  product,
  api,
}) => {
  const errors = await lookAtPaymentFailures(page, product, api);
  const until = page.getByRole('slider', { name: 'Time until' });
  await until.focus();
  await page.keyboard.press('ArrowLeft');
  await expect(page).toHaveURL(/[?&]to=20/);
  await expect(page.getByRole('heading', { name: /^Failure groups in this time/ })).toBeVisible();
  await expectWellFormed(page);
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByRole('button', { name: 'Clear the time' }).click();
  await expect(page).not.toHaveURL(/[?&]to=/);
  expect(errors).toEqual([]);
});

test('payloads are searched with visible progress, by whoever may see them', async ({
  page,
  browser,
  product,
  api,
}) => {
  const errors = await lookAtPaymentFailures(page, product, api);
  await page.getByRole('button', { name: 'Search in payloads' }).click();
  await page.getByLabel('Words, as they are written').fill('orderid');
  await page.keyboard.press('Enter');
  const found = page.getByRole('table', { name: 'Found in payloads' });
  await expect(found.getByRole('row').nth(1)).toContainText('orderId');
  await expect(page.getByText(/looked into/).first()).toBeVisible();
  await expectWellFormed(page);

  const another = await browser.newPage();
  await signInAs(another, product, 'vera');
  await another.goto(paymentFailures.at);
  await another.getByRole('button', { name: 'Search in payloads' }).click();
  await expect(another.getByRole('button', { name: 'Search payloads' })).toHaveAttribute(
    'aria-disabled',
    'true',
  );
  await another.close();
  expect(errors).toEqual([]);
});
