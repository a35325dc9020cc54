import { bearerText } from '#lib/auth/authenticate.ts';
import { hashSecret } from '#lib/auth/secrets.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { Stores } from '#lib/store/database.ts';

/** /metrics always has a token of its own, which opens nothing else. @throws SluiceError `unauthenticated` */
export async function requireMetricsToken(stores: Pick<Stores, 'tokens'>, request: Request): Promise<void> {
  const text = bearerText(request.headers.get('authorization'));
  if (text !== null && (await stores.tokens.isMetricsToken(hashSecret(text)))) return;
  throw new SluiceError(
    'unauthenticated',
    'Send the metrics token as "Authorization: Bearer …"; `npx --no-install sluice metrics-token` makes a new one.',
  );
}
