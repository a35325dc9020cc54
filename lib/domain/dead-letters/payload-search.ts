import { lossyText } from './header-encoding.ts';
import { findJsonSpans } from './json-spans.ts';
import { type Masks, pointerSegments } from './masks.ts';
import type { PayloadView } from './payload-view.ts';
import type { SearchedPart } from './searched-part.ts';

/** What is looked for in keys and values, decoded where they name a schema: words as they are written there, or a value at a JSON pointer (RFC 6901, plus `*`). No patterns. */
export type PayloadSearch = { in: SearchedPart; matchCase: boolean } & (
  | { kind: 'text'; text: string }
  | { kind: 'json'; path: string; op: 'equals' | 'contains'; value: string }
);

/** Where it was found first, with a little of what stands around it. */
export type PayloadMatch = { where: 'key' | 'value'; before: string; match: string; after: string };

/**
 * What became of a record: `partly` = only its beginning was searched, `withheld` = its masks hide all of it, `undecoded` = it names a schema, and
 * could not be decoded by it, so that at most its bytes were searched.
 */
export type SearchedRecord = {
  match: PayloadMatch | null;
  partly: boolean;
  withheld: boolean;
  undecoded: boolean;
};

const aroundMax = 80;
const matchMax = 200;

/** The path that a mask hides as a whole, if the search could only look at masked values; null when there is something to find. */
export function maskedPath(search: PayloadSearch, masks: Masks): string | null {
  if (search.kind !== 'json') return null;
  const path = pointerSegments(search.path);
  const hides = (mask: readonly string[]) =>
    mask.length <= path.length && mask.every((segment, at) => segment === '*' || segment === path[at]);
  return masks.pointers.find((pointer) => hides(pointer.segments))?.text ?? null;
}

function excerpt(where: 'key' | 'value', text: string, from: number, to: number): PayloadMatch {
  const end = Math.min(to, from + matchMax);
  return {
    where,
    before: text.slice(Math.max(0, from - aroundMax), from).toWellFormed(),
    match: text.slice(from, end).toWellFormed(),
    after: text.slice(end, end + aroundMax).toWellFormed(),
  };
}

function findText(
  where: 'key' | 'value',
  text: string,
  { text: wanted, matchCase }: { text: string; matchCase: boolean },
): PayloadMatch | null {
  const needle = matchCase ? wanted : wanted.toLowerCase();
  const lower = matchCase ? text : text.toLowerCase();
  const at = lower.indexOf(needle);
  if (at < 0) return null;
  // A few letters have another length in lower case: then places are those of the text in lower case.
  return excerpt(where, lower.length === text.length ? text : lower, at, at + needle.length);
}

/** Whether a value, as it is written in JSON, is or contains what is wanted: of a string its characters, of all else how it is written. */
function fits(json: string, search: Extract<PayloadSearch, { kind: 'json' }>): boolean {
  const written = json.startsWith('"') ? (JSON.parse(json) as string) : json;
  const [value, wanted] = search.matchCase
    ? [written, search.value]
    : [written.toLowerCase(), search.value.toLowerCase()];
  return search.op === 'equals' ? value === wanted : value.includes(wanted);
}

/** Whose text is JSON. */
const documents: ReadonlySet<PayloadView['encoding']> = new Set(['json', 'json-schema', 'avro', 'protobuf']);

function findIn(where: 'key' | 'value', payload: PayloadView, search: PayloadSearch): PayloadMatch | null {
  const { data, encoding } = payload;
  if (data === null) return null;
  if (search.kind === 'text')
    return findText(where, encoding === 'base64' ? lossyText(Buffer.from(data, 'base64')) : data, search);
  // A path needs the whole document: a beginning of it is no JSON.
  if (!documents.has(encoding) || payload.truncated) return null;
  const found = findJsonSpans(data, [pointerSegments(search.path)]).find((span) =>
    fits(data.slice(span.from, span.to), search),
  );
  return found ? excerpt(where, data, found.from, found.to) : null;
}

/**
 * Looks into key and value as they may be shown: what is masked is not there to be found. Takes time in proportion to what is shown, whatever
 * the search.
 */
export function searchPayload(
  shown: { key: PayloadView; value: PayloadView },
  search: PayloadSearch,
): SearchedRecord {
  const parts = (['key', 'value'] as const).filter((part) => search.in === 'any' || search.in === part);
  let match: PayloadMatch | null = null;
  for (const part of parts) match ??= findIn(part, shown[part], search);
  const some = (is: (payload: PayloadView) => boolean) =>
    match === null && parts.some((part) => is(shown[part]));
  return {
    match,
    partly: some((payload) => payload.truncated),
    withheld: some(
      ({ data, encoding, undecoded }) => data === null && encoding !== 'null' && undecoded === null,
    ),
    undecoded: some((payload) => payload.undecoded !== null),
  };
}
