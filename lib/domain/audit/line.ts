import { createHash } from 'node:crypto';
import { type CanonicalValue, canonicalJson } from '../kernel/canonical-json.ts';
import type { AuditAction, AuditOutcome } from './action.ts';

/** What a caller says happened; place in the chain, time and hash are added by the store. */
export type AuditEntry = {
  actor: string;
  action: AuditAction;
  outcome: AuditOutcome;
  /** The error code of a refusal; null when allowed. */
  code: string | null;
  /** `kind/id`, for example `replay/3f…`. */
  resource: string;
  detail: Readonly<Record<string, unknown>>;
};

/** One line of the chain before hashing. `at` is RFC 3339 UTC with milliseconds. */
export type AuditLine = AuditEntry & { seq: bigint; at: string; prev: string };

/** `prev` of the first line. */
export const genesisHash = '0'.repeat(64);

/** Text that every Postgres type and JSON reader takes: NUL and lone surrogates become U+FFFD. */
const storableText = (text: string) => text.toWellFormed().replaceAll('\u0000', '\uFFFD');

/** A value that survives jsonb: dates as RFC 3339 text, bigints as decimal strings, what JSON can't say as null. */
function storable(value: unknown): CanonicalValue {
  if (typeof value === 'string') return storableText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(storable);
  if (typeof value !== 'object' || value === null) return null;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [storableText(name), storable(member)]));
}

/** The entry as it can be stored and read back unchanged: what is hashed is what stands in the columns. */
export const storableEntry = (entry: AuditEntry): AuditEntry => ({
  ...entry,
  actor: storableText(entry.actor),
  resource: storableText(entry.resource),
  detail: storable(entry.detail) as Record<string, CanonicalValue>,
});

/** The part of a line that does not depend on its place: everything between time and prev. Takes a storable entry. */
export const entryText = (entry: AuditEntry): string =>
  (
    [
      ['actor', entry.actor],
      ['action', entry.action],
      ['outcome', entry.outcome],
      ['code', entry.code],
      ['resource', entry.resource],
      ['detail', entry.detail as CanonicalValue],
    ] as const
  )
    .map(([key, value]) => `"${key}":${canonicalJson(value)}`)
    .join(',');

/** The exact text whose UTF-8 bytes are hashed: JSON with this fixed order of keys. Takes a storable entry. */
export const lineText = (line: AuditLine): string =>
  `{"seq":${line.seq},"at":${JSON.stringify(line.at)},${entryText(line)},"prev":${JSON.stringify(line.prev)}}`;

/** SHA-256 of the UTF-8 bytes of a line, 64 lower-case hex digits. */
export const lineHash = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
