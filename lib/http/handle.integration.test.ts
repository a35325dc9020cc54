import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createTestRuntime, type TestRuntime, testOrigin } from '#fixtures/web-runtime.ts';
import { authorize } from '#lib/auth/authorize.ts';
import { signIn } from '#lib/auth/sign-in.ts';
import { verifyChain } from '#lib/auth/verify-chain.ts';
import { BrokerFailure } from '#lib/broker/port/failure.ts';
import { getMe } from '#lib/contract/access.ts';
import { createMarker } from '#lib/contract/home.ts';
import { operation } from '#lib/contract/operation.ts';
import { approveReplay, draftReplay, listReplays } from '#lib/contract/replays.ts';
import { problem } from '#lib/contract/wire.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import { createMarker as create } from '#lib/usecases/create-marker.ts';
import { handle } from './handle.ts';

let test: TestRuntime;
beforeAll(async () => {
  test = await createTestRuntime();
});
afterAll(() => test.drop());

const runtimeOf = () => Promise.resolve(test.runtime);
const me = handle(runtimeOf, getMe, ({ principal }) => ({
  name: principal.name,
  roles: [],
  permissions: [],
  via: principal.via,
  demo: true,
}));
const mark = handle(runtimeOf, createMarker, ({ runtime, principal, body }) =>
  create(runtime, principal, body),
);
const draft = handle(runtimeOf, draftReplay, () => new Response('drafted'));
const list = handle(runtimeOf, listReplays, () => ({ items: [], nextCursor: null }));

async function refusalOf(answer: Response | Promise<Response>) {
  const response = await answer;
  expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(response.headers.get('cache-control')).toBe('no-store');
  const body = problem.parse(await response.json());
  expect(body.status).toBe(response.status);
  return body;
}
const newest = async () => (await test.runtime.database.stores.audit.list({}, { limit: 1, before: null }))[0];
const headSeq = async () => (await test.runtime.database.stores.audit.head()).seq;
const body = { service: 'payments', version: '1.2' };
const post = (more: Parameters<TestRuntime['request']>[2] = {}) =>
  test.request('POST', '/markers', { as: 'ana', body, ...more });
const draftBody = {
  cluster: 'main',
  source: { topic: 'orders.v1.payments.dlq', selection: { all: true } },
  destination: { kind: 'retry' },
  reason: 'provider is back',
};

describe('who may come in', () => {
  it('answers a known host and a valid token, and nothing is cached', async () => {
    const response = await me(test.request('GET', '/me', { as: 'ana' }));
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toMatchObject({ name: 'ana', via: 'token' });
  });

  it.each(['evil.example', '127.0.0.1:3001', 'localhost', '', 'localhost:3000.evil.example'])(
    'refuses the host "%s"',
    async (host) => {
      const refused = await refusalOf(me(test.request('GET', '/me', { as: 'ana', headers: { host } })));
      expect(refused).toMatchObject({ status: 400, code: 'unknown_host' });
    },
  );

  it.each(['localhost:3000', '127.0.0.1:3000', '[::1]:3000', 'LOCALHOST:3000'])(
    'serves the host "%s"',
    async (host) => {
      expect((await me(test.request('GET', '/me', { as: 'ana', headers: { host } }))).status).toBe(200);
    },
  );

  it('refuses nobody, a wrong token, another scheme, and cookie and bearer together', async () => {
    const codes = async (headers: Record<string, string>) =>
      (await refusalOf(me(test.request('GET', '/me', { headers })))).code;
    expect(await codes({})).toBe('unauthenticated');
    expect(await codes({ authorization: 'Bearer slc_wrong' })).toBe('unauthenticated');
    expect(await codes({ authorization: `Basic ${test.user('ana').token}` })).toBe('unauthenticated');
    expect(await codes({ cookie: 'sluice_session=wrong' })).toBe('unauthenticated');
    expect(
      await codes({ cookie: 'sluice_session=x', authorization: `Bearer ${test.user('ana').token}` }),
    ).toBe('cookie_and_bearer');
  });

  it('a metrics token opens nothing else', async () => {
    const headers = { authorization: `Bearer ${test.credentials.metricsToken}` };
    expect((await refusalOf(me(test.request('GET', '/me', { headers })))).code).toBe('unauthenticated');
  });
});

