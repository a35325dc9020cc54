import { SluiceError } from '#lib/domain/kernel/errors.ts';

export type Listening = { host: string; port: number; publicUrls: readonly string[] };

const bracketed = (host: string) => (host.includes(':') && !host.startsWith('[') ? `[${host}]` : host);
/** A Host header leaves the port away when it is the scheme's default. */
const withPort = (host: string, port: number) => (port === 80 ? [host, `${host}:80`] : [`${host}:${port}`]);

/** The origins under which this process is served: loopback, HOST, and SLUICE_PUBLIC_URLS, by their Host header. */
export function servedOrigins(listening: Listening): ReadonlyMap<string, string> {
  const origins = new Map<string, string>();
  for (const name of ['localhost', '127.0.0.1', '[::1]', bracketed(listening.host).toLowerCase()])
    for (const host of withPort(name, listening.port)) origins.set(host, new URL(`http://${host}`).origin);
  for (const url of listening.publicUrls) {
    const { host, origin } = new URL(url);
    origins.set(host, origin);
  }
  return origins;
}

/**
 * The origin that belongs to the request's Host header; another name may be a page that rebound its DNS to this address.
 * @throws SluiceError `unknown_host`
 */
export function originServed(request: Request, listening: Listening): string {
  const host = request.headers.get('host')?.trim().toLowerCase() ?? '';
  const origin = servedOrigins(listening).get(host);
  if (origin === undefined)
    throw new SluiceError(
      'unknown_host',
      `"${host.slice(0, 200)}" is not a name of this Sluice. Use http://127.0.0.1:${listening.port}, or add its address to SLUICE_PUBLIC_URLS.`,
    );
  return origin;
}

/** @throws SluiceError `bad_origin` unless the Origin header is exactly `origin` (or absent, where that is allowed) */
export function requireOrigin(request: Request, origin: string, absent: 'refused' | 'allowed'): void {
  const sent = request.headers.get('origin');
  if (sent === origin || (sent === null && absent === 'allowed')) return;
  const what = sent === null ? 'no Origin header' : `Origin ${sent.slice(0, 200)}`;
  throw new SluiceError(
    'bad_origin',
    `A change that a browser is signed in for must come from ${origin}; this one has ${what}.`,
  );
}
