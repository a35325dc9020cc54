import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IndexedTopic, indexedTopic } from '#fixtures/indexed-letters.ts';
import { createTestRuntime, type TestRuntime } from '#fixtures/web-runtime.ts';
import type { RouteHandler } from './handle.ts';

type Module = Partial<Record<'GET' | 'POST' | 'DELETE', RouteHandler>>;
const holder = globalThis as { sluiceWebRuntime?: unknown };
const routes = import.meta.glob<Module>('../../app/api/v1/dead-letters/**/route.ts');

let test: TestRuntime;
let topics = 0;
beforeAll(async () => {
  test = await createTestRuntime();
  holder.sluiceWebRuntime = Promise.resolve(test.runtime);
});
afterAll(async () => {
  delete holder.sluiceWebRuntime;
  await test.drop();
});

const newTopic = async (letters: number): Promise<IndexedTopic> => {
  const topic = await indexedTopic(test.runtime.database, `api-${topics++}.dlq`);
  await topic.arrive(letters);
  return topic;
};
/** Calls the route below a topic that Next would call. */
async function call(
  topic: IndexedTopic,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  more: Parameters<TestRuntime['request']>[2] = {},
): Promise<Response> {
  const folder = path.replace(/\?.*/, '').replace(/(?<=^failures\/)[^/]+/, '[fingerprint]');
  const module = await routes[`../../app/api/v1/dead-letters/[cluster]/[topic]/${folder}/route.ts`]?.();
  const handler = module?.[method];
  if (!handler) throw new Error(`${folder} does not answer ${method}.`);
  return handler(
    test.request(method, `/dead-letters/main/${topic.at.topic}/${path}`, { as: 'ana', ...more }),
  );
}
const selection = { fingerprint: 'f-down' };

describe('/dismiss and /reopen', () => {
  it('look, dismiss exactly that, and take it back', async () => {
    const topic = await newTopic(3);
    const looked = await call(topic, 'POST', 'dismiss', { body: { selection, dryRun: true } });
    expect(looked.status).toBe(200);
    const { records, digest, leftOut, dryRun } = await looked.json();
    const { topicId } = topic.place;
    const lines = [0, 1, 2].map((offset) => `${topicId} 0 ${offset}\n`).join('');
    expect([records, digest]).toEqual([3, createHash('sha256').update(lines).digest('hex')]);
    expect([leftOut, dryRun]).toEqual([{}, true]);

    const expectation = { records, digest: '0'.repeat(64) };
    const refused = await call(topic, 'POST', 'dismiss', {
      body: { selection, reason: 'x', expect: expectation },
    });
    expect([refused.status, await refused.json()]).toEqual([
      409,
      expect.objectContaining({ code: 'conflict', expected: expectation, found: { records, digest } }),
    ]);
    const done = await call(topic, 'POST', 'dismiss', {
      body: { selection, reason: 'fixed by hand', expect: { records, digest } },
    });
    expect(await done.json()).toEqual({ records, digest, leftOut: {}, dryRun: false });
    const back = await call(topic, 'POST', 'reopen', { body: { selection, reason: 'not fixed' } });
    expect(await back.json()).toMatchObject({ records, digest });
    const none = await call(topic, 'POST', 'reopen', { body: { selection, reason: 'again' } });
    expect([none.status, (await none.json()).code]).toEqual([409, 'wrong_state']);
  });

  it('refuse what is not known or not said, and whom it is not for', async () => {
    const topic = await newTopic(1);
    const codeOf = async (body: unknown, as = 'ana') => {
      const answer = await call(topic, 'POST', 'dismiss', { body, as });
      return [answer.status, (await answer.json()).code];
    };
    expect(await codeOf({ selection })).toEqual([400, 'bad_request']);
    expect(await codeOf({ reason: 'x' })).toEqual([400, 'empty_selection']);
    expect(await codeOf({ selection, reason: 'x', force: true })).toEqual([400, 'unknown_field']);
    expect(await codeOf({ selection: { filter: 'nothing == 1' }, reason: 'x' })).toEqual([
      400,
      'bad_request',
    ]);
    expect(await codeOf({ selection, reason: 'x' }, 'vera')).toEqual([403, 'forbidden']);
  });

  it('the same key dismisses once and answers the same again', async () => {
    const topic = await newTopic(2);
    const request = { body: { selection, reason: 'x' }, headers: { 'idempotency-key': `once-${topics}` } };
    const first = await (await call(topic, 'POST', 'dismiss', request)).json();
    const again = await call(topic, 'POST', 'dismiss', request);
    expect([again.status, await again.json()]).toEqual([200, first]);
  });
});

