type Limits = {
  /** Of one request or statement. */
  timeoutMs: number;
  /** Questions under way at a time. */
  atOnce: number;
  /** Of everything that is asked in one round, as planning one replay. */
  budgetMs: number;
};

/** Which scalar of a JSON answer tells; its text is compared. */
export type AnswerField = {
  pointer: string;
  done: readonly string[];
  notDone: readonly string[];
};

export type HttpProbeConfig = Limits & {
  kind: 'http';
  name: string;
  /** Holds `{key}` once, in its path or query. */
  url: string;
  /** Secrets resolved. */
  headers: Readonly<Record<string, string>>;
  /** Status codes. */
  done: readonly number[];
  notDone: readonly number[];
  /** Looked at in answers with a status of `done`; null where the status says it all. */
  field: AnswerField | null;
};

export type SqlProbeConfig = Limits & {
  kind: 'sql';
  name: string;
  /** A PostgreSQL connection string, without password. */
  connection: string;
  password: string | null;
  /** Takes the keys as `$1::text[]`; answers a row for each known key: the key, and optionally whether it is done. */
  query: string;
};

/** Everything that may be asked; nothing else ever is, and nothing of it comes from a browser or a record. */
export type ProbeConfig = HttpProbeConfig | SqlProbeConfig;

const shownPart = (part: string): string => {
  if (part.includes('{key}')) return part;
  const named = part.indexOf('=');
  return `${part.slice(0, named + 1)}[redacted]`;
};

/** An address as it may be shown: of its query only the value that holds the key, since any other may be a secret. */
export function shownAddress(url: string): string {
  const query = url.indexOf('?');
  if (query < 0) return url;
  return `${url.slice(0, query)}?${url
    .slice(query + 1)
    .split('&')
    .map(shownPart)
    .join('&')}`;
}

/** Whom it asks, and as whom: the options can name another server, and have no password (lib/config/probes.ts). */
function shownConnection(connection: string): string {
  const { username, host, pathname, search } = new URL(connection);
  return `SQL${username === '' ? '' : ` as ${decodeURIComponent(username)}`} at ${host}${pathname}${search}`;
}

/** What a probe asks, without its secrets: part of the policy that decisions refer to. */
export const describeProbe = (probe: ProbeConfig): string =>
  probe.kind === 'sql'
    ? `${shownConnection(probe.connection)}: ${probe.query}`
    : `GET ${shownAddress(probe.url)}: done on ${probe.done.join(', ')}, not done on ${probe.notDone.join(', ')}${
        probe.field
          ? `; ${probe.field.pointer} done on ${probe.field.done.join(', ')}, not done on ${probe.field.notDone.join(', ')}`
          : ''
      }`;
