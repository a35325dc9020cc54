import {
  bytesValue,
  float32Value,
  floatValue,
  integerValue,
  type SchemaEntry,
  type SchemaValue,
  textValue,
} from '../value.ts';
import type { ProtoDatum, ProtoMessageDatum } from './decode.ts';
import { keyOf } from './map-key.ts';
import type { ProtoField } from './message.ts';
import { plainWellKnown } from './well-known.ts';

function mapEntries(field: ProtoField, values: readonly ProtoDatum[]): SchemaEntry[] {
  const entries = new Map<string, SchemaValue>();
  const type = field.type.kind === 'message' ? field.type.message.fields.get(2)?.type : undefined;
  for (const entry of values) {
    if (entry.kind !== 'message') continue;
    const value = entry.fields.get(2)?.values[0];
    entries.set(keyOf(entry), value === undefined ? zeroOf(type) : viewDatum(value, type));
  }
  return [...entries].map(([key, value]) => ({ names: [key], value }));
}

function zeroOf(type: ProtoField['type'] | undefined): SchemaValue {
  if (type === undefined || type.kind === 'message') return { kind: 'object', entries: [] };
  if (type.kind === 'enum') return textValue(type.enum.names.get(0n) ?? '0');
  if (type.scalar === 'bool') return { kind: 'boolean', value: false };
  return type.scalar === 'string' || type.scalar === 'bytes' ? textValue('') : integerValue(0);
}

function fieldValue(field: ProtoField, values: readonly ProtoDatum[]): SchemaValue | null {
  if (field.label === 'map') return { kind: 'object', entries: mapEntries(field, values) };
  const shown = values.map((value) => viewDatum(value, field.type));
  return field.label === 'many' ? { kind: 'array', items: shown } : (shown[0] ?? null);
}

function viewDatum(datum: ProtoDatum, type: ProtoField['type'] | undefined): SchemaValue {
  switch (datum.kind) {
    case 'integer':
      return integerValue(datum.value);
    case 'boolean':
      return { kind: 'boolean', value: datum.value };
    case 'float':
      return float32Value(datum.value);
    case 'double':
      return floatValue(datum.value);
    case 'string':
      return textValue(datum.value);
    case 'bytes':
      return bytesValue(datum.value);
    case 'symbol': {
      const name = type?.kind === 'enum' ? type.enum.names.get(datum.value) : undefined;
      return name === undefined ? integerValue(datum.value) : textValue(name);
    }
    case 'message':
      return viewProtobuf(datum);
  }
}

/**
 * What stands on the wire in plain form, under the names of the .proto file: a field that was left out is left out here. Timestamps and
 * durations as they are read, bytes in base64.
 */
export function viewProtobuf(datum: ProtoMessageDatum): SchemaValue {
  const known = plainWellKnown(datum);
  if (known !== null) return known;
  const entries: SchemaEntry[] = [];
  for (const { field, values } of [...datum.fields.values()].sort(
    (a, b) => a.field.number - b.field.number,
  )) {
    const value = fieldValue(field, values);
    if (value !== null) entries.push({ names: [field.name, field.jsonName], value });
  }
  return { kind: 'object', entries };
}

/** How many kinds of fields the schema does not name, in all of the message; their values are not shown. */
export function unknownFields(datum: ProtoMessageDatum): number {
  let count = datum.unknown.size;
  for (const { values } of datum.fields.values())
    for (const value of values) if (value.kind === 'message') count += unknownFields(value);
  return count;
}
