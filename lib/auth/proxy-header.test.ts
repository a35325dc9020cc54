import { expect, it } from 'vitest';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import { namedByProxy } from './proxy-header.ts';

const config = {
  ...{ userHeader: 'x-forwarded-user', secretHeader: 'x-sluice-proxy-secret' },
  ...{ secret: 'a secret of the proxy', trustedCidrs: ['10.0.0.0/8'] },
};
const secret = { 'x-sluice-proxy-secret': config.secret };
const asked = (headers: Record<string, string>, peer = '10.1.2.3') =>
  namedByProxy(config, new Headers(headers), peer);
function refused(headers: Record<string, string>, peer?: string): string {
  try {
    return `not refused: ${asked(headers, peer)}`;
  } catch (error) {
    if (!(error instanceof SluiceError) || error.code !== 'unauthenticated') throw error;
    return error.message;
  }
}

it('a trusted proxy with the secret names who asks, in one spelling', () => {
  expect(asked({ ...secret, 'x-forwarded-user': 'ben' })).toBe('ben');
  expect(asked({ ...secret, 'x-forwarded-user': ' Ben ' })).toBe('ben');
  expect(asked({ ...secret, 'x-forwarded-user': 'Ben.Meyer@Example.com' })).toBe('ben.meyer@example.com');
});

it('a request without the header, or with an empty one, says nothing', () => {
  expect(asked({})).toBeNull();
  expect(asked({ ...secret, 'x-forwarded-user': ' ' })).toBeNull();
  expect(asked({ ...secret, 'x-forwarded-user': '' }, '192.0.2.1')).toBeNull();
});

it('is refused from elsewhere, without the secret, and with a wrong one', () => {
  const ben = { 'x-forwarded-user': 'ben' };
  expect(refused({ ...secret, ...ben }, '192.0.2.1')).toContain('192.0.2.1, which is not among trustedCidrs');
  expect(refused({ ...secret, ...ben }, 'unknown')).toContain('unknown, which is not among trustedCidrs');
  expect(refused(ben)).toContain('came without x-sluice-proxy-secret');
  expect(refused({ ...ben, 'x-sluice-proxy-secret': 'a secret of the prox' })).toContain('a wrong secret');
  expect(refused({ ...ben, 'x-sluice-proxy-secret': '' })).toContain('a wrong secret');
});

it('two names, as Node joins two headers of one name, are nobody', () => {
  expect(refused({ ...secret, 'x-forwarded-user': 'ana, ben' })).toContain('one name at a time');
  expect(refused({ ...secret, 'x-forwarded-user': '../ben' })).toContain("can't be the name of an account");
});
