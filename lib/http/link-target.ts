import { webRuntime } from '#lib/compose/web.ts';
import type { GoLink } from '#lib/domain/links/go.ts';
import { isDatabaseUnavailable } from '#lib/store/failure.ts';
import { type LinkTarget, resolveLink } from '#lib/usecases/links/resolve-link.ts';
import { pagePrincipal } from './session.ts';

/** Where a link leads for who opens it; null while nothing can be looked up: the address alone then has to do. */
export async function linkTarget(
  headers: Pick<Headers, 'get'>,
  link: GoLink,
): Promise<LinkTarget | 'signed out' | null> {
  try {
    const principal = await pagePrincipal(headers);
    return principal ? await resolveLink(await webRuntime(), principal, link) : 'signed out';
  } catch (error) {
    if (!isDatabaseUnavailable(error)) throw error;
    console.error('Where a link leads could not be looked up; its parameters have to do:', error);
    return null;
  }
}
