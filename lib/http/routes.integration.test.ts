import { createHash } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestRuntime, type TestRuntime, testOrigin } from '#fixtures/web-runtime.ts';
import type { RouteHandler } from './handle.ts';

type Module = Partial<Record<'GET' | 'POST' | 'DELETE', RouteHandler>>;
const holder = globalThis as { sluiceWebRuntime?: unknown };
const routes = import.meta.glob<Module>('../../app/**/route.ts');

let test: TestRuntime;
beforeAll(async () => {
  test = await createTestRuntime();
  holder.sluiceWebRuntime = Promise.resolve(test.runtime);
});
afterAll(async () => {
  delete holder.sluiceWebRuntime;
  await test.drop();
});

/** Calls the handler that Next would call. */
async function call(folder: string, request: Request): Promise<Response> {
  const module = await routes[`../../app/${folder}/route.ts`]?.();
  const handler = module?.[request.method as 'GET'];
  if (!handler) throw new Error(`app/${folder} does not answer ${request.method}.`);
  return handler(request);
}
const v1 = (folder: string, ...request: Parameters<TestRuntime['request']>) =>
  call(`api/v1/${folder}`, test.request(...request));
const owner = async (sql: string) => {
  const client = new pg.Client({ connectionString: test.ownerUrl });
  await client.connect();
  await client.query(sql).finally(() => client.end());
};

