import { headerName } from '../dead-letters/hops.ts';
import type { RecordHeader } from '../kernel/record.ts';

/** What a payload calls its schema: a number of one registry, or what is the same in all of them. */
export type SchemaRef = { id: number; guid: null } | { id: null; guid: string };

/** As people write it in a sentence. */
export const refInWords = ({ id, guid }: SchemaRef): string => guid ?? String(id);

/** What a record's header says about the schema of its key or value. */
export type SchemaHeader =
  /** `rest` names the message of a Protobuf file (`readMessageIndexes`); nothing for other formats. */
  | { state: 'named'; ref: SchemaRef; rest: Uint8Array }
  /** A header that names a schema, and how it does is not known or can't be looked up: then nobody knows what the payload is. */
  | { state: 'unknown'; why: string };

export type PayloadPart = 'key' | 'value';

const idBytes = 5;
const guidBytes = 17;
/** More positions than a message of any schema that a person wrote is deep. */
const headerBytesMax = 512;

const hexOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
const guidOf = (bytes: Uint8Array): string =>
  hexOf(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

function confluentRef(name: string, value: Uint8Array): SchemaHeader {
  const unknown = (what: string): SchemaHeader => ({
    state: 'unknown',
    why: `Its header ${name} should name its schema, and ${what}.`,
  });
  if (value.length > headerBytesMax) return unknown(`has ${value.length} bytes`);
  const version = value[0];
  if (version === 0) {
    if (value.length < idBytes) return unknown(`has ${value.length} bytes, where an id takes ${idBytes}`);
    const id = new DataView(value.buffer, value.byteOffset, value.byteLength).getInt32(1);
    if (id < 0) return unknown(`holds the id ${id}, which no schema has`);
    return { state: 'named', ref: { id, guid: null }, rest: value.subarray(idBytes) };
  }
  if (version === 1) {
    if (value.length < guidBytes)
      return unknown(`has ${value.length} bytes, where a GUID takes ${guidBytes}`);
    const guid = guidOf(value.subarray(1, guidBytes));
    return { state: 'named', ref: { id: null, guid }, rest: value.subarray(guidBytes) };
  }
  return unknown(
    version === undefined
      ? 'is empty'
      : `begins with the byte ${version}, where 0 stands for an id and 1 for a GUID`,
  );
}

const apicurioIds = { globalId: 'global id', contentId: 'content id' } as const;

function apicurioRef(name: string, kind: keyof typeof apicurioIds, value: Uint8Array): SchemaHeader {
  if (value.length !== 8)
    return { state: 'unknown', why: `Its header ${name} should be 8 bytes, and has ${value.length}.` };
  const id = new DataView(value.buffer, value.byteOffset, value.byteLength).getBigInt64(0);
  const why = `Its header ${name} names its schema by Apicurio's ${apicurioIds[kind]} ${id}, which can't be looked up by the Confluent API that the cluster declares.`;
  return { state: 'unknown', why };
}

/**
 * The schema that a record's headers name for its key or value; null where none does. Then the payload stands as it is, without an id in front.
 * - `__key_schema_id`, `__value_schema_id` (Confluent, `HeaderSchemaIdSerializer`): a byte 0 and the id in four bytes big-endian, or a byte 1 and the 16
 *   bytes of a GUID; for Protobuf the positions of the message follow. The last header of the name counts, unless its value is null, as for Confluent's own reader.
 * - `apicurio.key.globalId` and so on (Apicurio): eight bytes big-endian, and told as what they are.
 */
export function readSchemaHeader(headers: readonly RecordHeader[], part: PayloadPart): SchemaHeader | null {
  const confluent = `__${part}_schema_id`;
  const apicurio = {
    globalId: `apicurio.${part}.globalId`,
    contentId: `apicurio.${part}.contentId`,
  } as const;
  const wanted = new Set([confluent, ...Object.values(apicurio)]);
  const lengths = new Set([...wanted].map((name) => name.length));
  const last = new Map<string, Uint8Array | null>();
  for (const header of headers) {
    if (!lengths.has(header.name.length)) continue;
    const name = headerName(header);
    if (wanted.has(name)) last.set(name, header.value);
  }
  const value = last.get(confluent) ?? null;
  if (value !== null) return confluentRef(confluent, value);
  for (const kind of ['globalId', 'contentId'] as const) {
    const found = last.get(apicurio[kind]) ?? null;
    if (found !== null) return apicurioRef(apicurio[kind], kind, found);
  }
  return null;
}
