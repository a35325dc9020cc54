import { createHash } from 'node:crypto';
import type { Flow } from '../flows/flow.ts';
import { type CanonicalValue, canonicalJson } from '../kernel/canonical-json.ts';
import { readFramed } from '../schemas/wire-format.ts';
import type { excerptForms } from './excerpt-forms.ts';
import { printableText, validText } from './header-encoding.ts';
import { type MaskedJson, type Masks, redact } from './masks.ts';

export const excerptBytesMax = 2048;

/** The beginning of a value as it may be kept in the index: masked, in UTF-8 no longer than the flow allows; hex where it is no text. */
export type Excerpt = { form: (typeof excerptForms)[number]; text: string; truncated: boolean };

/**
 * Under which an excerpt was made, so that one made under other masks is never shown: 16 hex digits; null where a flow allows none.
 */
export const excerptRule = (flow: Pick<Flow, 'excerpt' | 'mask'> | null): string | null =>
  flow?.excerpt === undefined
    ? null
    : createHash('sha256')
        .update(canonicalJson([flow.excerpt.bytes, [...flow.mask]] satisfies CanonicalValue))
        .digest('hex')
        .slice(0, 16);

/** As much of the bytes as makes whole characters. */
function wholeCharacters(bytes: Uint8Array, max: number): Uint8Array {
  if (bytes.length <= max) return bytes;
  let end = max;
  // A byte 10xxxxxx goes on with a character; more than three in a row are no UTF-8.
  for (let back = 0; back < 4 && ((bytes[end] ?? 0) & 0xc0) === 0x80; back++) end -= 1;
  return bytes.subarray(0, Math.max(0, end));
}

const cutText = (text: string, max: number): string =>
  Buffer.from(wholeCharacters(Buffer.from(text), max)).toString('utf8');

const storable = (text: string) => text.toWellFormed().replaceAll('\u0000', '\uFFFD');
const startsAsJson = (bytes: Uint8Array) => {
  const first = bytes.find((byte) => byte > 0x20);
  return first === 0x7b || first === 0x5b;
};

/**
 * The excerpt of a value. Where masks by path are declared it is taken from the masked document, and there is none of a value that is no JSON: nobody
 * knows where in it the secret stands.
 * @param masked the value's document with its masks applied; null when it is none, or no mask by path is declared
 * @param max of its text, in bytes of UTF-8
 */
export function excerptOf(
  value: Uint8Array | null,
  masks: Masks,
  masked: MaskedJson | null,
  max: number,
): Excerpt | null {
  if (value === null) return null;
  if (masks.pointers.length > 0) {
    if (masked === null || validText(readFramed(value)?.body ?? value) === null) return null;
    const text = storable(redact(masked.text, masked.literals));
    const kept = cutText(text, max);
    return { form: 'json', text: kept, truncated: kept.length < text.length };
  }
  const { body } = readFramed(value) ?? { body: value };
  const shown = startsAsJson(body) ? body : value;
  const beginning = wholeCharacters(shown, max);
  const text = printableText(beginning);
  const truncated = beginning.length < shown.length;
  if (text !== null) return { form: startsAsJson(shown) ? 'json' : 'text', text: storable(text), truncated };
  const hex = Buffer.from(value.subarray(0, Math.floor(max / 2))).toString('hex');
  return { form: 'hex', text: hex, truncated: hex.length / 2 < value.length };
}
