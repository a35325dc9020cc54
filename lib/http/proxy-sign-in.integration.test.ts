import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestRuntime, type TestRuntime, testOrigin } from '#fixtures/web-runtime.ts';
import { signIn } from '#lib/auth/sign-in.ts';
import { getMe } from '#lib/contract/access.ts';
import { createMarker } from '#lib/contract/home.ts';
import { problem } from '#lib/contract/wire.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import { createMarker as create } from '#lib/usecases/create-marker.ts';
import { handle } from './handle.ts';
import { signInWays } from './session.ts';

// The web's own door, with a proxy at 10.9.0.1 that signs people in.
const holder = globalThis as { sluiceWebRuntime?: unknown };
const secret = 'what only the proxy knows';
const peer = '10.9.0.1';
let test: TestRuntime;
let seen: Principal | null = null;
beforeAll(async () => {
  test = await createTestRuntime();
  const proxyHeader = {
    ...{ userHeader: 'x-forwarded-user', secretHeader: 'x-sluice-proxy-secret', secret },
    trustedCidrs: ['10.9.0.0/24'],
  };
  const { config } = test.runtime;
  const roles = [
    { role: 'viewer', clusters: ['*'], flows: ['*'], subjects: ['user:nina', 'user:ned'] },
    { role: 'responder', clusters: ['main'], flows: ['*'], subjects: ['user:nina'] },
  ] as const;
  test.runtime.config = { ...config, auth: { ...config.auth, proxyHeader }, roles };
  holder.sluiceWebRuntime = Promise.resolve(test.runtime);
});
afterAll(async () => {
  delete holder.sluiceWebRuntime;
  await test.drop();
});

const runtimeOf = () => Promise.resolve(test.runtime);
const me = handle(runtimeOf, getMe, ({ principal }) => {
  seen = principal;
  return { name: principal.name, roles: [], permissions: [], via: principal.via, demo: true };
});
const mark = handle(runtimeOf, createMarker, ({ runtime, principal, body }) =>
  create(runtime, principal, body),
);
const by = (name: string, headers: Record<string, string> = {}) => ({
  peer,
  headers: { 'x-forwarded-user': name, 'x-sluice-proxy-secret': secret, ...headers },
});
/** Who the web says is asking. */
async function whoIs(more: Parameters<TestRuntime['request']>[2]): Promise<Principal> {
  const answer = await me(test.request('GET', '/me', more));
  expect(answer.status, await answer.clone().text()).toBe(200);
  if (!seen) throw new Error('The handler was not reached.');
  return seen;
}
async function refusal(answer: Promise<Response>) {
  const { status, code, detail } = problem.parse(await (await answer).json());
  return { status, code, detail };
}
const owner = async (sql: string, values: unknown[] = []) => {
  const client = new pg.Client({ connectionString: test.ownerUrl });
  await client.connect();
  return client.query(sql, values).finally(() => client.end());
};
const audited = async (action: 'user.create' | 'user.link') =>
  (await test.runtime.database.stores.audit.list({ action }, { limit: 100, before: null })).map(
    ({ actor, resource, detail }) => ({ actor, resource, detail }),
  );
const cookieOf = async (name: string): Promise<string> => {
  const { secret: value } = await signIn(test.runtime, { name, password: test.user(name).password, peer });
  return `sluice_session=${value}`;
};

describe('somebody whom the proxy names', () => {
  it('who is new here gets an account, once, with what the configuration grants to the name', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => whoIs(by('nina'))));
    expect(new Set(all.map(({ userId }) => userId)).size).toBe(1);
    expect(all[0]).toMatchObject({ name: 'nina', via: 'proxy' });
    expect(all[0]?.grants.map(({ role, cluster }) => `${role} ${cluster}`)).toEqual([
      'viewer *',
      'responder main',
    ]);
    expect(await audited('user.create')).toEqual([
      { actor: 'nina', resource: 'user/nina', detail: { roles: [], by: 'proxy' } },
    ]);
    expect(await audited('user.link')).toEqual([
      { actor: 'nina', resource: 'user/nina', detail: { provider: 'proxy', subject: 'nina' } },
    ]);
  });

  it('who has an account is that person, in whatever case the directory took the name', async () => {
    const ben = await whoIs({ as: 'ben' });
    for (const spelled of ['ben', 'Ben', ' BEN '])
      expect(await whoIs(by(spelled))).toEqual({ ...ben, via: 'proxy' });
    expect((await audited('user.link')).filter(({ resource }) => resource === 'user/ben')).toHaveLength(1);
  });

  it('is nobody where two accounts differ in case only', async () => {
    await owner(`INSERT INTO app_user (id, name, created_at, created_by, credentials_changed_at, credentials_changed_by)
      VALUES ('u-dana', 'dana', now(), 'cli', now(), 'cli'), ('u-Dana', 'Dana', now(), 'cli', now(), 'cli')`);
    expect(await refusal(me(test.request('GET', '/me', by('dana'))))).toMatchObject({
      ...{ status: 403, code: 'identity_unlinked' },
      detail: expect.stringContaining('dana'),
    });
  });

  it('is turned away once the account is disabled', async () => {
    await whoIs(by('ned'));
    await owner(`UPDATE app_user SET disabled_at = now() WHERE name = 'ned'`);
    expect(await refusal(me(test.request('GET', '/me', by('ned'))))).toMatchObject({
      ...{ status: 401, code: 'unauthenticated', detail: expect.stringContaining('disabled') },
    });
  });

  it('has no password to guess', async () => {
    const entering = signIn(test.runtime, { name: 'nina', password: 'null', peer });
    await expect(entering).rejects.toMatchObject({ code: 'bad_credentials' });
  });
});

