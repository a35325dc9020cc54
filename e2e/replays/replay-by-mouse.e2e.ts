import { expect, type Locator, type Page } from '@playwright/test';
import type { ReplayRecord } from '#lib/contract/replays.ts';
import { endOffsets, queryPostgres, readCommitted } from '../fixtures/outside.ts';
import { type Api, type Person, type Product, personOf, signInAs, test } from '../fixtures/product.ts';
import { paymentFailures, readReplay, untilOpen, untilTargetMoves } from '../fixtures/replays.ts';

const records = 60;
const { topic, retry, exception } = paymentFailures;

async function signInByForm(page: Page, product: Product, name: Person): Promise<void> {
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password').fill(personOf(product, name).password);
  const submit = page.getByRole('button', { name: 'Sign in' });
  await expect(submit).toBeEnabled();
  await submit.click();
}

/** It can be read without scrolling, and nothing that sticks to the window's edges covers it. */
async function expectInFirstScreen(page: Page, what: Record<string, Locator>): Promise<void> {
  expect(await page.evaluate(() => window.scrollY)).toBe(0);
  const bar = await page.getByRole('region', { name: 'Actions' }).boundingBox();
  const foot = bar?.y ?? page.viewportSize()?.height ?? 0;
  for (const [name, locator] of Object.entries(what)) {
    await expect(locator, name).toBeVisible();
    const box = await locator.boundingBox();
    expect(box, name).not.toBeNull();
    expect(box?.y, `${name} begins below the top`).toBeGreaterThanOrEqual(0);
    expect((box?.y ?? 0) + (box?.height ?? 0), `${name} ends above the actions`).toBeLessThanOrEqual(foot);
  }
}

/** Each row of the decision sheet: a heading and what stands beside it. */
const sheetRow = (page: Page, name: string): Locator =>
  page.locator('section').filter({ has: page.getByRole('heading', { level: 2, name, exact: true }) });

async function walkToTheFailure(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { name: 'Needs you' })).toBeVisible();
  await expect(page.getByText(`open dead letters in ${topic}`)).toBeVisible();
  await page.getByRole('link', { name: 'Dead letters', exact: true }).click();
  await page
    .getByRole('table', { name: 'Dead-letter topics' })
    .getByRole('link', { name: topic, exact: true })
    .click();
  await expect(page.getByRole('heading', { level: 1, name: topic })).toBeVisible();
  await page
    .getByRole('list', { name: 'Failure groups' })
    .getByRole('link', { name: new RegExp(exception) })
    .click();
  await expect(page.getByRole('heading', { level: 2, name: new RegExp(exception) })).toBeVisible();
}

async function readOneRecord(page: Page): Promise<void> {
  const rows = page.locator('table[data-table] tbody tr[data-row]');
  await rows.first().getByRole('link').click();
  await expect(
    page.getByRole('heading', { level: 1, name: new RegExp(`${topic}-\\d+ @ \\d+`) }),
  ).toBeVisible();
  const headers = page.getByRole('table', { name: 'Headers' });
  const original = headers.getByRole('row').filter({ hasText: 'kafka_dlt-original-topic' });
  await expect(original).toContainText('orders.v1');
  const offset = headers.getByRole('row').filter({ hasText: 'kafka_dlt-original-offset' });
  await expect(offset.getByRole('cell').nth(1)).toHaveText(/^\d+$/); // eight bytes, big-endian: decoded
  const lineage = page.getByRole('list', { name: 'Lineage' });
  await expect(lineage.getByRole('listitem').first()).toContainText(/Origin.*orders\.v1.*payments-service/s);
  await expect(page.getByRole('region', { name: 'Stack trace' })).toContainText(
    'PaymentProviderClient.charge',
  );
  const value = page.getByRole('region', { name: 'The value as a tree' });
  await expect(value).toContainText('orderId');
  await expect(value).toContainText('ord-');
  await expect(value).not.toContainText(/@example\./); // the flow declares its addresses masked
  await page.goBack();
}

