import type { RecordHeader } from '../kernel/record.ts';
import { type DeclaredMapping, specOfMapping } from './declared-mapping.ts';
import { headerColumn, headerLimits } from './header-column.ts';
import { describeHeader } from './header-view.ts';
import { headerName } from './hops.ts';
import { isMaskedHeader, type Masks, redact } from './masks.ts';

/**
 * What the index keeps of a record's headers: by name, the values in their order. null stands for a value that is there and can't be
 * searched: a null, bytes that are no text, longer than 256 bytes, past the record's 4 kB, one of more than 8 values, masked, or a stack trace. Not here at all are headers that
 * are columns of their own (`headerColumn`) and names longer than 256 bytes or empty. The empty name says that some were left out:
 * then a name that is missing here may have been in the record.
 */
export type SearchableHeaders = Readonly<Record<string, readonly (string | null)[]>>;

const stackTraces = (mapping: DeclaredMapping | null): ReadonlySet<string> =>
  new Set(
    mapping === null
      ? []
      : specOfMapping(mapping)
          .fields.filter((field) => field.meaning === 'stacktrace')
          .map((field) => field.name),
  );

const storable = (text: string) => text.toWellFormed().replaceAll('\u0000', '\uFFFD');

/**
 * The headers by which a dead letter can be found. Never throws; names and values together are at most 4 kB, whatever goes in.
 * @param literals masked values of the payload, which are hidden here too
 */
export function searchableHeaders(
  headers: readonly RecordHeader[],
  {
    masks,
    mapping,
    literals,
  }: { masks: Masks; mapping: DeclaredMapping | null; literals: readonly string[] },
): SearchableHeaders {
  const traces = stackTraces(mapping);
  const kept = new Map<string, (string | null)[]>();
  let bytes = 0;
  let cut = false;
  for (const header of headers) {
    if (header.name.length === 0 || header.name.length > headerLimits.nameBytes) continue;
    const name = storable(headerName(header));
    if (headerColumn(name) !== null) continue;
    let values = kept.get(name);
    if (!values) {
      if (kept.size >= headerLimits.names || bytes + header.name.length > headerLimits.totalBytes) {
        cut = true;
        continue;
      }
      values = [];
      kept.set(name, values);
      bytes += header.name.length;
    }
    if (values.length >= headerLimits.valuesOfName) continue;
    const size = header.value?.length ?? 0;
    const searchable =
      size <= headerLimits.valueBytes &&
      bytes + size <= headerLimits.totalBytes &&
      !traces.has(name) &&
      !isMaskedHeader(name, masks);
    const text = searchable ? describeHeader(header, mapping).decoded : null;
    if (text !== null) bytes += size;
    values.push(text === null ? null : redact(storable(text), literals));
  }
  if (cut) kept.set('', []);
  return Object.fromEntries(kept);
}
