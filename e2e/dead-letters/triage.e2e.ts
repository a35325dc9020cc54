import { readFileSync } from 'node:fs';
import { expect, type Page } from '@playwright/test';
import { expectWellFormed } from '../fixtures/page-checks.ts';
import { test } from '../fixtures/product.ts';
import { chooseFirstRows, lookAtPaymentFailures, paymentFailures } from '../fixtures/replays.ts';

const { at, exception } = paymentFailures;
const rows = (page: Page) => page.locator('table[data-table] tbody tr[data-row]');

test('an expression filters: completed by keyboard, marked where it is wrong, kept in the address, and planned from', async ({
  page,
  product,
  api,
}) => {
  const errors = await lookAtPaymentFailures(page, product, api);
  await expect(rows(page).first()).toBeVisible();
  const box = page.getByRole('combobox', { name: 'Filter dead letters by an expression' });
  await box.click();
  await page.keyboard.type('exceptionC');
  await expect(page.getByRole('option', { name: /exceptionClass/ }).first()).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(box).toHaveValue(/^exceptionClass/);

  await box.fill('atempts > 3');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Enter');
  await expect(page.getByText(/Column 1: There is no field atempts/)).toBeVisible();
  await expect(box).toHaveAttribute('aria-invalid', 'true');
  await expectWellFormed(page);
  await page.setViewportSize({ width: 1440, height: 900 });

  await box.fill(`exceptionClass.endsWith("${exception}") && partition in [0, 1, 2, 3, 4, 5]`);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/[?&]filter=exceptionClass/);
  const groups = page.getByRole('list', { name: 'Failure groups' });
  await expect(groups.getByRole('link', { name: new RegExp(exception) })).toBeVisible();
  await expect(groups.getByRole('link', { name: /ContractViolation/ })).toHaveCount(0);
  await page.reload();
  await expect(box).toHaveValue(/^exceptionClass\.endsWith/);
  await page.getByRole('button', { name: 'Plan replay of this filter' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Draft a replay' })).toBeVisible();
  await expect(page.locator('main')).toContainText('exceptionClass.endsWith');
  // The refused expression was answered 400, which a browser's console tells.
  expect(errors.filter((error) => !/status of 400/.test(error))).toEqual([]);
});

test('rows are dismissed as they were looked at and reopened; a group is claimed; what is left is a file', async ({
  page,
  product,
  api,
}) => {
  const errors = await lookAtPaymentFailures(page, product, api);
  await chooseFirstRows(page, 2);
  await expect(page.getByText('2 records chosen')).toBeVisible();
  await page.getByRole('button', { name: 'Dismiss…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Dismiss 2 records?' });
  await expect(dialog).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Dismiss 2 records' })).toHaveAttribute(
    'aria-disabled',
    'true',
  );
  await dialog.getByLabel(/^Reason/).fill('Refunded by hand');
  await expectWellFormed(page);
  await page.setViewportSize({ width: 1440, height: 900 });
  await dialog.getByRole('button', { name: 'Dismiss 2 records' }).click();
  await expect(dialog).toBeHidden();

  await page.goto(`${at}?disposition=dismissed`);
  await expect(rows(page)).toHaveCount(2);
  for (const n of [0, 1]) await rows(page).nth(n).getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Reopen…' }).click();
  const again = page.getByRole('dialog', { name: 'Reopen 2 records?' });
  await again.getByLabel(/^Reason/).fill('The refund failed');
  await again.getByRole('button', { name: 'Reopen 2 records' }).click();
  await expect(page.getByText('No dead letters fit the filter')).toBeVisible();

  await page.goto(at);
  const menu = page.getByRole('button', { name: new RegExp(`^Claim, snooze or mute: ${exception}`) });
  await menu.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'Claim: I have it' }).press('Enter');
  await expect(page.getByText(/^ana has it/)).toBeVisible();
  await menu.click();
  await page.getByRole('menuitem', { name: /Release/ }).click();
  await expect(page.getByText(/^ana has it/)).toBeHidden();

  const saved = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Export as CSV' }).click();
  const file = readFileSync(await (await saved).path(), 'utf8')
    .trimEnd()
    .split('\r\n');
  expect(file[0]).toMatch(/^row,partition,offset,at,key,/);
  expect(file.at(-1)).toMatch(new RegExp(`^end,records=${file.length - 2},sha256=[0-9a-f]{64},`));
  expect(errors).toEqual([]);
});
