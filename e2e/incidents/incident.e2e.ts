import { expect } from '@playwright/test';
import type { IncidentDetail } from '#lib/contract/incidents.ts';
import { expectWellFormed, watchErrors } from '../fixtures/page-checks.ts';
import { signInAs, test } from '../fixtures/product.ts';
import { lookAtPaymentFailures, paymentFailures, untilOpen } from '../fixtures/replays.ts';

test('an incident is opened where it fails, joins what is done, is noted on, exported and closed', async ({
  page,
  product,
  api,
}) => {
  const errors = await lookAtPaymentFailures(page, product, api);
  const failures = page.getByRole('list', { name: 'Failure groups' });
  await failures
    .getByRole('link', { name: new RegExp(paymentFailures.exception) })
    .first()
    .click();
  await page.getByRole('button', { name: 'Open incident…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Open an incident' });
  await expect(dialog.getByRole('checkbox').first()).toBeChecked();
  await dialog.getByLabel('Title').fill('Cards are not charged');
  await expectWellFormed(page);
  await page.setViewportSize({ width: 1440, height: 900 });
  await dialog.getByRole('button', { name: 'Open', exact: true }).click();

  await expect(page.getByRole('heading', { level: 1, name: /Cards are not charged/ })).toContainText('open');
  const handover = page.getByRole('region', { name: 'What happened' });
  await expect(handover).toContainText(`arrived in ${paymentFailures.topic}`);
  const timeline = page.getByRole('list', { name: 'Timeline, newest first' });
  await expect(timeline).toContainText('ana opened the incident');

  await api('ben', 'POST', '/markers', {
    service: 'payments-service',
    version: '9.9.9',
    note: 'rolled back',
  });
  await expect(timeline).toContainText('payments-service 9.9.9', { timeout: 30_000 });
  await page.getByLabel('Note', { exact: true }).fill('The provider is back.\nWatch the charges.');
  await page.getByRole('button', { name: 'Add note' }).click();
  await expect(timeline).toContainText('The provider is back.');
  await expectWellFormed(page);
  await page.setViewportSize({ width: 1440, height: 900 });

  const id = page.url().split('/').at(-1) ?? '';
  for (const [name, ending] of [
    ['Markdown', 'md'],
    ['JSON', 'json'],
  ] as const) {
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name, exact: true }).click();
    expect((await download).suggestedFilename()).toBe(`${id}.${ending}`);
  }

  await page.getByRole('button', { name: 'Close…' }).click();
  await page.getByLabel(/^Reason/).fill('The provider is back');
  await page.getByRole('button', { name: 'Close incident' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('closed');
  await expect(page.getByText('as it stood when it was closed')).toBeVisible();
  const { body } = await api<IncidentDetail>('vera', 'GET', `/incidents/${id}`);
  expect(body).toMatchObject({ state: 'closed', kept: true, notes: 1, openedBy: 'ana' });
  expect(errors).toEqual([]);
});

test('who only reads sees an incident, and why they can’t write', async ({ page, product, api }) => {
  const { body } = await api<{ id: string }>('ana', 'POST', '/incidents', {
    title: 'To be looked at',
    about: [{ kind: 'flow', flow: 'payments' }],
  });
  const errors = watchErrors(page);
  await signInAs(page, product, 'vera');
  await page.goto(`/incidents/${body.id}`);
  await expect(page.getByRole('heading', { level: 1, name: /To be looked at/ })).toBeVisible();
  for (const name of ['Add note', 'Close…'])
    await expect(page.getByRole('button', { name })).toHaveAttribute('aria-disabled', 'true');
  await expectWellFormed(page);
  expect(errors).toEqual([]);
});

test('a link of an alert leads on, asks, or says what is not there', async ({ page, product, api }) => {
  await untilOpen(api, 1);
  const errors = watchErrors(page);
  await signInAs(page, product, 'ana');
  await page.goto(`/go?cluster=main&group=${paymentFailures.group}&from=1777862460000&to=1777866060000`);
  await expect(page).toHaveURL(/\/lag\/main\/payments-service\?from=2026-05-04T02/);
  await page.goto(`/go?topic=${paymentFailures.topic}`);
  await expect(page).toHaveURL(`${product.baseUrl}/dead-letters/main/${paymentFailures.topic}`);
  await page.goto('/go?replay=r-not-there');
  await expect(
    page.getByRole('heading', { level: 1, name: 'What this link names is not here' }),
  ).toBeVisible();
  await expectWellFormed(page);
  await page.goto('/go?group=a&group=b');
  await expect(page.getByRole('heading', { level: 1, name: 'This link can’t be read' })).toBeVisible();
  await page.goto('/go?replay=https%3A%2F%2Felsewhere.invalid');
  expect(new URL(page.url()).origin).toBe(product.baseUrl);
  expect(errors).toEqual([]);
});
