import { expect, type Locator, type Page } from '@playwright/test';
import { signInAs, test } from '../fixtures/product.ts';
import { paymentFailures, readReplay, untilOpen, untilTargetMoves } from '../fixtures/replays.ts';

const records = 12;
const { topic, retry, exception } = paymentFailures;

/** Presses a key until the focus is on it, as somebody does who looks at where the focus is. */
async function pressUntilFocused(page: Page, key: string, target: Locator, most: number): Promise<void> {
  await expect(target).toBeVisible();
  for (let pressed = 0; pressed <= most; pressed++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${key} pressed ${most} times did not reach ${target}`);
}

async function activate(page: Page, target: Locator, most = 40): Promise<void> {
  await pressUntilFocused(page, 'Tab', target, most);
  await page.keyboard.press('Enter');
}

async function goTo(page: Page, key: string, heading: string): Promise<void> {
  await page.keyboard.press('g');
  await page.keyboard.press(key);
  await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
}

test('ana replays and ben approves by keyboard alone', async ({ page, browser, product, api, faults }) => {
  test.setTimeout(300_000);
  await untilOpen(api, records);
  await faults.heal('payments');
  await untilTargetMoves(api);
  await signInAs(page, product, 'ana');
  await page.goto('/');
  await expect(page.getByText(`open dead letters in ${topic}`)).toBeVisible(); // live: keys are listened to

  await goTo(page, 'd', 'Dead letters');
  const row = page
    .getByRole('table', { name: 'Dead-letter topics' })
    .getByRole('link', { name: topic, exact: true });
  await pressUntilFocused(page, 'j', row, 20);
  await page.keyboard.press('j'); // too far, and back
  await page.keyboard.press('k');
  await expect(row).toBeFocused();
  await page.keyboard.press('Enter');

  const failure = page
    .getByRole('list', { name: 'Failure groups' })
    .getByRole('link', { name: new RegExp(exception) });
  await pressUntilFocused(page, 'j', failure, 20);
  await page.keyboard.press('Enter');
  await expect(failure).toHaveAttribute('aria-current', 'true');
  const rows = page.locator('table[data-table] tbody tr[data-row]');
  await expect(rows.first()).toBeVisible();
  const plan = page.getByRole('button', { name: 'Plan replay of this failure group' });
  const skip = page.getByRole('button', { name: /^Skip \d+ rows$/ });
  if (await skip.count()) await activate(page, skip); // hundreds of rows are two tab stops each
  await activate(page, plan, 70);

  await expect(page.getByRole('heading', { level: 1, name: 'Draft a replay' })).toBeVisible();
  const reason = page.getByLabel('Reason');
  await pressUntilFocused(page, 'Tab', reason, 30);
  await page.keyboard.type('Provider back, by keyboard');
  await pressUntilFocused(page, 'Tab', page.getByLabel('Records at most'), 10);
  await page.keyboard.type(String(records));
  await activate(page, page.getByRole('button', { name: 'Create draft' }));

  await expect(page).toHaveURL(/\/replays\/r-[0-9a-f]+$/);
  const title = page.getByRole('heading', { level: 1 });
  await activate(page, page.getByRole('button', { name: 'Plan: freeze and check' }));
  await expect(title).toContainText('planned');
  await pressUntilFocused(page, 'Tab', page.getByRole('button', { name: 'Submit for approval' }), 40);
  await page.keyboard.press('Space');
  await expect(title).toContainText('awaiting approval');
  const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';

  const hers = await browser.newContext();
  const approval = await hers.newPage();
  await signInAs(approval, product, 'ben');
  await approval.goto(product.baseUrl);
  await expect(approval.getByText(`open dead letters in ${topic}`)).toBeVisible();
  await goTo(approval, 'r', 'Replays');
  await activate(approval, approval.getByRole('link', { name: /^Waiting for me/ }));
  await pressUntilFocused(approval, 'j', approval.getByRole('link', { name: `Review ${id}` }), 20);
  await approval.keyboard.press('Enter');
  const approve = approval.getByRole('button', { name: 'Approve; ana starts' });
  await activate(approval, approve.first());
  const asked = approval.getByRole('dialog', { name: `Approve sending ${records} records to ${retry}?` });
  await expect(asked).toBeVisible();
  await approval.keyboard.press('Escape');
  await expect(asked).toBeHidden();
  await expect(approve).toBeFocused(); // the dialog gives the focus back
  await approval.keyboard.press('Enter');
  await activate(approval, asked.getByRole('button', { name: 'Approve; ana starts' }));
  await expect(approval.getByRole('heading', { level: 1 })).toContainText('approved, not started');
  await hers.close();

  const start = page.getByRole('button', { name: `Start: send the first ${records}` });
  await activate(page, start.first());
  await activate(
    page,
    page.getByRole('dialog').getByRole('button', { name: `Start: send the first ${records}` }),
  );
  await expect(title).toContainText('verified', { timeout: 120_000 });
  expect((await readReplay(api, id)).progress).toMatchObject({
    replayed: records,
    consumedPast: records,
    cameBack: 0,
  });
});
