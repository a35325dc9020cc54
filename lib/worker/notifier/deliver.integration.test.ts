import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alertConfig, allTimings, endpoint, seeCluster, seeGroup } from '#fixtures/alerts.ts';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { startWebhook, type Webhook } from '#fixtures/webhook.ts';
import type { NotifyEndpoint } from '#lib/config/config.ts';
import { verifySignature } from '#lib/domain/alerts/signature.ts';
import type { LagStatus } from '#lib/domain/lag/status.ts';
import type { Lease } from '#lib/store/leases.ts';
import { evaluateAlerts } from '#lib/usecases/alerts/evaluate-alerts.ts';
import { deliverDue, endStranded } from './deliver.ts';

const start = Date.parse('2026-05-04T10:00:00Z');
const secondMs = 1000;
const hourMs = 3_600_000;

let test: TestDatabase;
let hook: Webhook;
let lease: Lease;
let nowMs: number;
let logged: string[];
beforeEach(async () => {
  test = await createTestDatabase();
  hook = await startWebhook();
  nowMs = start;
  logged = [];
  const held = await test.database.stores.leases.acquire('notifier', 'w1', 600_000);
  if (!held) throw new Error('no lease');
  lease = held;
});
afterEach(async () => {
  await hook.stop();
  await test.drop();
});

const clock = () => new Date(nowMs);
const never = new AbortController().signal;
const timings = allTimings({ holdMs: 15 * secondMs, quietMs: 60 * secondMs, repeatMs: 4 * hourMs });
const evaluate = (notify: NotifyEndpoint[]) =>
  evaluateAlerts(
    { database: test.database, config: alertConfig(notify), clock, timings, consoleUrl: 'http://console' },
    lease,
  );
const deps = (endpoints: NotifyEndpoint[]) => ({
  database: test.database,
  endpoints,
  clock,
  log: (message: string) => logged.push(message),
});
const deliver = async (endpoints: NotifyEndpoint[]) => {
  for (const each of endpoints) await deliverDue(deps(endpoints), each, never);
};
/** The collector sees the group so, and the notifier takes a turn, `ms` later. */
async function turn(notify: NotifyEndpoint[], afterMs: number, status: LagStatus, groupId = 'pay') {
  nowMs += afterMs;
  await seeGroup(test.database, groupId, status, clock());
  return evaluate(notify);
}
const log = (state?: 'waiting' | 'delivered' | 'gave_up' | 'dropped') =>
  test.database.stores.notifications.list({ state }, { limit: 50, before: null });
const told = (calls = hook.calls) => calls.map((call) => JSON.parse(call.body).event);

