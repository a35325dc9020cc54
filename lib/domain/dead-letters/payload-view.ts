import { createHash } from 'node:crypto';
import type { DecodedPayload, PayloadSchema } from '../schemas/decoded.ts';
import { maskValue, redactValue } from '../schemas/mask-value.ts';
import { pointerOf } from '../schemas/problem.ts';
import { jsonOf, type SchemaValue } from '../schemas/value.ts';
import { printableText } from './header-encoding.ts';
import { jsonText, type Masks, maskedLiterals, maskJson, redact } from './masks.ts';

export type PayloadView = {
  encoding: 'json' | 'text' | 'avro' | 'protobuf' | 'json-schema' | 'base64' | 'null';
  data: string | null;
  bytes: number;
  sha256: string | null;
  /** Of the schema that the payload names, whether it was found or not. */
  schemaId: number | null;
  schema: PayloadSchema | null;
  /** Why a payload that names a schema is not decoded. */
  undecoded: string | null;
  /** A remark on what is not shown of a decoded payload. */
  note: string | null;
  masked: string[];
  truncated: boolean;
};

const shownBytesMax = 256 * 1024;

export const cut = (text: string, max: number) =>
  text.length > max ? text.slice(0, max).toWellFormed() : text;
/** Whether a masked value stands in these bytes, text or not. */
export const holds = (bytes: Uint8Array, literals: readonly string[]): boolean => {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return literals.some((literal) => buffer.includes(literal));
};
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** A payload with its masks applied, in the form that they hold for, and what they hid. */
export type MaskedPayload = {
  literals: readonly string[];
  masked: string[];
  decoded: DecodedPayload | null;
} & (
  | { form: 'decoded'; encoding: 'avro' | 'protobuf'; value: SchemaValue; note: string | null }
  | { form: 'json'; encoding: 'json' | 'json-schema'; text: string; whole: boolean }
  | { form: 'opaque' }
);

const isContainer = (json: string) => /^\s*[{[]/.test(json);

/** Applies the masks to whatever form a payload has: decoded by its schema, JSON, or bytes in which nobody can tell. */
export function maskPayload(
  bytes: Uint8Array | null,
  decoded: DecodedPayload | null,
  masks: Masks,
): MaskedPayload {
  if (decoded?.state === 'decoded') {
    const { unknownFields: more } = decoded;
    const note =
      more === 0
        ? null
        : `${more} ${more === 1 ? 'kind' : 'kinds'} of fields that the schema does not name are not shown.`;
    return { form: 'decoded', encoding: decoded.format, note, decoded, ...maskValue(decoded.value, masks) };
  }
  // A bare text or number has no place that a mask could name: it is withheld like bytes.
  if (decoded?.state === 'json' && (masks.pointers.length === 0 || isContainer(decoded.text))) {
    const hidden = maskJson(decoded.text, masks);
    return { form: 'json', encoding: 'json-schema', whole: hidden.masked.length === 0, decoded, ...hidden };
  }
  const text = bytes === null ? null : jsonText(bytes);
  if (text === null) return { form: 'opaque', masked: [], literals: maskedLiterals(bytes, masks), decoded };
  const hidden = maskJson(text, masks);
  return {
    ...{ form: 'json', encoding: 'json', whole: hidden.text === text, decoded, ...hidden },
    literals: maskedLiterals(bytes, masks),
  };
}

/** Nothing of a payload stands in it but the path, which stays unsaid where masks hold for bytes that nobody could read. */
function undecodedOf(decoded: DecodedPayload | null, masks: Masks): string | null {
  if (decoded?.state !== 'undecoded') return null;
  const { why, path } = decoded;
  if (path === null) return why;
  return path.length === 0 || masks.pointers.length > 0 ? `${why}.` : `${why}, at ${pointerOf(path)}.`;
}

/**
 * A payload as it may be shown: decoded by its schema or JSON as it stands (masked values apart), text, or base64. A value that should be masked
 * by pointer and has no such form is withheld as a whole: where the secret stands in it is not known.
 * @param literals what is masked in the value, to be hidden here too
 */
export function viewMasked(
  bytes: Uint8Array | null,
  payload: MaskedPayload,
  { masks, role, literals }: { masks: Masks; role: 'key' | 'value'; literals: readonly string[] },
): PayloadView {
  const { decoded, masked } = payload;
  const base = {
    ...{ bytes: bytes?.length ?? 0, sha256: bytes === null ? null : sha256(bytes), data: null },
    ...{ schemaId: decoded?.schema.id ?? null, schema: decoded?.schema ?? null },
    ...{ undecoded: undecodedOf(decoded, masks), note: null, masked, truncated: false },
  };
  if (bytes === null) return { ...base, encoding: 'null' };
  const elsewhere = role === 'key' ? literals : [];
  const shown = (text: string, whole: boolean) => ({
    data: cut(text, shownBytesMax),
    sha256: whole ? base.sha256 : null,
    truncated: text.length > shownBytesMax,
  });
  if (payload.form === 'decoded') {
    const value = redactValue(payload.value, elsewhere);
    const whole = masked.length === 0 && value === payload.value;
    const { encoding, note } = payload;
    return { ...base, encoding, note, ...shown(jsonOf(value), whole) };
  }
  if (payload.form === 'json') {
    const text = redact(payload.text, elsewhere);
    return { ...base, encoding: payload.encoding, ...shown(text, payload.whole && text === payload.text) };
  }
  const text = printableText(bytes);
  const encoding = text === null ? 'base64' : 'text';
  const withheld = role === 'value' ? masks.pointers.length > 0 : text === null && holds(bytes, literals);
  if (withheld) return { ...base, encoding, sha256: null, masked: masks.pointers.map((each) => each.text) };
  if (text === null)
    return {
      ...base,
      encoding,
      data: Buffer.from(bytes.subarray(0, shownBytesMax)).toString('base64'),
      truncated: bytes.length > shownBytesMax,
    };
  const kept = redact(text, literals);
  return { ...base, encoding, ...shown(kept, kept === text) };
}