describe('a header that nobody should believe', () => {
  it.each([
    ['from elsewhere', { ...by('ben'), peer: '10.9.1.1' }, 'trustedCidrs'],
    ['without the secret', { peer, headers: { 'x-forwarded-user': 'ben' } }, 'x-sluice-proxy-secret'],
    ['with a wrong secret', by('ben', { 'x-sluice-proxy-secret': 'guessed' }), 'x-sluice-proxy-secret'],
    ['with two names', by('ana, ben'), 'one name at a time'],
  ])('%s is refused, whatever else is sent', async (_what, more, words) => {
    const refused = { status: 401, code: 'unauthenticated', detail: expect.stringContaining(words) };
    expect(await refusal(me(test.request('GET', '/me', more)))).toEqual(refused);
    expect(await refusal(me(test.request('GET', '/me', { ...more, as: 'ana' })))).toEqual(refused);
  });

  it('is nothing at all where no proxy is configured', async () => {
    const { config } = test.runtime;
    test.runtime.config = { ...config, auth: { ...config.auth, proxyHeader: null } };
    expect(await whoIs({ ...by('ben'), as: 'ana' })).toMatchObject({ name: 'ana', via: 'token' });
    const alone = await refusal(me(test.request('GET', '/me', by('ben'))));
    expect(alone).toMatchObject({ status: 401, code: 'unauthenticated' });
    test.runtime.config = config;
  });
});

describe('the sign-in page', () => {
  const said = async (headers: Record<string, string>, from = peer) => {
    const asked = new Headers({ ...headers, 'x-sluice-peer': from });
    return (await signInWays(asked)).refused;
  };
  const named = { 'x-forwarded-user': 'ben' };

  it('says why a name from the proxy is refused, and nothing to whom no proxy names', async () => {
    expect(await said({})).toBeNull();
    expect(await said({ cookie: 'sluice_session=ended' })).toBeNull();
    expect(await said({ 'x-forwarded-user': ' ' })).toBeNull();
    expect(await said(named)).toContain('came without x-sluice-proxy-secret');
    expect(await said({ ...named, 'x-sluice-proxy-secret': secret }, '192.0.2.9')).toContain('trustedCidrs');
    expect(await said({ ...named, 'x-sluice-proxy-secret': secret })).toBeNull();
    const cookie = await cookieOf('ana');
    expect(await said({ ...named, 'x-sluice-proxy-secret': secret, cookie })).toContain('of ana');
  });
});

describe('the proxy beside other ways', () => {
  it('a token beside it is one too many', async () => {
    expect(await refusal(me(test.request('GET', '/me', { ...by('ben'), as: 'ben' })))).toMatchObject({
      ...{ status: 400, code: 'cookie_and_bearer' },
    });
  });

  it('a cookie of somebody else is refused, of the same person or of a session that ended is not', async () => {
    const cookie = await cookieOf('ana');
    expect(await refusal(me(test.request('GET', '/me', by('ben', { cookie }))))).toMatchObject({
      ...{ status: 400, code: 'cookie_and_proxy', detail: expect.stringMatching(/ben is asking.*of ana/) },
    });
    expect(await whoIs(by('ana', { cookie }))).toMatchObject({ name: 'ana', via: 'proxy' });
    expect(await whoIs(by('ben', { cookie: 'sluice_session=ended' }))).toMatchObject({ name: 'ben' });
  });

  it('a change has to come from a page of Sluice, since a browser sends the name along by itself', async () => {
    const body = { service: 'payments', version: '1.2' };
    const post = (headers: Record<string, string>) =>
      mark(test.request('POST', '/markers', { ...by('ana', headers), body }));
    expect(await refusal(post({}))).toMatchObject({ code: 'bad_origin' });
    expect(await refusal(post({ origin: 'https://evil.example' }))).toMatchObject({ code: 'bad_origin' });
    expect((await post({ origin: testOrigin })).status).toBe(201);
  });

  it('names and passwords can be off', async () => {
    const { config } = test.runtime;
    const off = { ...test.runtime, config: { ...config, auth: { ...config.auth, local: false } } };
    const entering = signIn(off, { name: 'ana', password: test.user('ana').password, peer });
    await expect(entering).rejects.toMatchObject({ code: 'local_sign_in_off' });
  });
});
