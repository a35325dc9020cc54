import { authenticate } from '#lib/auth/authenticate.ts';
import { webRuntime } from '#lib/compose/web.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';

/** Who looks at a page, by its session cookie; null when nobody is signed in. For server-rendered pages. */
export async function pagePrincipal(headers: Pick<Headers, 'get'>): Promise<Principal | null> {
  const { database, clock, config } = await webRuntime();
  const credentials = { cookie: headers.get('cookie'), authorization: null };
  try {
    return await authenticate(database.stores, credentials, clock(), config.roles);
  } catch (error) {
    if (error instanceof SluiceError && error.status === 401) return null;
    throw error;
  }
}
