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
import { type Framed, readFramed, readMessageIndexes } from '#lib/domain/schemas/wire-format.ts';
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

type Content = Pick<ReadPayload, 'written'> & { decoded: DecodedPayload };

function decodeBody(
  body: Uint8Array,
  registered: RegisteredSchema,
  references: ReadonlyMap<string, string>,
  schema: PayloadSchema,
): Content {
  if (registered.kind === 'avro') {
    const type = parseAvroSchema(registered.text, [...references.values()]);
    const datum = decodeAvro(body, type);
    const named = { ...schema, name: 'name' in type ? type.name : type.kind };
    return {
      decoded: { schema: named, state: 'decoded', format: 'avro', value: viewAvro(datum), unknownFields: 0 },
      written: { kind: 'avro', datum },
    };
  }
  if (registered.kind === 'protobuf') {
    const file = parseProtobufSchema(registered.text, references);
    const { indexes, message: bytes } = readMessageIndexes(body);
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
  id: number,
  registered: RegisteredSchema,
  subject: string | null,
): Promise<PayloadSchema> {
  const versions = await registry.versionsOf(id).catch((error: unknown) => {
    if (error instanceof RegistryFailure) return []; // The name is a help; the value can be decoded without.
    throw error;
  });
  const of = versions.find((each) => each.subject === subject) ?? versions[0];
  return {
    id,
    format: registered.kind,
    subject: of?.subject ?? null,
    version: of?.version ?? null,
    name: null,
  };
}

async function readFramedPayload(
  registry: SchemaRegistry,
  { schemaId, body }: Framed,
  subject: string | null,
): Promise<Content> {
  let schema: PayloadSchema = { id: schemaId, format: null, subject: null, version: null, name: null };
  const undecoded = (why: string, path: Mismatch['path'] | null, written: Written): Content => ({
    decoded: { schema, state: 'undecoded', why, path },
    written,
  });
  try {
    const registered = await registry.schemaById(schemaId);
    schema = await namedSchema(registry, schemaId, registered, subject);
    const references = await referencesOf(registry, registered);
    if (body.length > decodedBytesMax) throw new TooMuch(`it is over ${decodedBytesMax} bytes`);
    return within(decodeMaxMs, 'decoding it', () => decodeBody(body, registered, references, schema));
  } catch (error) {
    const what = schema.format === null ? '' : `${formatNames[schema.format]} `;
    if (error instanceof PayloadBroken)
      return undecoded(`It is not what its ${what}schema ${schemaId} says`, error.mismatch.path, {
        kind: 'broken',
        mismatch: error.mismatch,
      });
    const why =
      error instanceof RegistryFailure
        ? error.message
        : error instanceof SchemaBroken
          ? `Its ${what}schema ${schemaId} can't be used: ${error.message}.`
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

/**
 * A key or value decoded by the schema that it names in the Confluent wire format. Never throws for what a payload or a schema brings: what
 * can't be decoded says why. `decoded` is null for a payload that names no schema.
 * @param registry null where the cluster declares none
 * @param subject where the schema is expected to be registered
 */
export async function decodePayload(
  registry: SchemaRegistry | null,
  bytes: Uint8Array | null,
  subject: string | null,
): Promise<ReadPayload> {
  if (bytes === null) return { decoded: null, written: { kind: 'absent' } };
  const framed = readFramed(bytes);
  if (framed === null) return { decoded: null, written: readPlain(bytes) };
  if (registry !== null) return readFramedPayload(registry, framed, subject);
  const why = `It begins as a value of schema ${framed.schemaId} would, and the cluster declares no schema registry to ask.`;
  return {
    decoded: {
      schema: { id: framed.schemaId, format: null, subject: null, version: null, name: null },
      ...{ state: 'undecoded', why, path: null },
    },
    written: { kind: 'unknown', why },
  };
}
