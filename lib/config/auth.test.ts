import { describe, expect, it } from 'vitest';
import { authProblems, authWarnings, buildAuth, trustedAddresses } from './auth.ts';

const proxyHeader = {
  ...{ userHeader: 'X-Forwarded-User', secretHeader: 'X-Sluice-Proxy-Secret' },
  ...{ secret: 'sixteen characters at least', trustedCidrs: ['10.1.0.0/16', 'fd00::/8', '192.0.2.7'] },
};
const oidc = {
  ...{ issuer: 'https://id.example.com/realms/ops', clientId: 'sluice', clientSecret: 'secret' },
  ...{ groupsClaim: 'groups', nameClaim: 'preferred_username' },
};

describe('trusted addresses', () => {
  it.each([
    ['10.1.255.255', true],
    ['10.2.0.0', false],
    ['::ffff:10.1.2.3', true],
    ['::ffff:10.2.2.3', false],
    ['fd12::1', true],
    ['fe80::1', false],
    ['192.0.2.7', true],
    ['192.0.2.8', false],
    ['unknown', false],
    ['', false],
  ])('%s: %s', (address, trusted) => {
    expect(trustedAddresses(proxyHeader).has(address)).toBe(trusted);
  });

  it('are none where none is named', () => {
    expect(trustedAddresses({ trustedCidrs: [] }).has('127.0.0.1')).toBe(false);
  });
});

describe('the ways to sign in', () => {
  it('are names and passwords where nothing is said', () => {
    expect(buildAuth({})).toEqual({ local: true, proxyHeader: null, oidc: null });
    expect(buildAuth({ local: false, proxyHeader }).proxyHeader?.userHeader).toBe('x-forwarded-user');
    expect(authProblems({ local: false, proxyHeader, oidc })).toEqual([]);
  });

  it.each([
    ['nobody', { local: false }, 'auth.local', 'nobody could sign in'],
    [
      'a range',
      { proxyHeader: { ...proxyHeader, trustedCidrs: ['10.0.0.0/33'] } },
      'auth.proxyHeader.trustedCidrs.0',
      '"10.0.0.0/33"',
    ],
    [
      'a name as a range',
      { proxyHeader: { ...proxyHeader, trustedCidrs: ['10.0.0.0/8', 'proxy.internal'] } },
      'auth.proxyHeader.trustedCidrs.1',
      'proxy.internal',
    ],
    [
      'a short secret',
      { proxyHeader: { ...proxyHeader, secret: 'short' } },
      'auth.proxyHeader.secret',
      '16 characters',
    ],
    [
      'a taken header',
      { proxyHeader: { ...proxyHeader, userHeader: 'Cookie' } },
      'auth.proxyHeader.userHeader',
      'Cookie',
    ],
    [
      'one header for both',
      { proxyHeader: { ...proxyHeader, secretHeader: 'x-forwarded-user' } },
      'auth.proxyHeader.secretHeader',
      'two headers',
    ],
    [
      'an issuer in the clear',
      { oidc: { ...oidc, issuer: 'http://id.example.com' } },
      'auth.oidc.issuer',
      'https',
    ],
  ])('%s is refused with its place', (_what, auth, place, words) => {
    const problems = authProblems(auth);
    expect(problems.map(({ path }) => path.join('.'))).toEqual([place]);
    expect(problems[0]?.message).toContain(words);
  });

  it('an issuer on this machine may be asked in the clear', () => {
    expect(authProblems({ oidc: { ...oidc, issuer: 'http://127.0.0.1:4000' } })).toEqual([]);
  });

  it.each([
    ['no proxy is trusted', { ...proxyHeader, trustedCidrs: [] }, 'nobody can sign in by it'],
    ['everybody is', { ...proxyHeader, trustedCidrs: ['::/0'] }, 'every address there is'],
  ])('where %s is said', (_what, given, words) => {
    expect(authWarnings({ local: false, proxyHeader: given }).join()).toContain(words);
  });

  it('two ways at once are said: one person, one name', () => {
    expect(authWarnings({ proxyHeader }).join()).toContain('one name in both');
    expect(authWarnings({ local: false, proxyHeader })).toEqual([]);
  });
});