describe('from a condition to a delivery', () => {
  it('tells once that it fires, signed, and once that it is over', async () => {
    const notify = [endpoint(hook.url)];
    await turn(notify, 0, 'stopped');
    await deliver(notify);
    expect(hook.calls).toEqual([]);
    for (const _ of [1, 2, 3]) {
      await turn(notify, 15 * secondMs, 'stopped');
      await deliver(notify);
    }
    expect(told()).toEqual(['firing']);
    const [call] = hook.calls;
    expect(
      verifySignature(String(call?.headers['sluice-signature']), 's3cret', call?.body ?? '', clock(), 60_000),
    ).toBe(true);
    expect(JSON.parse(call?.body ?? '')).toMatchObject({
      id: call?.headers['sluice-notification-id'],
      kind: 'group_stuck',
      key: 'group_stuck:main/pay',
      title: 'pay stopped',
      severity: 'act',
      cluster: 'main',
      link: 'http://console/go?cluster=main&group=pay',
    });
    await turn(notify, secondMs, 'ok');
    await turn(notify, 61 * secondMs, 'ok');
    await turn(notify, 61 * secondMs, 'ok');
    await deliver(notify);
    expect(told()).toEqual(['firing', 'recovered']);
    expect(await log('delivered')).toHaveLength(2);
    expect(inspect(await log(), { depth: 5 })).not.toContain('s3cret');
  });

  it('says nothing of what flaps inside the hold time, and of a cluster that can’t be read does not say that it is well', async () => {
    const notify = [endpoint(hook.url, { on: ['group_stuck'] })];
    for (let n = 0; n < 6; n += 1) {
      await turn(notify, 10 * secondMs, 'stopped');
      await turn(notify, 10 * secondMs, 'ok');
    }
    expect(await log()).toEqual([]);
    await turn(notify, secondMs, 'stopped');
    await turn(notify, 15 * secondMs, 'stopped');
    for (let n = 0; n < 4; n += 1) {
      nowMs += 61 * secondMs;
      await seeCluster(test.database, 'unreachable', clock());
      await evaluate(notify);
    }
    expect((await log()).map((row) => row.message.event)).toEqual(['firing']);
  });

  it('an endpoint that is down is told all of it once it is up, in order, under the ids that were tried', async () => {
    const notify = [endpoint(hook.url)];
    const { port } = hook;
    await hook.stop();
    await turn(notify, 0, 'stopped');
    await turn(notify, 15 * secondMs, 'stopped');
    await deliver(notify);
    await turn(notify, secondMs, 'ok');
    await turn(notify, 61 * secondMs, 'ok');
    await deliver(notify);
    const waiting = await log('waiting');
    expect(waiting.map((row) => [row.message.event, row.attempts])).toEqual([
      ['recovered', 0],
      ['firing', 2],
    ]);
    expect(waiting[1]?.lastError).toContain('ECONNREFUSED');
    hook = await startWebhook(port);
    for (let n = 0; n < 4; n += 1) {
      nowMs += 30 * secondMs;
      await deliver(notify);
    }
    expect(told()).toEqual(['firing', 'recovered']);
    expect(hook.calls.map((call) => call.headers['sluice-notification-id'])).toEqual(
      waiting.map((row) => row.id).reverse(),
    );
  });

  it('what a worker had taken when it died is sent by another once the hold is over, and not before', async () => {
    const notify = [endpoint(hook.url)];
    await turn(notify, 0, 'stopped');
    await turn(notify, 15 * secondMs, 'stopped');
    const [taken] = await test.database.stores.notifications.claim('hook', clock(), 30 * secondMs, 8);
    nowMs += 29 * secondMs;
    await deliver(notify);
    expect(hook.calls).toEqual([]);
    nowMs += secondMs;
    await deliver(notify);
    await deliver(notify);
    expect(hook.calls.map((call) => call.headers['sluice-notification-id'])).toEqual([taken?.id]);
    expect(hook.calls[0]?.headers['sluice-attempt']).toBe('2');
  });

  it('waits longer after each refusal, keeps 200 characters of it, and gives up after a day', async () => {
    const notify = [endpoint(hook.url)];
    hook.answer({ status: 500, body: `<p>${'no '.repeat(500)}` });
    await turn(notify, 0, 'stopped');
    await turn(notify, 15 * secondMs, 'stopped');
    for (const waitMs of [5_000, 10_000, 20_000]) {
      await deliver(notify);
      const [row] = await log('waiting');
      expect((row?.nextAt?.getTime() ?? 0) - nowMs).toBe(waitMs);
      expect(row).toMatchObject({
        httpStatus: 500,
        lastError: expect.stringMatching(/^It answered 500: <p>no no/),
      });
      expect(row?.lastError?.length).toBeLessThanOrEqual(200);
      nowMs += waitMs;
    }
    nowMs = start + 15 * secondMs + 24 * hourMs - 1;
    await deliver(notify);
    expect(await log('gave_up')).toMatchObject([{ attempts: 4, lastError: expect.stringContaining('500') }]);
    expect(logged.join()).toMatch(/given up after 4 attempts/);
    expect((await test.database.stores.notifications.counts()).ended).toEqual([
      { endpoint: 'hook', outcome: 'failed_attempt', count: 3n },
      { endpoint: 'hook', outcome: 'gave_up', count: 1n },
    ]);
  });

  it('follows no redirect, and honours Retry-After', async () => {
    const other = await startWebhook();
    const notify = [endpoint(hook.url)];
    hook.answer({ status: 307, headers: { location: other.url } });
    await turn(notify, 0, 'stopped');
    await turn(notify, 15 * secondMs, 'stopped');
    await deliver(notify);
    expect(other.calls).toEqual([]);
    expect((await log('waiting'))[0]?.lastError).toMatch(/redirects are not followed/);
    await other.stop();
    hook.answer({ status: 429, headers: { 'retry-after': '120' } });
    nowMs += 5 * secondMs;
    await deliver(notify);
    expect(((await log('waiting'))[0]?.nextAt?.getTime() ?? 0) - nowMs).toBe(120 * secondMs);
  });

  it('tells each endpoint what it asked for, and drops what is for one that is no longer configured', async () => {
    const all = endpoint(hook.url, { name: 'all' });
    const burns = endpoint(hook.url, { name: 'burns', on: ['slo_burn'] });
    const flows = endpoint(hook.url, { name: 'flows', flows: ['pay*'] });
    await turn([all, burns, flows], 0, 'stopped');
    await turn([all, burns, flows], 15 * secondMs, 'stopped');
    expect((await log()).map((row) => row.endpoint)).toEqual(['all']);
    await endStranded(deps([burns]));
    expect(await log('dropped')).toMatchObject([
      { endpoint: 'all', lastError: expect.stringMatching(/not configured/) },
    ]);
  });

  it('the shapes of Slack and PagerDuty, the latter as trigger and resolve of one incident', async () => {
    const slack = endpoint(hook.url, { name: 'slack', format: 'slack', secret: null, on: ['group_stuck'] });
    const pager = endpoint(hook.url, {
      name: 'pd',
      format: 'pagerduty',
      secret: null,
      routingKey: 'R0UT',
      on: ['group_stuck'],
    });
    const notify = [slack, pager];
    await turn(notify, 0, 'stalled');
    await turn(notify, 15 * secondMs, 'stalled');
    await deliver(notify);
    await turn(notify, secondMs, 'ok');
    await turn(notify, 61 * secondMs, 'ok');
    await deliver(notify);
    const bodies = hook.calls.map((call) => JSON.parse(call.body));
    const [said] = bodies.filter((body) => 'blocks' in body);
    expect(said).toMatchObject({
      text: 'Firing: pay is stalled',
      blocks: [{ type: 'section' }, { type: 'context' }],
    });
    const events = bodies.filter((body) => 'event_action' in body);
    expect(events.map((event) => event.event_action)).toEqual(['trigger', 'resolve']);
    expect(new Set(events.map((event) => event.dedup_key)).size).toBe(1);
    for (const event of events) {
      expect(event).toMatchObject({
        routing_key: 'R0UT',
        payload: { summary: 'pay is stalled', severity: 'critical' },
      });
      expect(event.dedup_key.length).toBeLessThanOrEqual(255);
      expect(Date.parse(event.payload.timestamp)).not.toBeNaN();
    }
    expect(hook.calls.every((call) => call.headers['sluice-signature'] === undefined)).toBe(true);
    expect(inspect(await log(), { depth: 5 })).not.toContain('R0UT');
  });

  it('a worker that lost its lease writes nothing', async () => {
    const notify = [endpoint(hook.url)];
    await turn(notify, 0, 'stopped');
    await test.database.stores.leases.release(lease);
    await test.database.stores.leases.acquire('notifier', 'w2', 600_000);
    expect(await turn(notify, 15 * secondMs, 'stopped')).toBeNull();
    expect(await log()).toEqual([]);
    expect(await test.database.stores.alerts.all()).toMatchObject([{ phase: 'pending' }]);
  });
});
