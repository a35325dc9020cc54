import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestRuntime, type TestRuntime } from '#fixtures/web-runtime.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import { authenticate, sessionAbsoluteMs, sessionIdleMs } from './authenticate.ts';
import { explain } from './authorize.ts';
import { createFirstAdmin, newSetupToken } from './first-users.ts';
import { createToken, revokeToken } from './manage-tokens.ts';
import { credentialsBarApproval, requireApprovableSignIn } from './may-approve.ts';
import { hashPassword, passwordMatches } from './password.ts';
import { hashSecret } from './secrets.ts';
import { signIn, signOut } from './sign-in.ts';

const day = 24 * 3_600_000;
const start = new Date('2026-03-01T00:00:00Z').getTime();
let now = start;
let test: TestRuntime;
beforeAll(async () => {
  test = await createTestRuntime({ clock: () => new Date(now) });
});
afterAll(() => test.drop());

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'no error',
    (error: unknown) => {
      if (error instanceof SluiceError) return error.code;
      throw error;
    },
  );
const as = ({ cookie, token }: { cookie?: string; token?: string }) =>
  authenticate(
    test.runtime,
    new Headers({
      ...(cookie === undefined ? {} : { cookie: `sluice_session=${cookie}` }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    }),
  );
const enter = (name: string, password: string, peer = '192.0.2.9') =>
  signIn(test.runtime, { name, password, peer });

describe('passwords', () => {
  it('match only themselves, also in another Unicode form, and are salted', async () => {
    const hash = await hashPassword('pässword');
    expect(hash).toMatch(/^scrypt\$32768\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
    expect(await passwordMatches('pa\u0308ssword', hash)).toBe(true);
    expect(await passwordMatches('password', hash)).toBe(false);
    expect(await passwordMatches('pässword', null)).toBe(false);
    expect(await hashPassword('pässword')).not.toBe(hash);
  });
});

describe('sessions', () => {
  it('begin with the right password, keep only a hash, and end by sign-out', async () => {
    const { secret } = await enter('ana', test.user('ana').password);
    expect(await as({ cookie: secret })).toMatchObject({ name: 'ana', via: 'session' });
    expect(await test.runtime.database.stores.sessions.find(secret)).toBeNull();
    expect(await test.runtime.database.stores.sessions.find(hashSecret(secret))).not.toBeNull();
    await signOut(test.runtime, secret, 'ana');
    expect(await codeOf(as({ cookie: secret }))).toBe('unauthenticated');
  });

  it('end after a time without a request, and in any case after three days', async () => {
    const { secret: idle } = await enter('ana', test.user('ana').password);
    const { secret: used } = await enter('ana', test.user('ana').password);
    now += sessionIdleMs - 1000;
    expect(await as({ cookie: used })).toMatchObject({ name: 'ana' });
    now += 2000;
    expect(await codeOf(as({ cookie: idle }))).toBe('unauthenticated');
    while (now < start + sessionAbsoluteMs + day) {
      const left = await codeOf(as({ cookie: used }));
      if (left !== 'no error') break;
      now += sessionIdleMs / 2;
    }
    expect(now).toBeGreaterThanOrEqual(start + sessionAbsoluteMs);
    expect(now).toBeLessThan(start + sessionAbsoluteMs + sessionIdleMs);
  });

  it('end when the password is reset, and the old password with them', async () => {
    const { secret } = await enter('vera', test.user('vera').password);
    const { stores } = test.runtime.database;
    const vera = await stores.users.byName('vera');
    await stores.users.setPassword(
      vera?.id ?? '',
      await hashPassword('another one entirely'),
      'root',
      new Date(now),
    );
    expect(await codeOf(as({ cookie: secret }))).toBe('unauthenticated');
    expect(await codeOf(enter('vera', test.user('vera').password, '192.0.2.10'))).toBe('bad_credentials');
    expect(await codeOf(enter('vera', 'another one entirely', '192.0.2.10'))).toBe('no error');
  });
});

describe('the throttle', () => {
  it('lets five failures pass, then delays longer and longer, per account and address, and never locks out', async () => {
    const guess = (peer: string) => codeOf(enter('ben', 'wrong', peer));
    for (let n = 0; n < 5; n += 1) expect(await guess('198.51.100.1')).toBe('bad_credentials');
    expect(await guess('198.51.100.1')).toBe('slow_down');
    expect(await codeOf(enter('ben', test.user('ben').password, '198.51.100.1'))).toBe('slow_down');
    expect(await codeOf(enter('ben', test.user('ben').password, '198.51.100.2'))).toBe('no error');
    const waits: number[] = [];
    for (let n = 0; n < 8; n += 1) {
      const wait = await test.runtime.database.stores.throttle.attempt('ben', '198.51.100.1', new Date(now));
      waits.push(wait);
      now += wait;
      expect(await guess('198.51.100.1')).toBe('bad_credentials');
    }
    expect(waits).toEqual([2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    now += 60_000;
    expect(await codeOf(enter('ben', test.user('ben').password, '198.51.100.1'))).toBe('no error');
    expect(await guess('198.51.100.1')).toBe('bad_credentials');
  });

  it('counts parallel guesses before it looks at any of them', async () => {
    const guesses = await Promise.all(
      Array.from({ length: 12 }, () => codeOf(enter('cleo', 'wrong', '198.51.100.3'))),
    );
    expect(guesses.filter((code) => code === 'bad_credentials')).toHaveLength(5);
    expect(guesses.filter((code) => code === 'slow_down')).toHaveLength(7);
  });

  it('treats a name that does not exist the same', async () => {
    for (let n = 0; n < 5; n += 1)
      expect(await codeOf(enter('nobody', 'wrong', '198.51.100.4'))).toBe('bad_credentials');
    expect(await codeOf(enter('nobody', 'wrong', '198.51.100.4'))).toBe('slow_down');
  });
});

describe('API tokens', () => {
  it('have the roles of their owner, are stored as a hash, and end within 90 days', async () => {
    const ana = await as({ token: test.user('ana').token });
    const { token, text } = await createToken(test.runtime, ana, {
      name: 'ci',
      expiresAt: null,
      bearer: null,
    });
    expect(text).toMatch(/^slc_[\w-]{43}$/);
    expect(token.expiresAt.getTime()).toBe(now + 90 * day);
    expect(await as({ token: text })).toEqual({ ...ana, via: 'token' });
    expect(await test.runtime.database.stores.tokens.findByHash(text)).toBeNull();
    now += 90 * day;
    expect(await codeOf(as({ token: text }))).toBe('unauthenticated');
    now -= 90 * day;
  });

  it('are refused beyond 90 days or in the past', async () => {
    const ana = await as({ token: test.user('ana').token });
    const ask = (expiresAt: number) =>
      codeOf(createToken(test.runtime, ana, { name: 'x', expiresAt: new Date(expiresAt), bearer: null }));
    expect(await ask(now + 91 * day)).toBe('bad_request');
    expect(await ask(now - 1)).toBe('bad_request');
    expect(await ask(now + 90 * day)).toBe('no error');
  });

  it('never outlive the token that made them', async () => {
    const ana = await as({ token: test.user('ana').token });
    const expiresAt = new Date(now + day);
    const first = await createToken(test.runtime, ana, { name: 'short', expiresAt, bearer: null });
    const second = await createToken(test.runtime, ana, {
      name: 'longer',
      expiresAt: null,
      bearer: first.text,
    });
    expect(second.token.expiresAt).toEqual(expiresAt);
  });

  it('are revoked by their owner or an admin only', async () => {
    const [ana, ben, root] = await Promise.all(
      ['ana', 'ben', 'root'].map((name) => as({ token: test.user(name).token })),
    );
    if (!ana || !ben || !root) throw new Error('a demo user is missing');
    const { token, text } = await createToken(test.runtime, ana, {
      name: 'x',
      expiresAt: null,
      bearer: null,
    });
    await expect(revokeToken(test.runtime, ben, token.id)).rejects.toMatchObject({
      code: 'forbidden',
      explain: {
        permission: 'token.manage',
        resource: `token/${token.id}`,
        heldRoles: ['approver'],
        grantedBy: ['ana', 'root'],
      },
    });
    await revokeToken(test.runtime, root, token.id);
    expect(await codeOf(as({ token: text }))).toBe('unauthenticated');
    expect(await codeOf(revokeToken(test.runtime, ana, token.id))).toBe('not_found');
  });

  it('pages newest first, and shows others only to an admin', async () => {
    const { stores } = test.runtime.database;
    const everyone = await stores.tokens.list(null, { limit: 500, after: null });
    const paged: string[] = [];
    for (let after: string | null = null; ; ) {
      const page: typeof everyone = await stores.tokens.list(null, { limit: 2, after });
      paged.push(...page.map((token) => token.id));
      after = page.at(-1)?.id ?? null;
      if (page.length < 2) break;
    }
    expect(paged).toEqual(everyone.map((token) => token.id));
    const ana = await stores.users.byName('ana');
    const own = await stores.tokens.list(ana?.id ?? '', { limit: 500, after: null });
    expect(new Set(own.map((token) => token.owner))).toEqual(new Set(['ana']));
  });
});

describe('whose sign-in may approve', () => {
  const user = { name: 'ben', credentialsChangedAt: new Date(start), credentialsChangedBy: 'root' };

  it('not one whose credentials another set within a day, except in the demo', () => {
    expect(credentialsBarApproval(user, new Date(start + day - 1), false)).toBe(true);
    expect(credentialsBarApproval(user, new Date(start + day), false)).toBe(false);
    expect(credentialsBarApproval(user, new Date(start), true)).toBe(false);
    expect(credentialsBarApproval({ ...user, credentialsChangedBy: 'ben' }, new Date(start), false)).toBe(
      false,
    );
  });

  it('not a token, except in the demo', async () => {
    const ben = await as({ token: test.user('ben').token });
    const { users } = test.runtime.database.stores;
    const noExplanation = async () => explain(ben, 'replay.approve');
    const may = (demo: boolean, via: 'token' | 'session', at: number) =>
      codeOf(requireApprovableSignIn({ users, demo, explain: noExplanation }, { ...ben, via }, new Date(at)));
    expect(await may(true, 'token', start)).toBe('no error');
    expect(await may(false, 'token', start + 2 * day)).toBe('cannot_approve_by_token');
    expect(await may(false, 'session', start + 1000)).toBe('fresh_credentials');
    expect(await may(false, 'session', start + 2 * day)).toBe('no error');
  });
});

describe('the first admin', () => {
  const admin = { name: 'first', password: 'a long enough one', peer: '192.0.2.1' };

  it('is not made where there are users', async () => {
    expect(await newSetupToken(test.runtime)).toBeNull();
    expect(await codeOf(createFirstAdmin(test.runtime, { ...admin, token: 'x' }))).toBe('conflict');
  });

  it('is made once, by the newest set-up token, and does not approve', async () => {
    const { createTestDatabase } = await import('#fixtures/database.ts');
    const empty = await createTestDatabase();
    try {
      const deps = { database: empty.database, clock: () => new Date(now) };
      const old = await newSetupToken(deps);
      const token = await newSetupToken(deps);
      if (!old || !token) throw new Error('no set-up token');
      expect(await codeOf(createFirstAdmin(deps, { ...admin, token: old }))).toBe('bad_credentials');
      const both = await Promise.all([
        codeOf(createFirstAdmin(deps, { ...admin, token })),
        codeOf(createFirstAdmin(deps, { ...admin, token, name: 'second' })),
      ]);
      expect(both.sort()).toEqual(['conflict', 'no error']);
      const users = await empty.database.stores.users.list();
      expect(users.map((user) => user.grants)).toEqual([[{ role: 'admin', cluster: '*', flow: '*' }]]);
      expect(await newSetupToken(deps)).toBeNull();
    } finally {
      await empty.drop();
    }
  });
});
