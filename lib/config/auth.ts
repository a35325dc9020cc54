import { BlockList, isIP } from 'node:net';
import type { AuthConfig, ProxyHeaderConfig } from './config.ts';
import type { ConfigFile } from './file-schema.ts';
import type { ConfigPath } from './yaml-source.ts';

type AuthInput = ConfigFile['auth'];
type Problem = { path: ConfigPath; message: string };

/** Headers that mean something already, to Sluice or on the way to it. */
const taken = new Set(['authorization', 'cookie', 'host', 'origin', 'x-sluice-peer', 'idempotency-key']);
const secretCharactersMin = 16;

export const buildAuth = ({ local, proxyHeader, oidc }: AuthInput): AuthConfig => ({
  local: local ?? true,
  proxyHeader: proxyHeader
    ? {
        userHeader: proxyHeader.userHeader.toLowerCase(),
        secretHeader: proxyHeader.secretHeader.toLowerCase(),
        secret: proxyHeader.secret,
        trustedCidrs: proxyHeader.trustedCidrs,
      }
    : null,
  oidc: oidc ?? null,
});

type Range = { address: string; bits: number; family: 'ipv4' | 'ipv6' };

/** "10.0.0.0/8", or one address; null for anything else. */
function rangeOf(text: string): Range | null {
  const [address = '', bits, ...more] = text.split('/');
  const version = isIP(address);
  const most = version === 4 ? 32 : 128;
  const length = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
  if (version === 0 || more.length > 0 || !(length <= most)) return null;
  return { address, bits: length, family: version === 4 ? 'ipv4' : 'ipv6' };
}

/** The addresses a proxy may come from, IPv4 ones also where a socket says them as IPv6. */
export function trustedAddresses({ trustedCidrs }: Pick<ProxyHeaderConfig, 'trustedCidrs'>): {
  has(address: string): boolean;
} {
  const list = new BlockList();
  for (const text of trustedCidrs) {
    const range = rangeOf(text);
    if (range) list.addSubnet(range.address, range.bits, range.family);
  }
  return {
    has: (address) => {
      const version = isIP(address);
      return version !== 0 && list.check(address, version === 4 ? 'ipv4' : 'ipv6');
    },
  };
}

/** What a schema can't say of the ways to sign in. */
export function authProblems({ local, proxyHeader, oidc }: AuthInput): Problem[] {
  const problems: Problem[] = [];
  if (local === false && !proxyHeader && !oidc)
    problems.push({
      path: ['auth', 'local'],
      message: 'without local users, and without "oidc" or "proxyHeader", nobody could sign in.',
    });
  if (proxyHeader) {
    const at = (...rest: (string | number)[]): ConfigPath => ['auth', 'proxyHeader', ...rest];
    const { userHeader, secretHeader } = proxyHeader;
    for (const [key, name] of Object.entries({ userHeader, secretHeader }))
      if (taken.has(name.toLowerCase()))
        problems.push({ path: at(key), message: `the header ${name} means something else already.` });
    if (userHeader.toLowerCase() === secretHeader.toLowerCase())
      problems.push({ path: at('secretHeader'), message: 'name and secret come in two headers.' });
    if (proxyHeader.secret.length < secretCharactersMin)
      problems.push({
        path: at('secret'),
        message: `the secret has at least ${secretCharactersMin} characters: whoever knows it can be anybody.`,
      });
    proxyHeader.trustedCidrs.forEach((text, index) => {
      if (rangeOf(text) === null)
        problems.push({
          path: at('trustedCidrs', index),
          message: `"${text}" is no range of addresses; write it as 10.0.0.0/8 or fd00::/8.`,
        });
    });
  }
  if (oidc && !isSafeIssuer(oidc.issuer))
    problems.push({
      path: ['auth', 'oidc', 'issuer'],
      message: 'the issuer is asked by https; http is for one on this machine (127.0.0.1, localhost) only.',
    });
  return problems;
}

const isSafeIssuer = (issuer: string): boolean => {
  const { protocol, hostname } = new URL(issuer);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
};

export const isLoopback = (hostname: string): boolean =>
  ['localhost', '127.0.0.1', '[::1]'].includes(hostname);

/** What is allowed and deserves a second look. */
export function authWarnings({ local, proxyHeader, oidc }: AuthInput): string[] {
  const warnings: string[] = [];
  if (proxyHeader?.trustedCidrs.length === 0)
    warnings.push('auth.proxyHeader: trustedCidrs is empty, so nobody can sign in by it.');
  for (const text of proxyHeader?.trustedCidrs ?? [])
    if (rangeOf(text)?.bits === 0)
      warnings.push(
        `auth.proxyHeader: ${text} is every address there is, so only the secret tells a proxy from anybody.`,
      );
  if (local !== false && (proxyHeader || oidc))
    warnings.push(
      'auth.local is on beside another way to sign in: whoever has both must have one name in both, or is two people to the rule that a replay is approved by somebody else.',
    );
  return warnings;
}
