import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { alertConfig, allTimings, endpoint, seeGroup } from '#fixtures/alerts.ts';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { startWebhook, type Webhook } from '#fixtures/webhook.ts';
import { processTime } from '#lib/compose/process-time.ts';
import { taskLoop } from '../task-loop.ts';
import { runNotifier } from './run-notifier.ts';

let test: TestDatabase;
let hook: Webhook;
beforeEach(async () => {
  test = await createTestDatabase();
  hook = await startWebhook();
});
afterEach(async () => {
  await hook.stop();
  await test.drop();
});

const groups = ['one', 'two', 'three'];
const see = (status: 'stopped' | 'ok') =>
  Promise.all(groups.map((group) => seeGroup(test.database, group, status, new Date())));
const alerts = allTimings({ holdMs: 200, quietMs: 200, repeatMs: null });
const timings = { evaluateMs: 50, deliverMs: 20, alerts };

/** A worker's notifier, as run-worker.ts starts it. */
function startWorker(workerId: string) {
  const stop = new AbortController();
  const logged: string[] = [];
  const runtime = {
    ...processTime,
    database: test.database,
    workerId,
    timings: {
      leaseMs: 10_000,
      transactionTimeoutMs: 1000,
      callTimeoutMs: 1000,
      observeMs: 100,
      judgedWithinMs: 10_000,
    },
    log: (message: string) => logged.push(message),
  };
  const config = alertConfig([endpoint(hook.url, { on: ['group_stuck'] })]);
  const ended = taskLoop(runtime, 'notifier', stop.signal, (lease, signal) =>
    runNotifier(
      { ...runtime, config, clock: () => new Date(), consoleUrl: 'http://console', timings },
      lease,
      signal,
    ),
  );
  return {
    logged,
    stop: async () => {
      stop.abort();
      await ended;
    },
  };
}

const told = () =>
  hook.calls
    .map((call) => JSON.parse(call.body))
    .map(({ event, key }: { event: string; key: string }) => `${key.split('/')[1]} ${event}`);
const hangsAfterMs = 90_000;
async function until(done: () => boolean | Promise<boolean>) {
  for (const giveUpAt = Date.now() + hangsAfterMs; !(await done()); await sleep(20))
    if (Date.now() > giveUpAt)
      throw new Error(`Not within ${hangsAfterMs} ms. Told so far: ${told().join(', ')}`);
}
/** Not only sent: a worker that ends between sending and noting that has it sent again, under the same id. */
const delivered = async () =>
  (await test.database.stores.notifications.list({ state: 'delivered' }, { limit: 9, before: null })).length;

it('two workers tell everything once, and the second goes on where the first ended', async () => {
  await see('stopped');
  const first = startWorker('w1');
  const second = startWorker('w2');
  await until(async () => (await delivered()) >= 3);
  await sleep(300);
  expect(told().sort()).toEqual(groups.map((group) => `${group} firing`).sort());

  await first.stop();
  await see('ok');
  await until(async () => (await delivered()) >= 6);
  await sleep(300);
  await second.stop();
  expect(told().slice(3).sort()).toEqual(groups.map((group) => `${group} recovered`).sort());
  const ids = hook.calls.map((call) => call.headers['sluice-notification-id']);
  expect(new Set(ids).size).toBe(6);
  expect([...first.logged, ...second.logged].join()).not.toMatch(/failed|given up|dropped/);
});

it('what a worker that stopped could not deliver is sent by the next, under the same id, and once taken never again', async () => {
  const database = test.database.stores;
  await see('stopped');
  hook.answer({ status: 503 });
  const first = startWorker('w1');
  await until(async () =>
    (await database.notifications.list({}, { limit: 9, before: null })).some(
      (row) => row.attempts > 0 && row.lastError !== null,
    ),
  );
  await first.stop();
  const before = await database.notifications.list({}, { limit: 9, before: null });
  hook.answer({ status: 200 });
  const from = hook.calls.length;
  const second = startWorker('w2');
  await until(async () => (await delivered()) === 3);
  await second.stop();
  const taken = hook.calls.slice(from).map((call) => call.headers['sluice-notification-id']);
  expect([...taken].sort()).toEqual(before.map((row) => row.id).sort());
});
