import type { RecordHeader } from '../kernel/record.ts';
import { type DeclaredMapping, specOfMapping } from './declared-mapping.ts';
import { headerLimits, isConventionHeader } from './header-column.ts';
import { printableText } from './header-encoding.ts';
import { type HeaderLayout, recalledLayout } from './header-layout.ts';
import { describeHeader } from './header-view.ts';
import { isMaskedHeader, type Masks, redact } from './masks.ts';

/**
 * What the index keeps of a record's headers: by name, the values in their order. null stands for a value that is there and can't be
 * searched: a null, bytes that are no text, longer than 256 bytes, past the record's 4 kB, one of more than 8 values, masked, or a stack trace. Not here at all are headers that
 * are columns of their own (`headerColumn`) and names longer than 256 bytes or empty. The empty name says that some were left out:
 * then a name that is missing here may have been in the record.
 */
export type SearchableHeaders = Readonly<Record<string, readonly (string | null)[]>>;

const stackTraces = (mapping: DeclaredMapping): ReadonlySet<string> =>
  new Set(
    specOfMapping(mapping)
      .fields.filter((field) => field.meaning === 'stacktrace')
      .map((field) => field.name),
  );

const storable = (text: string) =>
  text.includes('\u0000') ? text.replaceAll('\u0000', '\uFFFD').toWellFormed() : text.toWellFormed();
const noNames: ReadonlySet<string> = new Set();

/** As the record's page shows it, by the shortest way: this runs for every header that is indexed. */
const textOf = (header: RecordHeader, name: string, mapping: DeclaredMapping | null): string | null =>
  mapping !== null || isConventionHeader(name)
    ? describeHeader(header, mapping).decoded
    : header.value === null
      ? null
      : printableText(header.value);

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
  { names, withoutColumn }: Pick<HeaderLayout, 'names' | 'withoutColumn'> = recalledLayout(headers, mapping),
): SearchableHeaders {
  const traces = mapping === null ? noNames : stackTraces(mapping);
  const kept = new Map<string, (string | null)[]>();
  let bytes = 0;
  let cut = false;
  for (const position of withoutColumn) {
    const header = headers[position];
    if (!header || header.name.length === 0 || header.name.length > headerLimits.nameBytes) continue;
    const name = storable(names[position] ?? '');
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
      !(masks.headers.size > 0 && isMaskedHeader(name, masks));
    const text = searchable ? textOf(header, name, mapping) : null;
    if (text !== null) bytes += size;
    values.push(text === null ? null : redact(storable(text), literals));
  }
  if (cut) kept.set('', []);
  return Object.fromEntries(kept);
}