async function draft(page: Page, reason: string): Promise<void> {
  await page.getByRole('button', { name: 'Plan replay of this failure group' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Draft a replay' })).toBeVisible();
  await expect(page.getByRole('radio', { name: new RegExp(`^retry ${retry}`) })).toBeChecked();
  await page.getByLabel('Reason').fill(reason);
  await page.getByLabel('Records at most').fill(String(records));
  await page.getByRole('button', { name: 'Create draft' }).click();
  await expect(page).toHaveURL(/\/replays\/r-[0-9a-f]+$/);
}

async function looksLikeADecision(page: Page, reason: string): Promise<void> {
  const consequence = page.getByText(`Sends ${records} records to ${retry}; payments-service receives them`);
  const [what, where, why, how, undo] = ['What', 'Where', 'Why', 'How', 'Undo'].map((name) =>
    sheetRow(page, name),
  );
  const warns = page.getByRole('list', { name: 'Warns' });
  if (!what || !where || !why || !how || !undo) throw new Error('unreachable: five were named');
  await expect(what).toContainText(`${records} records`);
  await expect(where).toContainText(retry);
  await expect(why).toContainText(reason);
  await expect(why).toContainText('asked by ana');
  await expect(how).toContainText('First 20, until they are consumed past');
  await expect(undo).toContainText("Can't be undone: charges a card");
  await expectInFirstScreen(page, { consequence, what, where, why, how, undo, 'worst risks': warns });
}

async function runsToItsEnd(page: Page, api: Api, id: string): Promise<void> {
  const steps = page.getByRole('list', { name: 'Steps' });
  await expect(steps.locator('[aria-current="step"]')).toContainText('first batch');
  await expect(steps.getByRole('listitem').filter({ hasText: 'first batch' })).toContainText('passed', {
    timeout: 60_000,
  });
  await expect(steps.locator('[aria-current="step"]')).toContainText(/\d+%|verification/);
  await expect(steps.locator('[aria-current="step"]')).toContainText('verification', { timeout: 60_000 });
  await expect(page.getByRole('heading', { level: 1 })).toContainText('verified', { timeout: 90_000 });
  const proof = page.getByLabel('Progress in records');
  const counted = (word: string) =>
    proof.locator('div').filter({ has: page.getByText(word, { exact: true }) });
  await expect(counted('replayed')).toContainText(String(records));
  await expect(counted('consumed past')).toContainText(String(records));
  await expect(counted('came back')).toContainText('0');
  await expect(page.getByRole('table', { name: 'Records of the replay' }).getByRole('row')).toHaveCount(
    records + 1,
  );
  expect(await readReplay(api, id)).toMatchObject({
    state: 'verified',
    progress: { records, replayed: records, consumedPast: records, cameBack: 0, unknown: 0, remaining: 0 },
  });
}

/** By clients that aren't ours: each record once, byte for byte, and each order charged once. */
async function provenFromOutside(product: Product, api: Api, id: string): Promise<void> {
  const { body } = await api<{ items: ReplayRecord[] }>('ana', 'GET', `/replays/${id}/records?limit=500`);
  const sent = new Map(body.items.map((item) => [`${item.topic}-${item.partition}-${item.offset}`, item]));
  expect(sent.size).toBe(records);

  const landed = (await readCommitted(product, retry, await endOffsets(product, retry))).filter(
    (record) => record.header('sluice-replay-id') === id,
  );
  expect(landed.map((record) => record.header('sluice-replay-item')).sort()).toEqual([...sent.keys()].sort());
  for (const record of landed)
    expect(sent.get(record.header('sluice-replay-item') ?? '')?.destination).toEqual({
      topic: retry,
      partition: record.partition,
      offset: record.offset,
    });

  const needed = new Map<number, bigint>();
  for (const { partition, offset } of body.items)
    if (BigInt(offset) >= (needed.get(partition) ?? 0n)) needed.set(partition, BigInt(offset) + 1n);
  const originals = new Map(
    (await readCommitted(product, topic, needed)).map((record) => [
      `${topic}-${record.partition}-${record.offset}`,
      record,
    ]),
  );
  for (const record of landed) {
    const original = originals.get(record.header('sluice-replay-item') ?? '');
    expect(record.key).toBe(original?.key);
    expect(record.value?.equals(original?.value ?? Buffer.alloc(0))).toBe(true);
  }

  const orders = landed.map((record) => JSON.parse(record.value?.toString('utf8') ?? '{}').orderId as string);
  const charged = await queryPostgres<{ order_id: string; charges: number }>(
    product,
    'select order_id, count(*)::int as charges from demo_payments.charges where order_id = any($1) group by order_id',
    [orders],
  );
  expect(charged.map((row) => row.order_id).sort()).toEqual([...orders].sort());
  expect(charged.filter((row) => row.charges !== 1)).toEqual([]);
}

test('ana replays a payment failure, ben approves its seal, and the outcome is proven: by mouse', async ({
  page,
  browser,
  product,
  api,
  faults,
}) => {
  test.setTimeout(300_000);
  const reason = `Provider back (by mouse, ${Date.now()})`;
  await untilOpen(api, records);

  await page.goto('/');
  await signInByForm(page, product, 'ana');
  await walkToTheFailure(page);
  await readOneRecord(page);

  await faults.heal('payments');
  await untilTargetMoves(api);
  await draft(page, reason);
  await page.getByRole('button', { name: 'Plan: freeze and check' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('planned', { timeout: 60_000 });
  await page.getByRole('button', { name: 'Submit for approval' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('awaiting approval');
  await looksLikeADecision(page, reason);
  const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
  const { digest } = await readReplay(api, id);

  const hers = await browser.newContext();
  const approval = await hers.newPage();
  await signInAs(approval, product, 'ben');
  await approval.goto(`${product.baseUrl}/replays?awaitingMe=true`);
  await approval.getByRole('link', { name: `Review ${id}` }).click();
  await looksLikeADecision(approval, reason);
  await approval.getByRole('button', { name: 'Approve; ana starts' }).click();
  const asked = approval.getByRole('dialog', { name: `Approve sending ${records} records to ${retry}?` });
  await expect(asked.locator('code')).toHaveAttribute('title', digest ?? '');
  await asked.getByRole('button', { name: 'Approve; ana starts' }).click();
  await expect(approval.getByRole('heading', { level: 1 })).toContainText('approved, not started');
  await hers.close();

  await page.getByRole('button', { name: 'Start: send the first 20' }).click();
  await page
    .getByRole('dialog', { name: `Start sending ${records} records to ${retry}?` })
    .getByRole('button', { name: 'Start: send the first 20' })
    .click();
  await runsToItsEnd(page, api, id);
  expect((await readReplay(api, id)).approvals).toMatchObject([{ by: 'ben', decision: 'approve', digest }]);

  await page.getByRole('link', { name: 'in the audit' }).click();
  const lines = page.getByRole('table', { name: 'Audit events' });
  for (const line of ['ana drafted', 'ana planned', 'ana submitted', 'ben approved', 'ana started'])
    await expect(lines.getByRole('row').filter({ hasText: line })).toHaveCount(1);
  await provenFromOutside(product, api, id);
});
