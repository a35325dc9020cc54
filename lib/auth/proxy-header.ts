import { createHash, timingSafeEqual } from 'node:crypto';
import { trustedAddresses } from '#lib/config/auth.ts';
import type { ProxyHeaderConfig } from '#lib/config/config.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import { spelling } from './person.ts';

/** Of one length, whatever is compared. */
const digest = (text: string) => createHash('sha256').update(text).digest();
const same = (a: string, b: string) => timingSafeEqual(digest(a), digest(b));

/**
 * Whom the proxy in front says is asking, in one spelling; null where the request says nothing of it. The header counts only from a trusted address and
 * beside the secret: from anywhere else it is refused, not ignored, since somebody tries to be somebody.
 * @param peer the address of whoever is connected @throws SluiceError `unauthenticated`
 */
export function namedByProxy(
  config: ProxyHeaderConfig,
  headers: Pick<Headers, 'get'>,
  peer: string,
): string | null {
  const said = headers.get(config.userHeader);
  if (said === null || said.trim() === '') return null;
  const refuse = (why: string) => new SluiceError('unauthenticated', why);
  if (!trustedAddresses(config).has(peer))
    throw refuse(
      `The header ${config.userHeader} came from ${peer}, which is not among trustedCidrs of auth.proxyHeader: it is believed from a trusted proxy only.`,
    );
  const secret = headers.get(config.secretHeader);
  if (secret === null || !same(secret, config.secret))
    throw refuse(
      `The header ${config.userHeader} came ${secret === null ? 'without' : 'with a wrong secret in'} ${config.secretHeader}: the proxy has to send the secret of auth.proxyHeader.`,
    );
  const name = spelling(said);
  if (name === null)
    throw refuse(
      `"${said.slice(0, 100)}" in ${config.userHeader} can't be the name of an account: letters, digits and . _ @ - are, one name at a time.`,
    );
  return name;
}
