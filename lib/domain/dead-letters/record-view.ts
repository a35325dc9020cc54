import type { LogRecord, RecordHeader } from '../kernel/record.ts';
import {
  type CheckedContract,
  type ContractOf,
  type ContractView,
  type Verdict,
  viewContract,
} from '../schemas/contract.ts';
import type { DecodedPayload } from '../schemas/decoded.ts';
import { contentHash } from './content-hash.ts';
import type { DeclaredMapping } from './declared-mapping.ts';
import { type DecodedDeadLetter, decodeDeadLetter } from './decode.ts';
import { describeHeader } from './header-view.ts';
import { headerName } from './hops.ts';
import { isMaskedHeader, type Masks, redact, withoutMasked } from './masks.ts';
import { cut, holds, type MaskedPayload, maskPayload, type PayloadView, viewMasked } from './payload-view.ts';
import { topApplicationFrame } from './stack-frames.ts';

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
  /** Whether the value satisfies the flow's contract; null when the payload or the contract was not asked for. */
  contract: ContractView | null;
};

/** What schemas made of a record, before masks; null for what names no schema or was not looked at. */
export type RecordSchemas = {
  key: DecodedPayload | null;
  value: DecodedPayload | null;
  contract: { verdict: Verdict; contract: ContractOf | null } | null;
};
const noSchemas: RecordSchemas = { key: null, value: null, contract: null };

const headerBytesMax = 16 * 1024;
const headersMax = 1000;
const traceMax = 64 * 1024;
const messageMax = 16 * 1024;

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
export const viewPayloads = (
  record: Pick<LogRecord, 'key' | 'value'>,
  masks: Masks,
  schemas: Pick<RecordSchemas, 'key' | 'value'> = noSchemas,
): { key: PayloadView; value: PayloadView } =>
  viewWithValue(record, masks, schemas.key, maskPayload(record.value, schemas.value, masks));

function viewWithValue(
  record: Pick<LogRecord, 'key' | 'value'>,
  masks: Masks,
  decodedKey: DecodedPayload | null,
  value: MaskedPayload,
): { key: PayloadView; value: PayloadView } {
  const { literals } = value;
  const key = maskPayload(record.key, decodedKey, masks);
  return {
    key: viewMasked(record.key, key, { masks, role: 'key', literals }),
    value: viewMasked(record.value, value, { masks, role: 'value', literals }),
  };
}

/**
 * Everything of a record that may leave: masked headers and values are gone before anything is decoded from them, and masked values are
 * hidden wherever they turn up again (message, trace, key, other headers). Bounded whatever the record's size.
 */
export function viewRecord(
  record: LogRecord,
  options: {
    masks: Masks;
    mapping: DeclaredMapping | null;
    withPayload: boolean;
    schemas?: RecordSchemas;
  },
): RecordView {
  const { masks, mapping, withPayload, schemas = noSchemas } = options;
  const value = maskPayload(record.value, schemas.value, masks);
  const { literals } = value;
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
    payload: withPayload ? viewWithValue(record, masks, schemas.key, value) : null,
    contract: withPayload ? viewVerdict(schemas, value, masks) : null,
  };
}

const viewVerdict = (schemas: RecordSchemas, value: MaskedPayload, masks: Masks): ContractView | null =>
  schemas.contract &&
  viewContract(schemas.contract.verdict, schemas.contract.contract, {
    masks,
    literals: value.literals,
    shown: value.form === 'decoded' ? value.value : value.form === 'json' ? 'json' : null,
  });

/** Whether a record satisfies its contract, and nothing else of it: as `viewRecord` tells it. */
export function viewChecked(
  record: Pick<LogRecord, 'value'>,
  schemas: RecordSchemas,
  masks: Masks,
): CheckedContract {
  if (record.value === null) return { state: 'no_value' };
  if (schemas.contract?.verdict.state === 'fits') return { state: 'fits' };
  const view = viewVerdict(schemas, maskPayload(record.value, schemas.value, masks), masks);
  if (view?.state === 'violates') {
    const { state, path, expected, found } = view;
    return { state, path, expected, found };
  }
  return { state: 'unknown', why: view?.why ?? 'It was not checked.' };
}