describe('a permission that is missing', () => {
  it('is explained, names who can grant it, and the refused write is audited', async () => {
    const before = await headSeq();
    const refused = await refusalOf(draft(test.request('POST', '/replays', { as: 'vera', body: draftBody })));
    expect(refused).toMatchObject({
      status: 403,
      code: 'forbidden',
      explain: { permission: 'replay.draft', heldRoles: ['viewer'], grantedBy: ['root'] },
    });
    expect(await headSeq()).toBe(before + 1n);
    expect(await newest()).toMatchObject({
      actor: 'vera',
      action: 'replay.draft',
      outcome: 'refused',
      code: 'forbidden',
      resource: 'replay',
      detail: { via: 'token', peer: '192.0.2.1' },
    });
  });

  it('is refused by the use case for its own cluster and flow, audited once', async () => {
    const scoped = handle(runtimeOf, draftReplay, ({ principal }) => {
      authorize(principal, 'replay.approve', { cluster: 'main', flow: 'payments' });
      return new Response('never');
    });
    const before = await headSeq();
    const refused = await refusalOf(scoped(test.request('POST', '/replays', { as: 'ana', body: draftBody })));
    expect(refused.explain).toEqual({
      permission: 'replay.approve',
      resource: 'cluster/main/flow/payments',
      heldRoles: ['responder'],
      grantedBy: ['root'],
    });
    expect(await headSeq()).toBe(before + 1n);
  });

  it.each(['own_replay', 'digest_mismatch', 'wrong_state', 'destination_not_allowed'] as const)(
    'a use case that says %s is audited under the replay',
    async (code) => {
      const approve = handle(runtimeOf, approveReplay, () => {
        throw new SluiceError(code, 'because', { fields: { given: 'x' } });
      });
      const digest = 'a'.repeat(64);
      const request = test.request('POST', '/replays/r-1/approve', {
        as: 'ben',
        body: { digest, policyVersion: 1 },
      });
      expect((await refusalOf(approve(request))).code).toBe(code);
      expect(await newest()).toMatchObject({
        actor: 'ben',
        action: 'replay.approve',
        outcome: 'refused',
        code,
        resource: 'replay/r-1',
        detail: { reason: 'because', given: 'x' },
      });
    },
  );

  it('a refused read is not a decision and leaves no line', async () => {
    const before = await headSeq();
    const reading = handle(runtimeOf, listReplays, () => {
      throw new SluiceError('forbidden', 'no');
    });
    await refusalOf(reading(test.request('GET', '/replays', { as: 'ana' })));
    expect(await headSeq()).toBe(before);
  });

  it('leaves a chain that verifies', async () => {
    expect(await verifyChain(test.runtime.database.stores.audit)).toMatchObject({ ok: true });
  });
});

describe('a write by session cookie', () => {
  let cookie: string;
  beforeAll(async () => {
    const { name, password } = test.user('ana');
    const { secret } = await signIn(test.runtime, { name, password, peer: '192.0.2.1' });
    cookie = `other=1; sluice_session=${secret}`;
  });
  const byCookie = (headers: Record<string, string>) =>
    mark(test.request('POST', '/markers', { body, headers: { cookie, ...headers } }));

  it('works from the exact origin with JSON', async () => {
    expect((await byCookie({ origin: testOrigin })).status).toBe(201);
  });

  it.each([
    'http://evil.example',
    'http://127.0.0.1:3001',
    'https://127.0.0.1:3000',
    'null',
    `${testOrigin}/`,
  ])('is refused from the origin %s', async (origin) => {
    expect(await refusalOf(byCookie({ origin }))).toMatchObject({ status: 403, code: 'bad_origin' });
    expect(await newest()).toMatchObject({ actor: 'ana', outcome: 'refused', code: 'bad_origin' });
  });

  it('is refused without an origin, and without JSON', async () => {
    expect((await refusalOf(byCookie({}))).code).toBe('bad_origin');
    const form = { origin: testOrigin, 'content-type': 'text/plain' };
    expect(await refusalOf(byCookie(form))).toMatchObject({ status: 415, code: 'not_json' });
  });

  it('reads need no origin', async () => {
    expect((await me(test.request('GET', '/me', { headers: { cookie } }))).status).toBe(200);
  });
});

