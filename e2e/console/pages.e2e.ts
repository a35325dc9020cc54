import { expect, type Page } from '@playwright/test';
import type { DeadLetterRow } from '#lib/contract/dead-letters.ts';
import type { ReplayRecord } from '#lib/contract/replays.ts';
import { expectWellFormed, watchErrors } from '../fixtures/page-checks.ts';
import { type Api, signInAnew, signInAs, test } from '../fixtures/product.ts';
import { paymentFailures, planned, replayCall, untilOpen } from '../fixtures/replays.ts';

const { topic, retry, group } = paymentFailures;
const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name });
const cells = (page: Page, table: string) =>
  page.getByRole('table', { name: table, exact: true }).locator('tbody tr:not([aria-hidden])');

/** Each page with what must be on it; all of it live data. */
const pages: readonly { name: string; path: string; shows: (page: Page) => Promise<void> }[] = [
  {
    name: 'home',
    path: '/',
    shows: async (page) => {
      await expect(page.getByRole('list', { name: 'Kafka and Sluice' })).toContainText(
        /Brokers 1 of 1.*0 partitions offline.*controller 1.*collector.*1 worker/s,
      );
      await expect(page.getByText(`open dead letters in ${topic}`)).toBeVisible();
      await expect(cells(page, 'Flows').filter({ hasText: 'payments' })).toContainText(/\d\/s/);
      await expect(page.getByRole('button', { name: /^Pause all replays \(\d+\)$/ })).toBeVisible();
      await expect(page.getByRole('heading', { name: 'Lately' })).toBeVisible();
    },
  },
  {
    name: 'lag',
    path: '/lag',
    shows: async (page) => {
      await expect(heading(page, 'Lag')).toBeVisible();
      const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: group }) });
      await expect(row).toContainText(/consumer|classic/);
      await expect(row).toContainText(/\d/);
    },
  },
  {
    name: 'dead letters',
    path: '/dead-letters',
    shows: async (page) => {
      await expect(heading(page, 'Dead letters')).toBeVisible();
      await expect(cells(page, 'Dead-letter topics').filter({ hasText: topic })).toContainText(/\d{2}/);
      await expect(cells(page, 'Quarantine').filter({ hasText: 'payments.quarantine' })).toBeVisible();
    },
  },
  {
    name: 'dead-letter topic',
    path: `/dead-letters/main/${topic}`,
    shows: async (page) => {
      await expect(heading(page, topic)).toBeVisible();
      const failures = page.getByRole('list', { name: 'Failure groups' });
      await expect(failures.getByRole('link', { name: /ProviderUnavailable/ })).toBeVisible();
      await expect(failures.getByText('ambiguous effect')).toBeVisible();
      await expect(page.locator('table[data-table] tbody tr[data-row]').first()).toBeVisible();
    },
  },
  {
    name: 'replays',
    path: '/replays',
    shows: async (page) => {
      await expect(heading(page, 'Replays')).toBeVisible();
      await expect(page.getByRole('link', { name: /^Waiting for me \(0\)$/ })).toBeVisible();
    },
  },
  {
    name: 'flows',
    path: '/flows',
    shows: async (page) => {
      await expect(heading(page, 'Flows')).toBeVisible();
      await expect(cells(page, 'Flows').filter({ hasText: 'payments' })).toContainText('external effect');
      await expect(cells(page, 'Flows').filter({ hasText: 'analytics' })).toContainText('replay never');
      await expect(cells(page, 'Flows').filter({ hasText: 'payments' })).toContainText(
        /\d+ (wrong|risks?|unknown)|agrees/,
      );
    },
  },
  {
    name: 'flow',
    path: '/flows/payments',
    shows: async (page) => {
      await expect(heading(page, 'payments')).toBeVisible();
      // A finding may quote the effect by its name too.
      await expect(page.getByText('charges a card at the provider external')).toBeVisible();
      await expect(page.getByRole('link', { name: topic })).toBeVisible();
      await expect(page.getByText(retry, { exact: true })).toBeVisible();
      const checks = page.locator('section', { has: page.getByRole('heading', { name: 'Checks' }) });
      // The demo's broker is one, which can lose what it acknowledged.
      await expect(checks.getByText('acknowledged_can_be_lost').first()).toBeVisible();
      await expect(checks.getByText(/^\d+ checks passed$/)).toBeVisible();
    },
  },
  {
    name: 'flow map',
    path: '/flows/map',
    shows: async (page) => {
      await expect(heading(page, 'Flow map')).toBeVisible();
      const picture = page.getByRole('region', { name: /^Picture of the flows/ });
      for (const service of ['payments', 'inventory', 'notifications', 'analytics', 'fraud'])
        await expect(
          picture.getByRole('link', {
            name: new RegExp(`^${service}-service .*: ${service}-service, consumer group`),
          }),
        ).toBeVisible();
      await expect(
        picture.getByRole('link', { name: /^payments-service.*crosses to a provider/ }),
      ).toBeVisible();
      const edges = cells(page, 'What moves between the parts');
      await expect(edges.filter({ hasText: `gives up into ${topic}` })).toContainText(/arriving|open/);
      await expect(edges.filter({ hasText: `is read by ${group}` })).toContainText(/\d/);
    },
  },
  {
    name: 'boundary sheet',
    path: '/flows/payments/sheet',
    shows: async (page) => {
      await expect(heading(page, 'Boundary sheet of payments')).toBeVisible();
      for (const question of [/truth live/, /work move/, /replayed safely/, /slows or fails/])
        await expect(page.getByRole('heading', { level: 2, name: question })).toBeVisible();
      await expect(
        page.getByText(/charges a card at the provider, outside, under the idempotency key/),
      ).toBeVisible();
      await expect(page.getByText(/dead letters? open/)).toBeVisible();
      await expect(cells(page, 'Declarations').first()).toContainText('in force');
    },
  },
  {
    name: 'incidents',
    path: '/incidents',
    shows: async (page) => {
      await expect(heading(page, 'Incidents')).toBeVisible();
      await expect(page.getByRole('navigation', { name: 'Which incidents' })).toContainText('Closed');
      await expect(page.getByRole('heading', { level: 2, name: 'Alerts' })).toBeVisible();
    },
  },
  {
    name: 'audit',
    path: '/audit',
    shows: async (page) => {
      await expect(heading(page, 'Audit')).toBeVisible();
      await expect(cells(page, 'Audit events').filter({ hasText: 'ana signed in' }).first()).toBeVisible();
      await expect(page.getByText(/^chain (verified|not checked)/)).toBeVisible();
    },
  },
  {
    name: 'settings',
    path: '/settings',
    shows: async (page) => {
      await expect(heading(page, 'Settings')).toBeVisible();
      await expect(page.locator('main').getByText('responder', { exact: true })).toBeVisible();
      await expect(cells(page, 'API tokens').first()).toContainText('ana');
    },
  },
];

