import { printableText } from '#lib/domain/dead-letters/header-encoding.ts';
import { jsonOfAny } from '#lib/domain/dead-letters/json-text.ts';
import { type AvroDatum, decodeAvro } from '#lib/domain/schemas/avro/decode.ts';
import { parseAvroSchema } from '#lib/domain/schemas/avro/parse-schema.ts';
import { viewAvro } from '#lib/domain/schemas/avro/view.ts';
import { type DecodedPayload, formatNames, type PayloadSchema } from '#lib/domain/schemas/decoded.ts';
import { type Mismatch, PayloadBroken, SchemaBroken, TooMuch } from '#lib/domain/schemas/problem.ts';
import { decodeProtobuf, type ProtoMessageDatum } from '#lib/domain/schemas/protobuf/decode.ts';
import { messageAt } from '#lib/domain/schemas/protobuf/message.ts';
import { unknownFields, viewProtobuf } from '#lib/domain/schemas/protobuf/view.ts';
import { refInWords, type SchemaHeader, type SchemaRef } from '#lib/domain/schemas/schema-header.ts';
import { readFramed, readMessageIndexes } from '#lib/domain/schemas/wire-format.ts';
import { type RegisteredSchema, RegistryFailure, type SchemaRegistry } from './port.ts';
import { parseProtobufSchema } from './protobuf-schema.ts';
import { referencesOf } from './references.ts';
import { within } from './within.ts';

/** What a payload turned out to be, for whoever checks it against a contract. */
export type Written =
  | { kind: 'absent' }
  /** JSON, with or without a schema's id before it. */
  | { kind: 'json'; json: unknown; framed: boolean }
  | { kind: 'text' | 'bytes' }
  | { kind: 'avro'; datum: AvroDatum }
  | { kind: 'protobuf'; datum: ProtoMessageDatum; indexes: readonly number[] }
  /** Not what its own schema says. */
  | { kind: 'broken'; mismatch: Mismatch }
  | { kind: 'unknown'; why: string };
export type ReadPayload = { decoded: DecodedPayload | null; written: Written };

const decodedBytesMax = 8 * 1024 * 1024;
const decodeMaxMs = 1000;

/** A payload and what names its schema: an id in front of it, or a header. */
type Named = {
  ref: SchemaRef;
  body: Uint8Array;
  /** What names the message of a Protobuf file, where it stands in a header and not before the message. */
  message: Uint8Array | null;
};
type Content = Pick<ReadPayload, 'written'> & { decoded: DecodedPayload };

function decodeBody(
  { body, message: named }: Pick<Named, 'body' | 'message'>,
  registered: RegisteredSchema,
  references: ReadonlyMap<string, string>,
  schema: PayloadSchema,
): Content {
  if (registered.kind === 'avro') {
    const type = parseAvroSchema(registered.text, [...references.values()]);
    const datum = decodeAvro(body, type);
    const read = { ...schema, name: 'name' in type ? type.name : type.kind };
    return {
      decoded: { schema: read, state: 'decoded', format: 'avro', value: viewAvro(datum), unknownFields: 0 },
      written: { kind: 'avro', datum },
    };
  }
  if (registered.kind === 'protobuf') {
    const file = parseProtobufSchema(registered.text, references);
    const { indexes, message: after } = readMessageIndexes(named ?? body);
    const bytes = named === null ? after : body;
    const message = messageAt(file, indexes);
    if (!message)
      throw new PayloadBroken({
        path: [],
        expected: 'a message of its schema',
        found: `position ${indexes.join('.')}, where its schema has none`,
      });
    const datum = decodeProtobuf(bytes, message);
    const decoded: DecodedPayload = {
      ...{ schema: { ...schema, name: message.name }, state: 'decoded', format: 'protobuf' },
      ...{ value: viewProtobuf(datum), unknownFields: unknownFields(datum) },
    };
    return { decoded, written: { kind: 'protobuf', datum, indexes } };
  }
  const read = jsonOfAny(body);
  if (!read)
    throw new PayloadBroken({
      path: [],
      expected: 'JSON after the id of its schema',
      found: 'bytes that are none',
    });
  return {
    decoded: { schema, state: 'json', text: read.text },
    written: { kind: 'json', json: read.json, framed: true },
  };
}

