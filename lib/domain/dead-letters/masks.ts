import type { RecordHeader } from '../kernel/record.ts';
import { readFramed } from '../schemas/wire-format.ts';
import type { Convention } from './convention.ts';
import { conventionSpecs, type Meaning } from './convention-spec.ts';
import { lossyText, validText } from './header-encoding.ts';
import { headerName } from './hops.ts';
import { findJsonSpans } from './json-spans.ts';

/** A flow's `mask` (config.md): `/json/pointer` for values and keys, `header:<name>` for headers. */
export type Masks = {
  /** Lower case: a mask is meant for the header however it is written. */
  headers: ReadonlySet<string>;
  pointers: readonly { text: string; segments: readonly string[] }[];
};

export const maskText = '[masked]';
const headerPrefix = 'header:';
/** Shorter values (a flag, a count) would blank out half of every message. */
const literalMin = 4;

/** The segments of a JSON pointer (RFC 6901), unescaped. @param text begins with `/` */
export const pointerSegments = (text: string): string[] =>
  text
    .slice(1)
    .split('/')
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));

export function parseMasks(masks: readonly string[]): Masks {
  return {
    headers: new Set(
      masks
        .filter((mask) => mask.startsWith(headerPrefix))
        .map((mask) => mask.slice(headerPrefix.length).trim().toLowerCase()),
    ),
    pointers: masks
      .filter((mask) => mask.startsWith('/'))
      .map((text) => ({ text, segments: pointerSegments(text) })),
  };
}

export const noMasks: Masks = parseMasks([]);
export const isMaskedHeader = (name: string, masks: Masks): boolean => masks.headers.has(name.toLowerCase());

/** Whether a mask names exactly this place in a document. */
export const isMaskedPath = (steps: readonly string[], masks: Masks): boolean =>
  masks.pointers.some(
    ({ segments }) =>
      segments.length === steps.length &&
      segments.every((segment, index) => segment === '*' || segment === steps[index]),
  );

/** The headers without the values of masked ones: what is decoded from these can't show what is masked. */
export const withoutMasked = (headers: readonly RecordHeader[], masks: Masks): RecordHeader[] =>
  masks.headers.size === 0
    ? [...headers]
    : headers.map((header) =>
        isMaskedHeader(headerName(header), masks) ? { name: header.name, value: null } : header,
      );

/** Whether what the index keeps under this meaning came from a header that is masked now. */
export function isMaskedMeaning(convention: Convention, meaning: Meaning, masks: Masks): boolean {
  const spec = conventionSpecs.find((each) => each.convention === convention);
  return (spec?.fields ?? []).some((field) => field.meaning === meaning && isMaskedHeader(field.name, masks));
}

export type MaskedJson = {
  text: string;
  /** The pointers that hid something. */
  masked: string[];
  /** What was hidden, to be hidden elsewhere too: the longest first, since one may stand in another. */
  literals: string[];
};

const scalars = /"(?:[^"\\]|\\.)*"(?!\s*:)|-?\d[\d.eE+-]*/g;
const literalsMax = 200;

/** The scalar values inside a hidden piece of JSON, long enough to be told from ordinary text. */
const literalsOf = (json: string): string[] =>
  (json.match(scalars) ?? [])
    .slice(0, literalsMax)
    .map((scalar) => (scalar.startsWith('"') ? (JSON.parse(scalar) as string) : scalar))
    .filter((literal) => literal.length >= literalMin);

/** @param text valid JSON; everything but the named values stays as it is, character by character */
export function maskJson(text: string, masks: Masks): MaskedJson {
  const spans = findJsonSpans(
    text,
    masks.pointers.map((pointer) => pointer.segments),
  );
  const hidden = spans.map((span) => text.slice(span.from, span.to));
  let shown = '';
  let position = 0;
  for (const span of spans) {
    shown += `${text.slice(position, span.from)}"${maskText}"`;
    position = span.to;
  }
  return {
    text: shown + text.slice(position),
    masked: [...new Set(spans.map((span) => masks.pointers[span.pointer]?.text ?? ''))],
    literals: [...new Set(hidden.flatMap(literalsOf))]
      .slice(0, literalsMax)
      .sort((a, b) => b.length - a.length),
  };
}

const parseableMax = 4 * 1024 * 1024;

const firstPrinted = 0x21;
const openBrace = 0x7b;
const openBracket = 0x5b;

/**
 * A JSON document (an object or array), as text and parsed; null for anything else.
 * @param decode how to read the bytes: strictly to show them, leniently to find what has to be hidden
 */
export function jsonDocument(
  bytes: Uint8Array,
  decode: (bytes: Uint8Array) => string | null = validText,
): { text: string; parsed: unknown } | null {
  let first = 0;
  while (first < bytes.length && (bytes[first] ?? 0) < firstPrinted) first++;
  if ((bytes[first] !== openBrace && bytes[first] !== openBracket) || bytes.length > parseableMax)
    return null;
  const text = decode(bytes);
  if (text === null) return null;
  try {
    return { text, parsed: JSON.parse(text) };
  } catch {
    return null; // Not JSON: the answer, not an error.
  }
}

/** As `jsonDocument`: its text. */
export const jsonText = (bytes: Uint8Array): string | null => jsonDocument(bytes)?.text ?? null;

/**
 * A payload's document with its masks applied, also one that stands behind the id of a schema (the Confluent wire format); null for what is no JSON, and
 * without masks by path. Read leniently: what has to be hidden is found in text that is not quite UTF-8 too.
 */
export function maskedDocument(payload: Uint8Array | null, masks: Masks): MaskedJson | null {
  if (payload === null || masks.pointers.length === 0) return null;
  const document = jsonDocument(readFramed(payload)?.body ?? payload, lossyText);
  return document && maskJson(document.text, masks);
}

/** The masked values of a payload as they may turn up in messages, traces, keys and other headers. */
export const maskedLiterals = (payload: Uint8Array | null, masks: Masks): string[] =>
  maskedDocument(payload, masks)?.literals ?? [];

export const redact = <T extends string | null>(text: T, literals: readonly string[]): T =>
  text === null
    ? text
    : (literals.reduce<string>((shown, literal) => shown.replaceAll(literal, maskText), text) as T);
