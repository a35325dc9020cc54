import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { indexedTopic } from '#fixtures/indexed-letters.ts';
import { createTestRuntime, type TestRuntime, testOrigin } from '#fixtures/web-runtime.ts';
import type { IncidentView } from '#lib/contract/incidents.ts';
import type { RouteHandler } from './handle.ts';

type Module = Partial<Record<'GET' | 'POST', RouteHandler>>;
const holder = globalThis as { sluiceWebRuntime?: unknown };
const routes = import.meta.glob<Module>('../../app/api/v1/incidents/**/route.ts');

let test: TestRuntime;
beforeAll(async () => {
  test = await createTestRuntime();
  holder.sluiceWebRuntime = Promise.resolve(test.runtime);
  const topic = await indexedTopic(test.runtime.database, 'orders.dlq');
  await topic.arrive(3);
});
afterAll(async () => {
  delete holder.sluiceWebRuntime;
  await test.drop();
});

/** Calls the route that Next would call. */
async function call(
  method: 'GET' | 'POST',
  path: string,
  more: Parameters<TestRuntime['request']>[2] = {},
): Promise<Response> {
  const folder = path.replace(/\?.*/, '').replace(/^\/i-[0-9a-f]+/, '/[id]');
  const handler = (await routes[`../../app/api/v1/incidents${folder}/route.ts`]?.())?.[method];
  if (!handler) throw new Error(`${folder} does not answer ${method}.`);
  return handler(test.request(method, `/incidents${path}`, { as: 'ana', ...more }));
}
const about = [{ kind: 'topic', cluster: 'main', topic: 'orders.dlq' }];
const open = async (headers: Record<string, string> = {}): Promise<IncidentView> => {
  const answer = await call('POST', '', { body: { title: 'Orders fail', about }, headers });
  expect(answer.status).toBe(201);
  return answer.json();
};
const audited = async (id: string) => {
  const lines = await test.runtime.database.stores.audit.list(
    { resource: `incident/${id}` },
    { limit: 50, before: null },
  );
  return lines.map(({ actor, action, outcome }) => `${actor} ${action} ${outcome}`);
};

describe('/incidents', () => {
  it('the same key opens, notes and closes once, with one line in the audit log each', async () => {
    const once = (name: string) => ({ 'idempotency-key': name });
    const { id } = await open(once('open-1'));
    expect((await open(once('open-1'))).id).toBe(id);
    for (const _ of [1, 2])
      expect(
        (await call('POST', `/${id}/notes`, { body: { text: 'seen' }, headers: once('note-1') })).status,
      ).toBe(201);
    for (const _ of [1, 2])
      expect(
        (await call('POST', `/${id}/close`, { body: { reason: 'over' }, headers: once('close-1') })).status,
      ).toBe(200);
    expect(await audited(id)).toEqual([
      'ana incident.close allowed',
      'ana incident.note allowed',
      'ana incident.open allowed',
    ]);
    const late = await call('POST', `/${id}/close`, { body: { reason: 'over' } });
    expect([late.status, (await late.json()).code]).toEqual([409, 'wrong_state']);
  });

  it('vera reads and exports, and may write nothing; the refusal is audited', async () => {
    const { id } = await open();
    expect((await call('GET', `/${id}`, { as: 'vera' })).status).toBe(200);
    const list = await (await call('GET', '?state=open', { as: 'vera' })).json();
    expect(list.items.map((each: IncidentView) => each.id)).toContain(id);
    for (const [path, body] of [
      ['', { title: 'x', about }],
      [`/${id}/notes`, { text: 'x' }],
      [`/${id}/about`, { about }],
      [`/${id}/close`, { reason: 'x' }],
      [`/${id}/reopen`, { reason: 'x' }],
    ] as const) {
      const refused = await call('POST', path, { as: 'vera', body });
      expect([refused.status, (await refused.json()).code]).toEqual([403, 'forbidden']);
    }
    expect((await audited(id))[0]).toBe('vera incident.reopen refused');
  });

  it('exports as a file of either form, with links to this console', async () => {
    const { id } = await open();
    const markdown = await call('GET', `/${id}/export`, { as: 'vera' });
    expect(markdown.headers.get('content-type')).toContain('text/markdown');
    expect(markdown.headers.get('content-disposition')).toBe(`attachment; filename="${id}.md"`);
    const text = await markdown.text();
    expect(text).toContain(`<${testOrigin}/incidents/${id}?from=`);
    expect(text).toContain('3 dead letters arrived in orders.dlq');
    const json = await call('GET', `/${id}/export?format=json`, { as: 'vera' });
    expect(json.headers.get('content-type')).toContain('application/json');
    expect(await json.json()).toMatchObject({ id, state: 'open', handover: expect.any(Array) });
    expect(await audited(id)).toContain('vera incident.export allowed');
  });

  it('refuses what is not known, too long, or about nothing', async () => {
    const codeOf = async (body: unknown) => {
      const answer = await call('POST', '', { body });
      return [answer.status, (await answer.json()).code];
    };
    expect(await codeOf({ title: 'x', about: [] })).toEqual([400, 'bad_request']);
    expect(await codeOf({ title: 'x', about, more: 1 })).toEqual([400, 'unknown_field']);
    expect(await codeOf({ title: 'x', about: [{ kind: 'group', cluster: 'main' }] })).toEqual([
      400,
      'bad_request',
    ]);
    expect(await codeOf({ title: ' ', about })).toEqual([400, 'bad_request']);
    expect(await codeOf({ title: 'x', about, lookBackMs: 86_400_001 })).toEqual([400, 'bad_request']);
    const { id } = await open();
    expect((await call('POST', `/${id}/notes`, { body: { text: 'x'.repeat(4001) } })).status).toBe(400);
    expect((await call('GET', `/${id}?from=2026-05-04T03:00:00Z&to=2026-05-04T02:00:00Z`)).status).toBe(400);
    expect((await call('GET', '/i-0000')).status).toBe(404);
  });
});