describe('/session and /me', () => {
  it('sign in, look, sign out', async () => {
    const { name, password } = test.user('ana');
    const entered = await v1('session', 'POST', '/session', { body: { name, password } });
    expect(entered.status).toBe(201);
    expect(await entered.json()).toMatchObject({
      name: 'ana',
      roles: ['responder'],
      via: 'session',
      demo: true,
    });
    const set = entered.headers.get('set-cookie') ?? '';
    expect(set).toMatch(/^sluice_session=[\w-]{43}; Max-Age=259200; HttpOnly; SameSite=Strict; Path=\/$/);
    const headers = { cookie: set.split(';')[0] ?? '', origin: testOrigin };
    expect(await (await v1('me', 'GET', '/me', { headers })).json()).toMatchObject({
      name: 'ana',
      via: 'session',
    });
    const left = await v1('session', 'DELETE', '/session', { headers });
    expect(left.status).toBe(204);
    expect(left.headers.get('set-cookie')).toMatch(/^sluice_session=; Max-Age=0;/);
    expect((await v1('me', 'GET', '/me', { headers })).status).toBe(401);
  });

  it('a sign-in that fails says the same for a wrong password and an unknown name, and is audited', async () => {
    const answers = [];
    for (const name of ['ana', 'nobody']) {
      const answer = await v1('session', 'POST', '/session', { body: { name, password: 'wrong' } });
      answers.push([answer.status, (await answer.json()).detail]);
    }
    expect(answers[0]).toEqual(answers[1]);
    const audited = await v1('audit', 'GET', '/audit?action=session.create&outcome=refused', { as: 'vera' });
    expect(await audited.json()).toMatchObject({
      items: [
        { actor: 'anonymous', code: 'bad_credentials', detail: { name: 'nobody', peer: '192.0.2.1' } },
        { actor: 'anonymous', code: 'bad_credentials', detail: { name: 'ana' } },
      ],
    });
  });

  it('a sign-in from another site is refused, and slows down with Retry-After', async () => {
    const { name, password } = test.user('ben');
    const foreign = { body: { name, password }, headers: { origin: 'http://evil.example' } };
    expect((await v1('session', 'POST', '/session', foreign)).status).toBe(403);
    const guess = () =>
      v1('session', 'POST', '/session', { body: { name, password: 'x' }, peer: '203.0.113.5' });
    for (let n = 0; n < 5; n += 1) expect((await guess()).status).toBe(401);
    // The wait grows with each failure; on a machine so slow that one guess outlasts the first of them, a later one is refused.
    let slowed = await guess();
    for (let n = 0; n < 6 && slowed.status === 401; n += 1) slowed = await guess();
    expect(slowed.status).toBe(429);
    expect(Number(slowed.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('/tokens', () => {
  it('creates, lists without the text, and revokes', async () => {
    const made = await v1('tokens', 'POST', '/tokens', { as: 'ana', body: { name: 'ci' } });
    expect(made.status).toBe(201);
    const token = await made.json();
    const listed = await (await v1('tokens', 'GET', '/tokens', { as: 'ana' })).json();
    expect(listed.items.map((item: { name: string }) => item.name)).toEqual(['ci', 'demo']);
    expect(JSON.stringify(listed)).not.toContain('slc_');
    const owners = await (await v1('tokens', 'GET', '/tokens?limit=500', { as: 'root' })).json();
    expect(new Set(owners.items.map((item: { owner: string }) => item.owner)).size).toBe(5);
    const gone = await v1('tokens/[id]', 'DELETE', `/tokens/${token.id}`, { as: 'ana' });
    expect(gone.status).toBe(204);
    const headers = { authorization: `Bearer ${token.token}` };
    expect((await v1('me', 'GET', '/me', { headers })).status).toBe(401);
  });

  it('shows the text once, also when the key of the request is used again', async () => {
    const request = { as: 'ana', body: { name: 'keyed' }, headers: { 'idempotency-key': 'once' } };
    expect((await v1('tokens', 'POST', '/tokens', request)).status).toBe(201);
    const again = await v1('tokens', 'POST', '/tokens', request);
    expect([again.status, (await again.json()).code]).toEqual([409, 'idempotency_conflict']);
  });
});

describe('/markers', () => {
  it('notes and lists, newest first, page by page', async () => {
    for (const service of ['a', 'b', 'c']) {
      const at = `2026-01-01T00:00:0${service.charCodeAt(0) - 96}+01:00`;
      expect((await v1('markers', 'POST', '/markers', { as: 'ana', body: { service, at } })).status).toBe(
        201,
      );
    }
    const first = await (await v1('markers', 'GET', '/markers?limit=2', { as: 'vera' })).json();
    expect(first.items.map((item: { service: string }) => item.service)).toEqual(['c', 'b']);
    expect(first.items[0].at).toBe('2025-12-31T23:00:03.000Z');
    const rest = await (
      await v1('markers', 'GET', `/markers?limit=2&cursor=${first.nextCursor}`, { as: 'vera' })
    ).json();
    expect(rest).toMatchObject({ items: [{ service: 'a' }], nextCursor: null });
    expect((await v1('markers', 'POST', '/markers', { as: 'vera', body: { service: 'x' } })).status).toBe(
      403,
    );
  });

  it('any past, up to a day ahead, and nothing that it does not know', async () => {
    const post = (body: unknown, headers = {}) =>
      v1('markers', 'POST', '/markers', { as: 'ana', body, headers });
    const ahead = (ms: number) => new Date(Date.now() + ms).toISOString();
    expect((await post({ service: 'old', at: '2019-05-01T00:00:00Z' })).status).toBe(201);
    expect((await post({ service: 'soon', at: ahead(3_600_000) })).status).toBe(201);
    const far = await post({ service: 'far', at: ahead(2 * 86_400_000) });
    expect([far.status, (await far.json()).detail]).toEqual([
      400,
      expect.stringMatching(/more than a day ahead/),
    ]);
    for (const body of [
      {},
      { service: '  ' },
      { service: 'x', at: 'yesterday' },
      { service: 'x', color: 'red' },
    ])
      expect((await post(body)).status).toBe(400);
  });

  it('the same key notes one deploy, however often it is told', async () => {
    const headers = { 'idempotency-key': `deploy-${Date.now()}` };
    const tell = (service: string) =>
      v1('markers', 'POST', '/markers', { as: 'ana', body: { service }, headers });
    const [first, again] = [await (await tell('once')).json(), await (await tell('once')).json()];
    expect(again).toEqual(first);
    expect((await tell('other')).status).toBe(409);
  });
});

describe('/audit', () => {
  it('is exported as the bytes that were hashed, after saying so in the log; who is not signed in gets nothing', async () => {
    expect((await v1('audit/export', 'GET', '/audit/export')).status).toBe(401);
    const answer = await v1('audit/export', 'GET', '/audit/export', { as: 'vera' });
    expect(answer.headers.get('content-disposition')).toMatch(/attachment; filename="audit-.*\.ndjson"/);
    const lines = (await answer.text()).split('\n').slice(0, -1);
    let prev = '0'.repeat(64);
    for (const line of lines.slice(0, -1)) {
      expect(JSON.parse(line).prev).toBe(prev);
      prev = createHash('sha256').update(line).digest('hex');
    }
    expect(JSON.parse(lines.at(-2) ?? '')).toMatchObject({ action: 'audit.export', actor: 'vera' });
    expect(JSON.parse(lines.at(-1) ?? '')).toEqual({ end: { seq: lines.length - 1, hash: prev } });
  });

  it('pages from the newest to the first line without a gap, and its head is verified', async () => {
    const seqs: number[] = [];
    let cursor = '';
    do {
      const page = await (await v1('audit', 'GET', `/audit?limit=3${cursor}`, { as: 'vera' })).json();
      seqs.push(...page.items.map((item: { seq: number }) => item.seq));
      cursor = page.nextCursor ? `&cursor=${page.nextCursor}` : '';
    } while (cursor !== '');
    const head = await (await v1('audit/head', 'GET', '/audit/head', { as: 'vera' })).json();
    expect(seqs).toEqual(Array.from({ length: head.seq }, (_, index) => head.seq - index));
    expect(head).toMatchObject({ chain: 'verified', checkedTo: head.seq });
    const bad = await v1('audit', 'GET', '/audit?cursor=nonsense', { as: 'vera' });
    expect((await bad.json()).detail).toBe('query.cursor is not one that this list gave out.');
  });
});

describe('/health', () => {
  const ready = async () => {
    const answer = await call('health/ready', new Request(`${testOrigin}/health/ready`));
    return [answer.status, await answer.json()];
  };

  it('is ready with a worker; Kafka down only degrades; live is always 200', async () => {
    const down = { postgres: 'ok', kafka: { main: 'unknown' }, worker: 'down' };
    expect(await ready()).toEqual([503, { status: 'down', checks: down }]);
    const live = await call('health/live', new Request(`${testOrigin}/health/live`));
    expect([live.status, await live.json()]).toEqual([200, { status: 'down', checks: down }]);
    await owner("INSERT INTO worker (id, started_at, seen_at, policy_hash) VALUES ('w', now(), now(), 'x')");
    await owner(
      "INSERT INTO cluster_snapshot (cluster, state, data, tried_at) VALUES ('main', 'unreachable', '{}', now())",
    );
    const degraded = { postgres: 'ok', kafka: { main: 'degraded' }, worker: 'ok' };
    expect(await ready()).toEqual([200, { status: 'degraded', checks: degraded }]);
    await owner("UPDATE cluster_snapshot SET state = 'ok'");
    expect(await ready()).toMatchObject([200, { status: 'ok' }]);
    await owner("UPDATE worker SET seen_at = now() - interval '16 seconds'");
    expect(await ready()).toMatchObject([503, { checks: { worker: 'down' } }]);
  });
});

describe('/metrics', () => {
  const scrape = (token: string | null) =>
    call(
      'metrics',
      new Request(`${testOrigin}/metrics`, {
        headers: token === null ? {} : { authorization: `Bearer ${token}` },
      }),
    );

  it('needs its own token; those of people do not open it', async () => {
    expect((await scrape(null)).status).toBe(401);
    expect((await scrape(test.user('root').token)).status).toBe(401);
    const answer = await scrape(test.credentials.metricsToken);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ]);
    const text = await answer.text();
    expect(text).toContain('sluice_dependency_up{dependency="postgres",cluster=""} 1');
    expect(text).toMatch(/^sluice_audit_lines [1-9]\d*$/m);
    expect(text).toContain('process_resident_memory_bytes');
    const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map((match) => match[1]);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('a path that is not in the contract', () => {
  it('answers a problem, not a page', async () => {
    const answer = await v1('[...path]', 'POST', '/nowhere', { body: {} });
    expect([answer.status, (await answer.json()).code]).toEqual([404, 'not_found']);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });
});

describe('/openapi.json', () => {
  it('is the same at both places, and needs no sign-in', async () => {
    const [api, root] = await Promise.all([
      v1('openapi.json', 'GET', '/openapi.json'),
      call('openapi.json', new Request(`${testOrigin}/openapi.json`)),
    ]);
    const document = await api.json();
    expect(document.openapi).toBe('3.1.0');
    expect(await root.json()).toEqual(document);
  });
});

describe('/alerts and /notifications', () => {
  const hook = {
    name: 'hook',
    url: 'https://user-visible.example/T0P/s3cret-path',
    format: 'pagerduty' as const,
    secret: 's3cret',
    routingKey: 'r0uting',
    on: ['slo_burn' as const],
    flows: null,
  };

  it('show of an endpoint only its host, and let only an admin send a test, which is audited', async () => {
    test.runtime.config = { ...test.runtime.config, notify: [hook] };
    const listed = await v1('notifications/endpoints', 'GET', '/notifications/endpoints', { as: 'vera' });
    const text = await listed.text();
    expect(JSON.parse(text).items).toEqual([
      {
        name: 'hook',
        format: 'pagerduty',
        host: 'user-visible.example',
        signed: true,
        on: ['slo_burn'],
        flows: null,
      },
    ]);
    expect(text).not.toMatch(/s3cret|r0uting|T0P/);

    const body = { endpoint: 'hook' };
    const denied = await v1('notifications/test', 'POST', '/notifications/test', { as: 'ben', body });
    expect(denied.status).toBe(403);
    expect(await denied.json()).toMatchObject({
      explain: { permission: 'notification.test', grantedBy: ['root'] },
    });
    const unknown = await v1('notifications/test', 'POST', '/notifications/test', {
      as: 'root',
      body: { endpoint: 'x' },
    });
    expect([unknown.status, (await unknown.json()).detail]).toEqual([
      404,
      expect.stringContaining('In the configuration: hook'),
    ]);
    const sent = await v1('notifications/test', 'POST', '/notifications/test', { as: 'root', body });
    expect(sent.status).toBe(202);
    expect(await sent.json()).toMatchObject({
      endpoint: 'hook',
      event: 'test',
      state: 'waiting',
      requestedBy: 'root',
    });

    const log = await (
      await v1('notifications', 'GET', '/notifications?state=waiting', { as: 'vera' })
    ).json();
    expect(log.items.map((each: { event: string }) => each.event)).toEqual(['test_over', 'test']);
    const audited = await v1('audit', 'GET', '/audit?action=notification.test', { as: 'vera' });
    expect(
      (await audited.json()).items.map((each: Record<string, unknown>) => [
        each.actor,
        each.outcome,
        each.code,
      ]),
    ).toEqual([
      ['root', 'allowed', null],
      ['ben', 'refused', 'forbidden'],
    ]);
    expect(await (await v1('alerts', 'GET', '/alerts', { as: 'vera' })).json()).toEqual({
      items: [],
      nextCursor: null,
    });
  });

  it('page through the log', async () => {
    const first = await (await v1('notifications', 'GET', '/notifications?limit=1', { as: 'vera' })).json();
    const next = await v1('notifications', 'GET', `/notifications?limit=1&cursor=${first.nextCursor}`, {
      as: 'vera',
    });
    const second = await next.json();
    expect([first.items[0].event, second.items[0].event, second.nextCursor]).toEqual([
      'test_over',
      'test',
      null,
    ]);
  });
});
