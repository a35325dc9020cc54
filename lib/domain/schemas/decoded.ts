import type { SchemaValue } from './value.ts';

export const schemaFormats = ['avro', 'protobuf', 'json-schema'] as const;
export type SchemaFormat = (typeof schemaFormats)[number];
/** As a person calls it. */
export const formatNames: Readonly<Record<SchemaFormat, string>> = {
  avro: 'Avro',
  protobuf: 'Protobuf',
  'json-schema': 'JSON Schema',
};

/** The schema that a payload names. What was not found out is null. */
export type PayloadSchema = {
  /** Null for one that is named by its GUID. */
  id: number | null;
  guid: string | null;
  format: SchemaFormat | null;
  subject: string | null;
  version: number | null;
  /** The record or message. */
  name: string | null;
};

/** What a schema made of a payload; nothing is masked yet. */
export type DecodedPayload = { schema: PayloadSchema } & (
  | {
      state: 'decoded';
      format: 'avro' | 'protobuf';
      value: SchemaValue;
      /** Kinds of fields that the schema does not name, whose values are not shown. */
      unknownFields: number;
    }
  | { state: 'json'; text: string }
  /** `path` in the payload, where that is what is wrong. */
  | { state: 'undecoded'; why: string; path: readonly (string | number)[] | null }
);