describe('strict input', () => {
  it('names unknown fields wherever they are', async () => {
    expect(await refusalOf(mark(post({ body: { ...body, colour: 1 } })))).toMatchObject({
      status: 400,
      code: 'unknown_field',
      unknownFields: ['colour'],
      detail: 'body has an unknown field: "colour".',
    });
    const nested = {
      ...draftBody,
      source: { ...draftBody.source, selection: { fingerprint: 'a', limit: 3 } },
    };
    expect(
      await refusalOf(draft(test.request('POST', '/replays', { as: 'ana', body: nested }))),
    ).toMatchObject({
      code: 'unknown_field',
      unknownFields: ['source.selection.limit'],
    });
    expect(await refusalOf(list(test.request('GET', '/replays?colour=1', { as: 'ana' })))).toMatchObject({
      code: 'unknown_field',
      unknownFields: ['colour'],
    });
    expect(await refusalOf(me(test.request('GET', '/me?x=1', { as: 'ana' })))).toMatchObject({
      code: 'unknown_field',
    });
  });

  it('says what is wrong and where', async () => {
    expect((await refusalOf(mark(post({ body: {} })))).detail).toBe('body.service is required.');
    expect((await refusalOf(mark(post({ body: '{' })))).detail).toMatch(/^The body is not valid JSON/);
    expect((await refusalOf(list(test.request('GET', '/replays?limit=501', { as: 'ana' })))).detail).toMatch(
      /^query\.limit: /,
    );
    expect(
      (await refusalOf(list(test.request('GET', '/replays?limit=1&limit=2', { as: 'ana' })))).detail,
    ).toBe('query.limit is given more than once.');
    expect(await refusalOf(mark(post({ body: `"${'x'.repeat(3 << 20)}"` })))).toMatchObject({ status: 413 });
  });

  it('refuses text that nothing can store', async () => {
    for (const service of ['a\u0000b', '\ud800'])
      expect(await refusalOf(mark(post({ body: { service } })))).toMatchObject({
        code: 'bad_request',
        detail: 'body.service holds a NUL character or half a surrogate pair.',
      });
    expect(await refusalOf(list(test.request('GET', '/replays?topic=a%00b', { as: 'ana' })))).toMatchObject({
      status: 400,
    });
  });

  it.each([{}, { records: [] }, { from: '2026-01-01T00:00:00Z' }, undefined, null])(
    'a selection of nothing has a code of its own: %j',
    async (selection) => {
      const empty = { ...draftBody, source: { topic: 'orders.v1.payments.dlq', selection } };
      expect(
        await refusalOf(draft(test.request('POST', '/replays', { as: 'ana', body: empty }))),
      ).toMatchObject({
        status: 400,
        code: 'empty_selection',
      });
    },
  );

  it('decodes path parameters once', async () => {
    const echo = operation({
      id: 'echo',
      method: 'GET',
      path: '/echo/{name}',
      summary: 'Says it back',
      permission: 'read',
      params: z.object({ name: z.string() }),
      answer: z.object({ name: z.string() }),
    });
    const route = handle(runtimeOf, echo, ({ params }) => params);
    const answer = await route(test.request('GET', '/echo/a%2Fb%2520c', { as: 'ana' }));
    expect(await answer.json()).toEqual({ name: 'a/b%20c' });
    expect((await refusalOf(route(test.request('GET', '/echo/%ff', { as: 'ana' })))).code).toBe(
      'bad_request',
    );
  });
});

