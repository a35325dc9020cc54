import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenIdProvider, startOpenIdProvider } from '#fixtures/openid-provider.ts';
import { createTestRuntime, type TestRuntime, testOrigin } from '#fixtures/web-runtime.ts';
import { createToken } from '#lib/auth/manage-tokens.ts';
import { createIdentityProvider } from '#lib/auth/oidc/identity-provider.ts';
import type { Me } from '#lib/contract/access.ts';
import { GET as me } from '../../app/api/v1/me/route.ts';
import { GET as finish } from '../../app/api/v1/session/oidc/callback/route.ts';
import { GET as begin } from '../../app/api/v1/session/oidc/route.ts';
import { refusedSignIn } from './oidc-cookies.ts';

// A real OpenID provider, the web's own routes, and a browser's cookies between them.
const holder = globalThis as { sluiceWebRuntime?: unknown };
const day = 24 * 3_600_000;
const start = Date.now();
let nowMs = start;
let test: TestRuntime;
let provider: OpenIdProvider;
beforeAll(async () => {
  [test, provider] = await Promise.all([
    createTestRuntime({ clock: () => new Date(nowMs), demo: false }),
    startOpenIdProvider([`${testOrigin}/api/v1/session/oidc/callback`]),
  ]);
  const { issuer, clientId, clientSecret } = provider;
  const oidc = { issuer, clientId, clientSecret, groupsClaim: 'groups', nameClaim: 'preferred_username' };
  const { config } = test.runtime;
  const roles = [
    { role: 'approver', clusters: ['main'], flows: ['payments*'], subjects: ['group:payments-leads'] },
    { role: 'viewer', clusters: ['*'], flows: ['*'], subjects: ['user:mia'] },
  ] as const;
  test.runtime.config = { ...config, auth: { ...config.auth, oidc }, roles };
  test.runtime.identityProvider = createIdentityProvider(oidc, test.runtime.clock);
  holder.sluiceWebRuntime = Promise.resolve(test.runtime);
});
afterAll(async () => {
  delete holder.sluiceWebRuntime;
  await Promise.all([provider.close(), test.drop()]);
});

const cookieIn = (answer: Response, name: string): string =>
  answer.headers.getSetCookie().find((each) => each.startsWith(`${name}=`)) ?? '';
const pairOf = (cookie: string): string => cookie.split(';')[0] ?? '';

type Journey = { asked: Response; returned: URL; answer: Response };
/** From the button to whatever Sluice answers when the browser is back. @param between what happens to the browser on its way */
async function journey(between: (kept: string, back: URL) => [string, URL] = (kept, back) => [kept, back]) {
  const asked = await begin(test.request('GET', '/session/oidc?next=%2Freplays%3Fstate%3Dpaused'));
  const back = await provider.follow(asked.headers.get('location') ?? '');
  const [kept, returned] = between(pairOf(cookieIn(asked, 'sluice_oidc')), back);
  const request = test.request('GET', `/session/oidc/callback${returned.search}`, {
    headers: { cookie: kept },
  });
  return { asked, returned, answer: await finish(request) } satisfies Journey;
}
async function whoIs({ answer }: Journey): Promise<Me> {
  const session = cookieIn(answer, 'sluice_session');
  expect(session, refusedIn(answer)).not.toBe('');
  const seen = await me(test.request('GET', '/me', { headers: { cookie: pairOf(session) } }));
  return (await seen.json()) as Me;
}
/** What the sign-in page will say. */
const refusedIn = (answer: Response): string =>
  refusedSignIn(new Headers({ cookie: pairOf(cookieIn(answer, 'sluice_refused')) })) ?? '';
const mia = { sub: 'u-4711', preferred_username: 'Mia', groups: ['payments-leads', 'staff'] };

