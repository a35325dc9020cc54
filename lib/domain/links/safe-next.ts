const here = 'http://here.invalid';

/**
 * Where to go after signing in: only a path of this site, never another host. Read as a browser reads it, which leaves out tabs and takes `\` for `/`
 * (WHATWG URL, "basic URL parser").
 */
export function safeNext(next: string | null | undefined): string {
  if (!next?.startsWith('/') || !URL.canParse(next, here)) return '/';
  const { origin, pathname, search, hash } = new URL(next, here);
  return origin !== here || pathname.startsWith('//') || /^\/sign-in(\/|$)/.test(pathname)
    ? '/'
    : `${pathname}${search}${hash}`;
}