for (const { name, path, shows } of pages)
  test(`${name} shows what there is, to everyone`, async ({ page, product, api }) => {
    await untilOpen(api, 1);
    const errors = watchErrors(page);
    await (name === 'audit' ? signInAnew : signInAs)(page, product, 'ana');
    await page.goto(path);
    await shows(page);
    await expectWellFormed(page);
    expect(errors).toEqual([]);
  });

test('a group shows its lag as a chart and as a table', async ({ page, product }) => {
  const errors = watchErrors(page);
  await signInAs(page, product, 'ana');
  await page.goto(`/lag/main/${group}`);
  await expect(heading(page, group)).toBeVisible();
  await expect(cells(page, 'Partitions').filter({ hasText: 'orders.v1' }).first()).toBeVisible();
  await expect(cells(page, 'Members').first()).toBeVisible();
  await expect(page.locator('svg.recharts-surface').first()).toBeVisible();
  await expectWellFormed(page);
  await page.getByRole('button', { name: 'As table' }).click();
  await expect(page).toHaveURL(/table=true/);
  await expect(cells(page, 'Lag over time').first()).toContainText(/\d/);
  await expectWellFormed(page);
  expect(errors).toEqual([]);
});

async function newestRecord(api: Api): Promise<string> {
  const { body } = await api<{ items: DeadLetterRow[] }>(
    'ana',
    'GET',
    `/dead-letters/main/${topic}/records?limit=1`,
  );
  const [record] = body.items;
  if (!record) throw new Error(`${topic} is empty`);
  return `/dead-letters/main/${topic}/${record.partition}/${record.offset}`;
}