describe('signing in at the provider', () => {
  it('leads there with state, nonce and a challenge, and back to the page that was asked for', async () => {
    provider.signIn(mia);
    const { asked, answer } = await journey();
    expect(asked.status).toBe(303);
    const { searchParams } = new URL(asked.headers.get('location') ?? '');
    expect(Object.fromEntries(searchParams)).toMatchObject({
      ...{ response_type: 'code', client_id: 'sluice', code_challenge_method: 'S256' },
      ...{ redirect_uri: `${testOrigin}/api/v1/session/oidc/callback`, scope: 'openid profile email' },
      ...{ state: expect.stringMatching(/.{40}/), nonce: expect.stringMatching(/.{40}/) },
    });
    expect(cookieIn(asked, 'sluice_oidc')).toMatch(
      /; Max-Age=600; HttpOnly; SameSite=Lax; Path=\/api\/v1\/session\/oidc\/callback$/,
    );
    expect(answer.status).toBe(200);
    expect(answer.headers.get('refresh')).toBe('0; url=/replays?state=paused');
    expect(cookieIn(answer, 'sluice_session')).toMatch(/; HttpOnly; SameSite=Strict; Path=\/$/);
    expect(cookieIn(answer, 'sluice_oidc')).toContain('Max-Age=0');
  });

  it('makes an account once, with what the configuration grants to the name and to the groups', async () => {
    provider.signIn(mia);
    const first = await whoIs(await journey());
    expect(first).toMatchObject({ name: 'mia', via: 'session', roles: ['viewer', 'approver'] });
    provider.signIn({ ...mia, preferred_username: 'mia.married', groups: ['staff'] });
    const later = await whoIs(await journey());
    expect(later, 'the subject is the person, whatever the name').toMatchObject({
      name: 'mia',
      roles: ['viewer'],
    });
    const audited = await test.runtime.database.stores.audit.list(
      { resource: 'user/mia' },
      { limit: 100, before: null },
    );
    const made = audited.filter(({ action }) => action === 'user.create' || action === 'user.link');
    expect(made.map(({ action, actor }) => `${action} ${actor}`).sort()).toEqual([
      'user.create mia',
      'user.link mia',
    ]);
    expect(audited.find(({ action }) => action === 'session.create')?.detail).toMatchObject({
      provider: provider.issuer,
    });
  });

  it('a group counts for three days, then the person has to sign in again', async () => {
    provider.signIn(mia);
    const { id = '' } = (await test.runtime.database.stores.users.byName('mia')) ?? {};
    await journey();
    const held = async () =>
      (await test.runtime.database.stores.identities.find({ provider: provider.issuer, subject: mia.sub }))
        ?.groups;
    expect(await held()).toEqual([{ names: mia.groups, at: new Date(nowMs) }]);
    const principal = { userId: id, name: 'mia', grants: [], via: 'session' } as const;
    const { text } = await createToken(test.runtime, principal, {
      name: 'ci',
      expiresAt: null,
      bearer: null,
    });
    const asked = async () => {
      const headers = { authorization: `Bearer ${text}` };
      return ((await (await me(test.request('GET', '/me', { headers }))).json()) as Me).roles;
    };
    nowMs += 3 * day - 1000;
    expect(await asked()).toEqual(['viewer', 'approver']);
    nowMs += 2000;
    expect(await asked()).toEqual(['viewer']);
    nowMs = start;
  });

  it('an address that the provider checked is a name where no other is told, one that it did not is none', async () => {
    provider.signIn({ sub: 'u-1', email: 'Noor@Example.com', email_verified: true });
    expect(await whoIs(await journey())).toMatchObject({ name: 'noor@example.com', roles: [] });
    provider.signIn({ sub: 'u-2', email: 'ana@example.com', email_verified: false });
    expect(await whoIs(await journey())).toMatchObject({ name: 'u-2' });
  });
});

