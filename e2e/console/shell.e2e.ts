import { expect, type Page } from '@playwright/test';
import { expectWellFormed, watchErrors } from '../fixtures/page-checks.ts';
import { personOf, signInAs, test } from '../fixtures/product.ts';
import { paymentFailures, planned, replayCall } from '../fixtures/replays.ts';

const background = (page: Page) =>
  page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);

test('who is not signed in comes, after signing in, to the page that was asked for', async ({
  page,
  product,
}) => {
  const errors = watchErrors(page);
  const target = `/dead-letters/main/${paymentFailures.topic}?disposition=open`;
  await page.goto(target);
  await expect(page).toHaveURL(`${product.baseUrl}/sign-in?next=${encodeURIComponent(target)}`);
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in to Sluice' })).toBeVisible();
  await expectWellFormed(page);
  await page.getByLabel('Name').fill('vera');
  await page.getByLabel('Password').fill(personOf(product, 'vera').password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(product.baseUrl + target);
  await expect(page.getByRole('heading', { level: 1, name: paymentFailures.topic })).toBeVisible();
  expect(errors).toEqual([]);
});

test('the palette finds a group by its name and a replay by what others call it', async ({
  page,
  product,
  api,
}) => {
  const replay = await planned(api, { records: 2, reason: 'To be found by the palette' });
  try {
    const errors = watchErrors(page);
    await signInAs(page, product, 'ana');
    await page.goto('/');
    await expect(page.getByText(`open dead letters in ${paymentFailures.topic}`)).toBeVisible();
    await page.keyboard.press('ControlOrMeta+k');
    const palette = page.getByRole('dialog', { name: 'Find or do' });
    await expect(palette).toBeVisible();
    await page.keyboard.type('redrive');
    const options = palette.getByRole('option');
    await expect(options.filter({ hasText: replay.id })).toBeVisible();
    await expect(options.filter({ hasText: paymentFailures.group })).toHaveCount(0);
    await expectWellFormed(page);
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('payments-serv');
    await expect(options.first()).toContainText(paymentFailures.group);
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(`${product.baseUrl}/lag/main/${paymentFailures.group}`);
    await expect(palette).toBeHidden();
    expect(errors).toEqual([]);
  } finally {
    await replayCall(api, 'ana', `/replays/${replay.id}/withdraw`);
  }
});

test('? shows the keys, and single keys can be switched off', async ({ page, product }) => {
  await signInAs(page, product, 'vera');
  await page.goto('/flows');
  await expect(page.getByRole('table', { name: 'Flows' })).toBeVisible();
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keys' });
  await expect(help).toContainText('Dead letters');
  await expectWellFormed(page);
  await help.getByRole('switch', { name: 'Single keys are on' }).click();
  await page.keyboard.press('Escape');
  await expect(help).toBeHidden();
  await page.keyboard.press('?');
  await page.keyboard.press('ControlOrMeta+k'); // not a single key: still there
  await expect(page.getByRole('dialog', { name: 'Find or do' })).toBeVisible();
  await expect(help).toBeHidden();
});

test('the theme follows the system until somebody chooses one', async ({ page, product }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await signInAs(page, product, 'vera');
  await page.goto('/settings');
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
  const light = await background(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await background(page);
  expect(dark).not.toBe(light);
  await page.getByRole('button', { name: /^Account of vera/ }).click();
  await page.getByText('Light', { exact: true }).click();
  expect(await background(page)).toBe(light);
  await page.reload();
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
  expect(await background(page)).toBe(light);
});

test('a filter that hides everything says so, and can be cleared', async ({ page, product }) => {
  const errors = watchErrors(page);
  await signInAs(page, product, 'vera');
  await page.goto('/lag');
  const row = page.getByRole('link', { name: paymentFailures.group });
  await expect(row).toBeVisible();
  await page.keyboard.press('/');
  await page.keyboard.type('no such group');
  await expect(page.getByText('No consumer groups fit the filter')).toBeVisible();
  await expect(page).toHaveURL(/q=no/);
  await expectWellFormed(page);
  await page.getByRole('button', { name: 'Clear filter' }).click();
  await expect(row).toBeVisible();
  await expect(page).not.toHaveURL(/q=/);
  expect(errors).toEqual([]);
});

test('what is not there says what is not there', async ({ page, product }) => {
  await signInAs(page, product, 'vera');
  await page.goto('/replays/r-000000000000');
  await expect(page.locator('main')).toContainText(/not found|no replay|not there/i);
  await expectWellFormed(page);
  await page.goto('/nowhere');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expectWellFormed(page);
});
