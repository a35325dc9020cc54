import { createHash } from 'node:crypto';
import type { LogRecord, RecordHeader } from '../kernel/record.ts';
import { contentHash } from './content-hash.ts';
import type { DeclaredMapping } from './declared-mapping.ts';
import { type DecodedDeadLetter, decodeDeadLetter } from './decode.ts';
import { printableText } from './header-encoding.ts';
import { describeHeader } from './header-view.ts';
import { headerName } from './hops.ts';
import {
  isMaskedHeader,
  jsonText,
  type Masks,
  maskedLiterals,
  maskJson,
  redact,
  withoutMasked,
} from './masks.ts';
import { topApplicationFrame } from './stack-frames.ts';

export type PayloadView = {
  encoding: 'json' | 'text' | 'base64' | 'null';
  data: string | null;
  bytes: number;
  sha256: string | null;
  schemaId: null;
  masked: string[];
  truncated: boolean;
};
export type ShownHeader = {
  name: string;
  base64: string | null;
  decoded: string | null;
  type: string | null;
  rule: string | null;
  masked: boolean;
  bytes: number | null;
  truncated: boolean;
};

/** A dead letter as it may be shown: masked, and no larger than is of use. */
export type RecordView = Omit<DecodedDeadLetter, 'exceptionChain'> & {
  contentHash: string;
  exceptionChain: string[];
  topFrame: string | null;
  headers: ShownHeader[];
  headersOmitted: number;
  /** Null unless the payload was asked for. */
  payload: { key: PayloadView; value: PayloadView } | null;
};

const shownBytesMax = 256 * 1024;
const headerBytesMax = 16 * 1024;
const headersMax = 1000;
const traceMax = 64 * 1024;
const messageMax = 16 * 1024;

const cut = (text: string, max: number) => (text.length > max ? text.slice(0, max).toWellFormed() : text);
/** Whether a masked value stands in these bytes, text or not. */
const holds = (bytes: Uint8Array, literals: readonly string[]): boolean => {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return literals.some((literal) => buffer.includes(literal));
};
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/**
 * JSON text as it stands (masked values apart), text, or base64. A value that should be masked by pointer and is not JSON is withheld
 * as a whole: where the secret stands in it is not known.
 */
function viewPayload(
  bytes: Uint8Array | null,
  masks: Masks,
  role: 'key' | 'value',
  literals: readonly string[],
): PayloadView {
  if (bytes === null)
    return {
      encoding: 'null',
      data: null,
      bytes: 0,
      sha256: null,
      schemaId: null,
      masked: [],
      truncated: false,
    };
  const base = { bytes: bytes.length, sha256: sha256(bytes), schemaId: null, masked: [], truncated: false };
  const json = jsonText(bytes);
  if (json !== null) {
    const { text, masked } = maskJson(json, masks);
    const shown = redact(text, role === 'key' ? literals : []);
    return {
      ...base,
      encoding: 'json',
      data: cut(shown, shownBytesMax),
      sha256: shown === json ? base.sha256 : null,
      masked,
      truncated: shown.length > shownBytesMax,
    };
  }
  const text = printableText(bytes);
  const encoding = text === null ? 'base64' : 'text';
  const withheld = role === 'value' ? masks.pointers.length > 0 : text === null && holds(bytes, literals);
  if (withheld)
    return { ...base, encoding, data: null, sha256: null, masked: masks.pointers.map((each) => each.text) };
  if (text === null)
    return {
      ...base,
      encoding,
      data: Buffer.from(bytes.subarray(0, shownBytesMax)).toString('base64'),
      truncated: bytes.length > shownBytesMax,
    };
  const shown = redact(text, literals);
  return {
    ...base,
    encoding,
    data: cut(shown, shownBytesMax),
    sha256: shown === text ? base.sha256 : null,
    truncated: shown.length > shownBytesMax,
  };
}

function showHeader(
  header: RecordHeader,
  masks: Masks,
  mapping: DeclaredMapping | null,
  literals: readonly string[],
): ShownHeader {
  const name = cut(headerName(header), 1000);
  const hidden = { name, base64: null, decoded: null, type: null, rule: null, bytes: null, truncated: false };
  if (header.value === null) return { ...hidden, type: 'null', masked: false };
  if (isMaskedHeader(headerName(header), masks)) return { ...hidden, masked: true };
  if (holds(header.value, literals)) return { ...hidden, masked: true };
  const value = header.value.subarray(0, headerBytesMax);
  const described = describeHeader(header, mapping);
  return {
    ...described,
    name,
    decoded: described.decoded === null ? null : cut(described.decoded, headerBytesMax),
    base64: Buffer.from(value).toString('base64'),
    masked: false,
    bytes: header.value.length,
    truncated: header.value.length > value.length,
  };
}

/** Key and value as they may be shown, and nothing else of the record. */
export function viewPayloads(
  record: Pick<LogRecord, 'key' | 'value'>,
  masks: Masks,
  literals: readonly string[] = maskedLiterals(record.value, masks),
): { key: PayloadView; value: PayloadView } {
  return {
    key: viewPayload(record.key, masks, 'key', literals),
    value: viewPayload(record.value, masks, 'value', literals),
  };
}

/**
 * Everything of a record that may leave: masked headers and values are gone before anything is decoded from them, and masked values are
 * hidden wherever they turn up again (message, trace, key, other headers). Bounded whatever the record's size.
 */
export function viewRecord(
  record: LogRecord,
  options: { masks: Masks; mapping: DeclaredMapping | null; withPayload: boolean },
): RecordView {
  const { masks, mapping } = options;
  const literals = maskedLiterals(record.value, masks);
  const decoded = decodeDeadLetter({ ...record, headers: withoutMasked(record.headers, masks) }, { mapping });
  const stacktrace = redact(decoded.stacktrace === null ? null : cut(decoded.stacktrace, traceMax), literals);
  return {
    ...decoded,
    contentHash: contentHash(record),
    exceptionMessage: redact(
      decoded.exceptionMessage === null ? null : cut(decoded.exceptionMessage, messageMax),
      literals,
    ),
    exceptionChain: decoded.exceptionChain.map((name) => cut(name, 1000)),
    stacktrace,
    topFrame: topApplicationFrame(stacktrace, decoded.exceptionClass),
    headers: record.headers
      .slice(0, headersMax)
      .map((header) => showHeader(header, masks, mapping, literals)),
    headersOmitted: Math.max(0, record.headers.length - headersMax),
    payload: options.withPayload ? viewPayloads(record, masks, literals) : null,
  };
}