test('a dead letter shows headers, lineage and payload', async ({ page, product, api }) => {
  await untilOpen(api, 1);
  const errors = watchErrors(page);
  await signInAs(page, product, 'ana');
  await page.goto(await newestRecord(api));
  await expect(heading(page, new RegExp(`^${topic}-`))).toBeVisible();
  await expect(page.getByRole('region', { name: 'The value as a tree' })).toContainText('orderId');
  await expect(cells(page, 'Headers').filter({ hasText: 'kafka_dlt-original-topic' })).toContainText(
    'orders.v1',
  );
  await expect(page.getByText(/dead letters? of this topic (has|have) this key/)).toBeVisible();
  await expectWellFormed(page);
  expect(errors).toEqual([]);
});

test('without the permission a payload is not there, and the page says who grants it', async ({
  page,
  product,
  api,
}) => {
  await untilOpen(api, 1);
  const errors = watchErrors(page);
  await signInAs(page, product, 'vera');
  await page.goto(await newestRecord(api));
  await expect(heading(page, new RegExp(`^${topic}-`))).toBeVisible();
  await expect(page.getByText('You may not see payloads.')).toBeVisible();
  await expect(page.locator('main')).toContainText('payload.read');
  await expect(page.locator('main')).toContainText('admin');
  await expect(page.locator('main')).not.toContainText('orderId');
  const plan = page.getByRole('button', { name: 'Plan replay of this record' });
  await expect(plan).toHaveAttribute('aria-disabled', 'true');
  await expectWellFormed(page);
  expect(errors).toEqual([]);
});

test('a replay that waits for approval, and the draft form before it', async ({ page, product, api }) => {
  const replay = await planned(api, { records: 5, reason: 'To be looked at, not sent' });
  try {
    await replayCall(api, 'ana', `/replays/${replay.id}/submit`);
    const errors = watchErrors(page);
    await signInAs(page, product, 'ben');
    await page.goto(`/replays/${replay.id}`);
    await expect(heading(page, new RegExp(replay.id))).toContainText('awaiting approval');
    await expect(page.getByRole('button', { name: 'Approve; ana starts' })).toBeEnabled();
    await expectWellFormed(page);
    await page.goto('/replays?awaitingMe=true');
    await expect(page.getByRole('link', { name: `Review ${replay.id}` })).toBeVisible();
    await expectWellFormed(page);
    const { selection } = replay.source as { selection: { fingerprint: string } };
    await page.goto(`/replays/new?cluster=main&topic=${topic}&fingerprint=${selection.fingerprint}`);
    await expect(page.getByRole('button', { name: 'Create draft' })).toBeVisible();
    await expectWellFormed(page);
    const { body } = await api<{ items: ReplayRecord[] }>(
      'ana',
      'GET',
      `/replays/${replay.id}/records?limit=1`,
    );
    await page.goto('/decisions');
    await page.getByLabel('Topic').fill(topic);
    await page.getByLabel('Partition').fill(String(body.items[0]?.partition));
    await page.getByLabel('Offset').fill(body.items[0]?.offset ?? '');
    await page.getByRole('button', { name: 'Show decisions' }).click();
    const decision = page.getByRole('listitem').filter({ hasText: replay.id });
    await expect(decision).toContainText(/by ana: To be looked at, not sent.*By nobody\..*policy version/s);
    await expectWellFormed(page);
    expect(errors).toEqual([]);
  } finally {
    await replayCall(api, 'ana', `/replays/${replay.id}/withdraw`);
  }
});

test('home says what is wrong with Sluice itself in as many words as it takes, at any width', async ({
  page,
  product,
}) => {
  const errors = watchErrors(page);
  // What the server answers, and one place of anchors that can't be reached.
  await page.route('**/api/v1/self', async (route) => {
    const response = await route.fetch();
    const self = await response.json();
    const why = 'NOT_LEADER_OR_FOLLOWER';
    const trouble = { place: 'topic main/sluice.audit-anchors', since: new Date(0).toISOString(), why };
    await route.fulfill({ response, json: { ...self, audit: { ...self.audit, failing: [trouble] } } });
  });
  await signInAs(page, product, 'ana');
  await page.goto('/');
  await expect(page.getByRole('list', { name: 'Kafka and Sluice' })).toContainText(
    'audit log not anchored in topic main/sluice.audit-anchors for',
  );
  await expectWellFormed(page);
  expect(errors).toEqual([]);
});