/** The subject and version that say most about where the schema belongs: one of this subject, else the first. */
async function namedSchema(
  registry: SchemaRegistry,
  ref: SchemaRef,
  registered: RegisteredSchema,
  subject: string | null,
): Promise<PayloadSchema> {
  const unnamed = { ...ref, format: registered.kind, subject: null, version: null, name: null };
  if (ref.id === null) return unnamed; // A registry does not tell the subjects of a GUID.
  const versions = await registry.versionsOf(ref.id).catch((error: unknown) => {
    if (error instanceof RegistryFailure) return []; // The name is a help; the value can be decoded without.
    throw error;
  });
  const of = versions.find((each) => each.subject === subject) ?? versions[0];
  return { ...unnamed, subject: of?.subject ?? null, version: of?.version ?? null };
}

async function readNamedPayload(
  registry: SchemaRegistry,
  named: Named,
  subject: string | null,
): Promise<Content> {
  const { ref, body } = named;
  let schema: PayloadSchema = { ...ref, ...nothingKnown };
  const undecoded = (why: string, path: Mismatch['path'] | null, written: Written): Content => ({
    decoded: { schema, state: 'undecoded', why, path },
    written,
  });
  try {
    const registered = await (ref.id === null
      ? registry.schemaByGuid(ref.guid)
      : registry.schemaById(ref.id));
    schema = await namedSchema(registry, ref, registered, subject);
    const references = await referencesOf(registry, registered);
    if (body.length > decodedBytesMax) throw new TooMuch(`it is over ${decodedBytesMax} bytes`);
    return within(decodeMaxMs, 'decoding it', () => decodeBody(named, registered, references, schema));
  } catch (error) {
    const what = schema.format === null ? '' : `${formatNames[schema.format]} `;
    if (error instanceof PayloadBroken)
      return undecoded(`It is not what its ${what}schema ${refInWords(ref)} says`, error.mismatch.path, {
        kind: 'broken',
        mismatch: error.mismatch,
      });
    const why =
      error instanceof RegistryFailure
        ? error.message
        : error instanceof SchemaBroken
          ? `Its ${what}schema ${refInWords(ref)} can't be used: ${error.message}.`
          : error instanceof TooMuch
            ? `It was not decoded: ${error.message}.`
            : null;
    if (why === null) throw error;
    return undecoded(why, null, { kind: 'unknown', why });
  }
}

function readPlain(bytes: Uint8Array): Written {
  const read = jsonOfAny(bytes);
  if (read) return { kind: 'json', json: read.json, framed: false };
  return { kind: printableText(bytes) === null ? 'bytes' : 'text' };
}

const nothingKnown = { format: null, subject: null, version: null, name: null };

/**
 * A key or value decoded by the schema that it names: in a header, else in front of it (the Confluent wire format). Never throws for what a
 * payload, a header or a schema brings: what can't be decoded says why. `decoded` is null for a payload that names no schema.
 * @param registry null where the cluster declares none
 * @param subject where the schema is expected to be registered
 * @param header what the record's headers say of this payload's schema; then nothing stands in front of it
 */
export async function decodePayload(
  registry: SchemaRegistry | null,
  bytes: Uint8Array | null,
  subject: string | null,
  header: SchemaHeader | null = null,
): Promise<ReadPayload> {
  if (bytes === null) return { decoded: null, written: { kind: 'absent' } };
  const undecoded = (ref: Pick<PayloadSchema, 'id' | 'guid'>, why: string): ReadPayload => ({
    decoded: { schema: { ...ref, ...nothingKnown }, state: 'undecoded', why, path: null },
    written: { kind: 'unknown', why },
  });
  if (header?.state === 'unknown') return undecoded({ id: null, guid: null }, header.why);
  const framed = header === null ? readFramed(bytes) : null;
  const named: Named | null =
    header !== null
      ? { ref: header.ref, body: bytes, message: header.rest }
      : framed && { ref: { id: framed.schemaId, guid: null }, body: framed.body, message: null };
  if (named === null) return { decoded: null, written: readPlain(bytes) };
  if (registry !== null) return readNamedPayload(registry, named, subject);
  const begins =
    header === null
      ? `It begins as a value of schema ${refInWords(named.ref)} would`
      : `Its header names the schema ${refInWords(named.ref)}`;
  return undecoded(named.ref, `${begins}, and the cluster declares no schema registry to ask.`);
}