describe('/failures/{fingerprint}/mute, /snooze and /claim', () => {
  it('begin and end, and stand in the failure group', async () => {
    const topic = await newTopic(2);
    const until = new Date(Date.now() + 3_600_000).toISOString();
    const muted = await call(topic, 'POST', 'failures/f-down/mute', { body: { until, reason: 'known' } });
    expect([muted.status, await muted.json()]).toEqual([
      200,
      expect.objectContaining({ fingerprint: 'f-down', mutedUntil: until, muteReason: 'known' }),
    ]);
    await call(topic, 'POST', 'failures/f-down/snooze', { body: { until } });
    await call(topic, 'POST', 'failures/f-down/claim', { body: {} });
    const listed = await (await call(topic, 'GET', 'failures')).json();
    expect(listed.items).toEqual([
      expect.objectContaining({ mutedBy: 'ana', snoozedUntil: until, claimedBy: 'ana', open: 2 }),
    ]);
    for (const noun of ['mute', 'snooze', 'claim'])
      expect((await call(topic, 'DELETE', `failures/f-down/${noun}`)).status).toBe(200);
    const after = await (await call(topic, 'GET', 'failures')).json();
    expect(after.items[0]).toMatchObject({ mutedUntil: null, snoozedUntil: null, claimedBy: null });
  });

  it('are refused with what to do', async () => {
    const topic = await newTopic(1);
    const far = new Date(Date.now() + 40 * 86_400_000).toISOString();
    const mute = (body: unknown, of = 'f-down', as = 'ana') =>
      call(topic, 'POST', `failures/${of}/mute`, { body, as });
    const answer = await mute({ until: far, reason: 'x' });
    expect([answer.status, (await answer.json()).detail]).toEqual([400, expect.stringContaining('30 days')]);
    expect((await mute({ until: far })).status).toBe(400);
    expect((await mute({ until: far, reason: 'x' }, 'nope')).status).toBe(404);
    expect((await mute({ until: far, reason: 'x' }, 'f-down', 'vera')).status).toBe(403);
    await call(topic, 'POST', 'failures/f-down/claim', { body: {} });
    const taken = await call(topic, 'POST', 'failures/f-down/claim', { body: {}, as: 'ben' });
    expect([taken.status, await taken.json()]).toEqual([409, expect.objectContaining({ claimedBy: 'ana' })]);
  });
});

describe('/export', () => {
  it('is a file with a name, whole by its last line', async () => {
    const topic = await newTopic(3);
    const answer = await call(topic, 'GET', 'export?format=csv');
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([
      200,
      'text/csv; charset=utf-8; header=present',
      'no-store',
    ]);
    expect(answer.headers.get('content-disposition')).toMatch(
      /^attachment; filename="api-\d+\.dlq-[\dTZ-]+\.csv"$/,
    );
    expect((await answer.text()).split('\r\n').at(-2)).toMatch(/^end,records=3,sha256=[0-9a-f]{64},+$/);
    const json = await (await call(topic, 'GET', 'export?disposition=open', { as: 'vera' })).text();
    const lines = json
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
    expect(lines.at(-1)).toMatchObject({ end: true, records: 3 });
    expect(lines[0]).toMatchObject({ offset: expect.any(String), keyText: null });
    expect((await call(topic, 'GET', 'export?format=xlsx')).status).toBe(400);
  });
});