describe('an idempotency key', () => {
  const markers = async () =>
    (await test.runtime.database.stores.markers.list({}, { limit: 500, after: null })).length;
  const keyed = (key: string, more: Parameters<TestRuntime['request']>[2] = {}) =>
    mark(post({ ...more, headers: { 'idempotency-key': key } }));

  it('answers the first result again, for the same person and path', async () => {
    const before = await markers();
    const first = await keyed('k1');
    const second = await keyed('k1', { body: { version: '1.2', service: 'payments' } });
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(await second.json()).toEqual(await first.json());
    expect(await markers()).toBe(before + 1);
    expect((await keyed('k1', { as: 'ben' })).status).toBe(201);
    expect(await markers()).toBe(before + 2);
  });

  it('refuses another body', async () => {
    await keyed('k2');
    expect(await refusalOf(keyed('k2', { body: { service: 'orders' } }))).toMatchObject({
      status: 409,
      code: 'idempotency_conflict',
    });
  });

  it('does the work once under concurrency; the others are told that it is at work or get the result', async () => {
    const before = await markers();
    const answers = await Promise.all(Array.from({ length: 12 }, () => keyed('k3')));
    expect(await markers()).toBe(before + 1);
    for (const answer of answers) {
      if (answer.status === 201) continue;
      expect(await refusalOf(answer)).toMatchObject({
        status: 409,
        code: 'conflict',
        detail: expect.stringContaining('at work'),
      });
    }
    expect(answers.filter((answer) => answer.status === 201).length).toBeGreaterThan(0);
  });

  it('answers a refusal again without auditing it twice', async () => {
    let calls = 0;
    const refusing = handle(runtimeOf, createMarker, () => {
      calls += 1;
      throw new SluiceError('wrong_state', `call ${calls}`);
    });
    const request = () => refusing(post({ headers: { 'idempotency-key': 'k4' } }));
    const before = await headSeq();
    expect((await refusalOf(request())).detail).toBe('call 1');
    expect((await refusalOf(request())).detail).toBe('call 1');
    expect(await headSeq()).toBe(before + 1n);
  });

  it('is free again after something failed inside', async () => {
    let calls = 0;
    const failing = handle(runtimeOf, createMarker, async (input) => {
      calls += 1;
      if (calls === 1) throw new BrokerFailure('unreachable', 'no broker');
      return create(input.runtime, input.principal, input.body);
    });
    const request = () => failing(post({ headers: { 'idempotency-key': 'k5' } }));
    expect(await refusalOf(request())).toMatchObject({ status: 503, code: 'broker_unavailable' });
    expect((await request()).status).toBe(201);
  });

  it('is in flight while the first request works', async () => {
    const [begun, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const slow = handle(runtimeOf, createMarker, async (input) => {
      begun.resolve();
      await goOn.promise;
      return create(input.runtime, input.principal, input.body);
    });
    const first = slow(post({ headers: { 'idempotency-key': 'k6' } }));
    await begun.promise;
    expect((await refusalOf(keyed('k6'))).detail).toContain('still at work');
    goOn.resolve();
    expect((await first).status).toBe(201);
  });
});

describe('what goes wrong inside', () => {
  it('is a 500 with a reference, and nothing of the error leaves', async () => {
    const failing = handle(runtimeOf, getMe, () => {
      throw new Error('secret detail');
    });
    const answer = await refusalOf(failing(test.request('GET', '/me', { as: 'ana' })));
    expect(answer).toMatchObject({ status: 500, code: 'internal', reference: expect.any(String) });
    expect(answer.detail).not.toContain('secret');
  });

  it('a database that is away is a 503 that says so', async () => {
    const { openDatabase } = await import('#lib/store/database.ts');
    const gone = openDatabase('postgresql://nobody:x@127.0.0.1:1/none', { maxConnections: 1 });
    const away = handle(
      () => Promise.resolve({ ...test.runtime, database: gone }),
      getMe,
      () => {
        throw new Error('not reached');
      },
    );
    expect(await refusalOf(away(test.request('GET', '/me', { as: 'ana' })))).toMatchObject({
      status: 503,
      code: 'database_unavailable',
    });
    await gone.close();
  });
});
