import { expect } from '@playwright/test';
import { expectWellFormed, watchErrors } from '../fixtures/page-checks.ts';
import { signInAs, test } from '../fixtures/product.ts';
import { paymentFailures } from '../fixtures/replays.ts';

const { group } = paymentFailures;
const path = `/lag/main/${group}`;

test('what if answers in numbers, in words and as a command, by keyboard, and its address asks again', async ({
  page,
  product,
}) => {
  const errors = watchErrors(page);
  await signInAs(page, product, 'vera');
  await page.goto(path);
  await page.getByRole('button', { name: 'What if…' }).press('Enter');
  const kind = page.getByRole('combobox', { name: 'Move the group to' });
  await expect(kind).toBeFocused();
  await kind.selectOption({ label: 'an offset' });
  const show = page.getByRole('button', { name: 'Show what it would do' });
  await show.press('Enter');
  await expect(page.getByText('An offset is a whole number from 0')).toBeVisible();
  await page.getByLabel('Offset, on every partition').fill('0');
  await page.keyboard.press('Enter');
  const table = page.getByRole('table', { name: 'What it would do, by partition' });
  await expect(table.locator('tbody tr').first()).toContainText('orders.v1');
  await expect(page.getByRole('list', { name: 'What stands against it' })).toContainText(
    'Kafka refuses a reset until all of them are stopped',
  );
  await expect(page.locator('pre')).toContainText(/kafka-consumer-groups\.sh .*--to-offset 0 --dry-run/);
  await expect(page.getByText('a question: it changes nothing')).toBeVisible();
  await expectWellFormed(page);
  await expect(page).toHaveURL(/whatIf=offset.*whatIfValue=0/);
  await page.reload();
  await expect(table.locator('tbody tr').first()).toContainText('orders.v1');
  await page.getByRole('button', { name: 'Close' }).click();
  await expect(page).not.toHaveURL(/whatIf/);
  expect(errors).toEqual([]);
});

test('the time axis: a mark is drawn and read, the span is in the address, one topic at a choice', async ({
  page,
  product,
  api,
}) => {
  await api('ana', 'POST', '/markers', { service: 'seen-on-the-axis', version: '1.2', note: 'rolled out' });
  const errors = watchErrors(page);
  await signInAs(page, product, 'ana');
  await page.goto(path);
  const marks = page.getByRole('list', { name: 'Marks on this axis' });
  await expect(marks).toContainText('seen-on-the-axis 1.2');
  await page
    .getByRole('button', { name: /^(Mark|\d+ marks) at / })
    .last()
    .focus();
  await expect(page.getByRole('tooltip').filter({ hasText: 'seen-on-the-axis' })).toBeVisible();
  await page.getByRole('combobox', { name: 'Span of time' }).selectOption({ label: 'last 7 d' });
  await expect(page).toHaveURL(/window=7d/);
  await expect(page.getByText(/^Worst per 30 min/)).toBeVisible();
  await page.getByRole('combobox', { name: 'Span of time' }).selectOption({ label: 'last 15 min' });
  await page.getByRole('button', { name: 'Zoom in' }).click();
  await expect(page).toHaveURL(/from=.*to=/);
  await page.getByRole('button', { name: 'Back to live' }).click();
  await expect(page).not.toHaveURL(/from=/);
  await page.getByRole('combobox', { name: 'Lag of' }).selectOption({ label: 'orders.v1' });
  await expect(page).toHaveURL(/topic=orders\.v1/);
  await expect(page.getByText('summed over the partitions where all were read')).toBeVisible();
  await expectWellFormed(page);
  expect(errors).toEqual([]);
});
