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

/** What a probe asks, without its secrets: part of the policy that decisions refer to. */
export const describeProbe = (probe: ProbeConfig): string =>
  probe.kind === 'sql'
    ? `SQL at ${new URL(probe.connection).host}: ${probe.query}`
    : `GET ${probe.url}: done on ${probe.done.join(', ')}, not done on ${probe.notDone.join(', ')}${
        probe.field
          ? `; ${probe.field.pointer} done on ${probe.field.done.join(', ')}, not done on ${probe.field.notDone.join(', ')}`
          : ''
      }`;
