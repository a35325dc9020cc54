import { expect } from '@playwright/test';
import type { AuditEventView } from '#lib/contract/audit.ts';
import type { DeadLetterRow } from '#lib/contract/dead-letters.ts';
import type { ReplayRecord, ReplayView } from '#lib/contract/replays.ts';
import { endOffsets } from '../fixtures/outside.ts';
import { type Api, signInAs, test } from '../fixtures/product.ts';
import { paymentFailures, planned, readReplay, replayCall, untilTargetMoves } from '../fixtures/replays.ts';

const { topic, retry } = paymentFailures;

type Problem = { code: string; detail: string; explain?: Record<string, unknown> };

const refusals = async (api: Api, replay: ReplayView): Promise<AuditEventView[]> =>
  (
    await api<{ items: AuditEventView[] }>(
      'ana',
      'GET',
      `/audit?resource=replay/${replay.id}&outcome=refused`,
    )
  ).body.items;

test('nobody approves their own replay, another seal, or what their role does not allow; nothing is sent', async ({
  page,
  product,
  api,
}) => {
  const before = await endOffsets(product, retry);
  const replay = await planned(api, { records: 5, reason: 'To be refused' });
  const { id, digest, policy } = replay;
  const approval = { digest, policyVersion: policy?.version };
  try {
    expect(await api<Problem>('vera', 'POST', `/replays/${id}/submit`, {})).toMatchObject({
      status: 403,
      body: { code: 'forbidden', explain: { permission: 'replay.submit', heldRoles: ['viewer'] } },
    });
    await replayCall(api, 'ana', `/replays/${id}/submit`);

    await signInAs(page, product, 'ana');
    await page.goto(`/replays/${id}`);
    const approve = page.getByRole('button', { name: 'Approve; ana starts' });
    await expect(approve).toHaveAttribute('aria-disabled', 'true');
    await expect(approve).toHaveAccessibleDescription(/approve/);
    await approve.click({ force: true });
    await expect(page.getByRole('dialog')).toBeHidden();

    const own = await api<Problem>('ana', 'POST', `/replays/${id}/approve`, approval);
    expect(own).toMatchObject({
      status: 403,
      body: { code: 'forbidden', explain: { permission: 'replay.approve', heldRoles: ['responder'] } },
    });
    expect(own.body.explain).toHaveProperty('grantedBy');
    const wrong = { ...approval, digest: '0'.repeat(64) };
    expect(await api<Problem>('ben', 'POST', `/replays/${id}/approve`, wrong)).toMatchObject({
      status: 409,
      body: { code: 'digest_mismatch' },
    });
    expect(await api<Problem>('ana', 'POST', `/replays/${id}/start`, {})).toMatchObject({
      status: 409,
      body: { code: 'wrong_state' },
    });

    const audited = (await refusals(api, replay)).map(({ actor, action, code }) => [actor, action, code]);
    expect(audited.toReversed()).toEqual([
      ['vera', 'replay.submit', 'forbidden'],
      ['ana', 'replay.approve', 'forbidden'],
      ['ben', 'replay.approve', 'digest_mismatch'],
      ['ana', 'replay.start', 'wrong_state'],
    ]);
    await page.goto(`/audit?resource=replay/${id}&outcome=refused`);
    const lines = page.getByRole('table', { name: 'Audit events' });
    await expect(lines.getByRole('row').filter({ hasText: 'ben was refused to approve' })).toContainText(
      'refused: digest_mismatch',
    );
    expect(await readReplay(api, id)).toMatchObject({
      state: 'awaiting_approval',
      approvals: [],
      startedAt: null,
      progress: { replayed: 0, remaining: 5 },
    });
    expect(await endOffsets(product, retry)).toEqual(before);
  } finally {
    await replayCall(api, 'ana', `/replays/${id}/withdraw`);
  }
});

test('an approver who prepared a replay is no second person', async ({ page, product, api }) => {
  const replay = await planned(api, { records: 2, reason: 'By an approver', by: 'ben' });
  try {
    await replayCall(api, 'ben', `/replays/${replay.id}/submit`);
    expect(
      await api<Problem>('ben', 'POST', `/replays/${replay.id}/approve`, {
        digest: replay.digest,
        policyVersion: replay.policy?.version,
      }),
    ).toMatchObject({ status: 403, body: { code: 'own_replay' } });
    expect((await refusals(api, replay)).map(({ actor, code }) => [actor, code])).toEqual([
      ['ben', 'own_replay'],
    ]);
    await signInAs(page, product, 'ben');
    await page.goto(`/replays/${replay.id}`);
    const approve = page.getByRole('button', { name: 'Approve; ben starts' });
    await expect(approve).toHaveAttribute('aria-disabled', 'true');
    await expect(approve).toHaveAccessibleDescription(/prepared/);
    await page.goto('/replays?awaitingMe=true');
    await expect(page.getByRole('heading', { level: 1, name: 'Replays' })).toBeVisible();
    await expect(page.getByRole('link', { name: /^Waiting for me \(\d+\)$/ })).toBeVisible();
    await expect(page.getByRole('link', { name: `Review ${replay.id}` })).toBeHidden();
  } finally {
    await replayCall(api, 'ben', `/replays/${replay.id}/withdraw`);
  }
});

test('a replay before the fix comes back: the first batch stops it, and it says so', async ({
  page,
  product,
  api,
  faults,
}) => {
  test.setTimeout(300_000);
  await faults.break('payments');
  await untilTargetMoves(api);
  const replay = await planned(api, { records: 6, firstBatch: 3, reason: 'Too early' });
  const { id } = replay;
  await replayCall(api, 'ana', `/replays/${id}/submit`);
  await replayCall(api, 'ben', `/replays/${id}/approve`, {
    digest: replay.digest,
    policyVersion: replay.policy?.version,
  });
  await replayCall(api, 'ana', `/replays/${id}/start`);

  await signInAs(page, product, 'ana');
  await page.goto(`/replays/${id}`);
  const title = page.getByRole('heading', { level: 1 });
  await expect(title).toContainText('paused', { timeout: 120_000 });
  const gates = page.getByRole('table', { name: 'Gates' });
  await expect(gates.getByRole('row').filter({ hasText: 'Came back' })).toContainText(/100\s?%.*fails/s);
  await expect(page.locator('main')).toContainText(/paused:.*came back/);
  const resume = page.getByRole('button', { name: 'Resume with 3 records' });
  await expect(resume).toHaveAttribute('aria-disabled', 'true'); // the rest needs a fresh approval

  await page.getByRole('button', { name: 'Abort', exact: true }).click();
  const asked = page.getByRole('dialog', { name: 'Abort with 3 records not sent?' });
  await asked.getByLabel('Why').fill('The provider is still down');
  await asked.getByRole('button', { name: 'Abort', exact: true }).click();
  await expect(title).toContainText('aborted', { timeout: 60_000 });

  expect((await readReplay(api, id)).progress).toMatchObject({ replayed: 3, cameBack: 3, consumedPast: 0 });
  const { body: sent } = await api<{ items: ReplayRecord[] }>(
    'ana',
    'GET',
    `/replays/${id}/records?outcome=replayed`,
  );
  expect(sent.items.map((item) => item.verification)).toEqual(['came_back', 'came_back', 'came_back']);
  // What came back is a new dead letter each, and can be taken by the next replay.
  const { body: back } = await api<{ items: DeadLetterRow[] }>(
    'ana',
    'GET',
    `/dead-letters/main/${topic}/records?disposition=came_back&limit=500`,
  );
  expect(back.items.filter((row) => row.replayId === id)).toHaveLength(3);
});
