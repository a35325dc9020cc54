import {
  bytesValue,
  float32Value,
  floatValue,
  integerValue,
  nullValue,
  type SchemaValue,
  textValue,
} from '../value.ts';
import type { AvroDatum } from './decode.ts';
import { plainDecimal, plainDuration, plainTime, plainUuid } from './plain.ts';
import { type AvroLogical, shortName } from './type.ts';

function integer(value: bigint, logical: AvroLogical | null): SchemaValue {
  const plain = logical === null ? null : plainTime(value, logical.name);
  return plain === null ? integerValue(value) : textValue(plain, [value.toString()]);
}

function bytes(value: Uint8Array, logical: AvroLogical | null): SchemaValue {
  const raw = bytesValue(value);
  const also = raw.also ?? [];
  switch (logical?.name) {
    case 'decimal': {
      const text = plainDecimal(value, logical.scale);
      return text === null ? raw : { kind: 'number', text, also };
    }
    case 'duration':
      return textValue(plainDuration(value), also);
    case 'uuid':
      return textValue(plainUuid(value), also);
    default:
      return raw;
  }
}

function plain(datum: AvroDatum): SchemaValue {
  switch (datum.kind) {
    case 'null':
      return nullValue;
    case 'boolean':
      return { kind: 'boolean', value: datum.value };
    case 'integer':
      return integer(datum.value, datum.logical);
    case 'float':
      return float32Value(datum.value);
    case 'double':
      return floatValue(datum.value);
    case 'bytes':
      return bytes(datum.value, datum.logical);
    case 'string':
    case 'symbol':
      return textValue(datum.value);
    case 'record':
      return {
        kind: 'object',
        entries: datum.fields.map(({ field, datum: inner }) => ({
          names: [field.name, ...field.aliases],
          value: viewAvro(inner),
        })),
      };
    case 'array':
      return { kind: 'array', items: datum.items.map(viewAvro) };
    case 'map':
      return {
        kind: 'object',
        entries: datum.entries.map(({ key, datum: inner }) => ({ names: [key], value: viewAvro(inner) })),
      };
  }
}

/** In plain form: unions without their wrapper, logical types as people write them, other bytes in base64. */
export function viewAvro(datum: AvroDatum): SchemaValue {
  const value = plain(datum);
  const { type } = datum;
  if (datum.branch === undefined || type.kind === 'null') return value;
  const name = 'name' in type ? type.name : type.kind;
  return { ...value, branch: [name, shortName(name)] };
}