describe('an account that was made here', () => {
  const sluice = async (...args: string[]) => {
    const env = { ...process.env, DATABASE_URL: test.ownerUrl, SLUICE_APP_DATABASE_URL: test.appUrl };
    const program = path.resolve('lib/cli/main.ts');
    return (await promisify(execFile)(process.execPath, [program, ...args], { env })).stdout;
  };

  it('is not for whoever bears its name at the provider, until an admin links the two', async () => {
    provider.signIn({ sub: 'u-9', preferred_username: 'ben' });
    const { answer } = await journey();
    expect(cookieIn(answer, 'sluice_session')).toBe('');
    expect(answer.headers.get('location')).toBe('/sign-in');
    const said = refusedIn(answer);
    const command = /sluice (users link ben --provider (\S+) --subject u-9)/.exec(said);
    expect(command?.[2], said).toBe(provider.issuer);
    const [refused] = await test.runtime.database.stores.audit.list(
      { action: 'session.create', outcome: 'refused' },
      { limit: 1, before: null },
    );
    expect(refused).toMatchObject({ code: 'identity_unlinked', actor: 'anonymous' });

    expect(await sluice(...(command?.[1] ?? '').split(' '))).toContain('barred from approving for 24 hours');
    expect(await whoIs(await journey())).toMatchObject({ name: 'ben', roles: ['approver'] });
    const ben = await test.runtime.database.stores.users.byName('ben');
    expect(ben?.credentialsChangedBy).toMatch(/^cli:/);

    provider.signIn({ sub: 'u-10', preferred_username: 'ben' });
    expect(refusedIn((await journey()).answer)).toContain('ben stands for another person');
  });
});

describe('what does not hold is refused, and said on the sign-in page', () => {
  const nothing = (answer: Response) => {
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe('/sign-in');
    expect(cookieIn(answer, 'sluice_session')).toBe('');
    return refusedIn(answer);
  };

  it('the person, or the provider, said no', async () => {
    provider.signIn(null);
    expect(nothing((await journey()).answer)).toContain('the person said no');
  });

  it('another browser, or a link that somebody sent', async () => {
    provider.signIn(mia);
    const elsewhere = await journey((_kept, back) => ['', back]);
    expect(nothing(elsewhere.answer)).toContain('has not begun to sign in here');
    const others = await begin(test.request('GET', '/session/oidc'));
    const mixed = await journey((_kept, back) => [pairOf(cookieIn(others, 'sluice_oidc')), back]);
    expect(nothing(mixed.answer)).toContain('does not hold');
  });

  it('a code that was used, or made up', async () => {
    provider.signIn(mia);
    let kept = '';
    const first = await journey((cookie, back) => {
      kept = cookie;
      return [cookie, back];
    });
    expect(cookieIn(first.answer, 'sluice_session')).not.toBe('');
    const again = test.request('GET', `/session/oidc/callback${first.returned.search}`, {
      headers: { cookie: kept },
    });
    expect(nothing(await finish(again))).toContain('did not take the sign-in');
    const madeUp = await journey((cookie, back) => {
      back.searchParams.set('code', 'made-up');
      return [cookie, back];
    });
    expect(nothing(madeUp.answer)).toContain('did not take the sign-in');
  });

  it('a cookie that holds something else', async () => {
    for (const cookie of ['sluice_oidc=bm90IGpzb24', 'sluice_oidc=e30', 'sluice_oidc=%'])
      expect(nothing((await journey((_kept, back) => [cookie, back])).answer)).toContain('has not begun');
  });

  it('groups in a form that nobody can read', async () => {
    provider.signIn({ sub: 'u-3', preferred_username: 'olga', groups: { lead: true } });
    expect(nothing((await journey()).answer)).toContain('auth.oidc.groupsClaim');
  });

  it('a provider that is away, told when it is asked, and asked again the next time', async () => {
    const { config } = test.runtime;
    const oidc = config.auth.oidc;
    if (!oidc) throw new Error('No provider is configured.');
    const before = test.runtime.identityProvider;
    test.runtime.identityProvider = createIdentityProvider(
      { ...oidc, issuer: 'http://127.0.0.1:9' },
      test.runtime.clock,
    );
    const asked = await begin(test.request('GET', '/session/oidc'));
    expect(nothing(asked)).toContain("http://127.0.0.1:9 can't be asked");
    test.runtime.identityProvider = before;
  });

  it('no provider at all', async () => {
    const before = test.runtime.identityProvider;
    test.runtime.identityProvider = null;
    expect((await begin(test.request('GET', '/session/oidc'))).status).toBe(404);
    test.runtime.identityProvider = before;
  });
});
