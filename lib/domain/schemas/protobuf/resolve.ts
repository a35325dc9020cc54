import type { Mismatch } from '../problem.ts';
import type { ProtoDatum, ProtoMessageDatum } from './decode.ts';
import { keyOf } from './map-key.ts';
import { describeProto, type ProtoField, type ProtoMessage, type ProtoType } from './message.ts';

type Path = readonly (string | number)[];
type Range = readonly [bigint, bigint];

const ranges: Readonly<Record<string, Range>> = {
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  sint32: [-(2n ** 31n), 2n ** 31n - 1n],
  sfixed32: [-(2n ** 31n), 2n ** 31n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  fixed32: [0n, 2n ** 32n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  sint64: [-(2n ** 63n), 2n ** 63n - 1n],
  sfixed64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
  fixed64: [0n, 2n ** 64n - 1n],
  bool: [0n, 1n],
};
/** Types that read each other's bytes. */
const families: readonly (readonly string[])[] = [
  ['int32', 'int64', 'uint32', 'uint64', 'bool', 'enum'],
  ['sint32', 'sint64'],
  ['fixed32', 'sfixed32'],
  ['fixed64', 'sfixed64'],
  ['string', 'bytes'],
];
const nameOf = (type: ProtoType): string => (type.kind === 'scalar' ? type.scalar : type.kind);
const sameFamily = (writer: ProtoType, reader: ProtoType): boolean => {
  const [written, read] = [nameOf(writer), nameOf(reader)];
  return written === read || families.some((family) => family.includes(written) && family.includes(read));
};

function scalarMismatch(
  datum: ProtoDatum,
  writer: ProtoType,
  reader: ProtoType,
  path: Path,
): Mismatch | null {
  const expected = describeProto(reader);
  if (reader.kind === 'enum') {
    const value = datum.kind === 'symbol' || datum.kind === 'integer' ? datum.value : 0n;
    const known = !reader.enum.closed || reader.enum.names.has(value);
    return known ? null : { path, expected, found: 'a number that it has no name for' };
  }
  if (reader.kind !== 'scalar') return null;
  if (reader.scalar === 'string' && datum.kind === 'string' && !datum.valid)
    return { path, expected, found: 'bytes that are not UTF-8' };
  const range = ranges[reader.scalar];
  const value = datum.kind === 'integer' || datum.kind === 'symbol' ? datum.value : null;
  return range && value !== null && (value < range[0] || value > range[1])
    ? { path, expected, found: `${describeProto(writer)} outside its range` }
    : null;
}

function valueMismatch(datum: ProtoDatum, writer: ProtoType, reader: ProtoType, path: Path): Mismatch | null {
  return datum.kind === 'message' && reader.kind === 'message'
    ? messageMismatch(datum, reader.message, path)
    : scalarMismatch(datum, writer, reader, path);
}

function fieldMismatch(
  { field, values }: { field: ProtoField; values: readonly ProtoDatum[] },
  reader: ProtoField,
  path: Path,
): Mismatch | null {
  const grouped = (type: ProtoType) => type.kind === 'message' && type.group;
  if (!sameFamily(field.type, reader.type) || grouped(field.type) !== grouped(reader.type))
    return { path, expected: describeProto(reader.type), found: describeProto(field.type) };
  if (reader.label === 'one' && field.label !== 'one' && values.length > 1)
    return { path, expected: `one ${describeProto(reader.type)}`, found: `${values.length} of them` };
  if (field.label === 'map' && reader.label === 'map') return mapMismatch(values, reader, path);
  for (const [index, value] of values.entries()) {
    const at = field.label === 'one' ? path : [...path, index];
    const found = valueMismatch(value, field.type, reader.type, at);
    if (found) return found;
  }
  return null;
}

/** Each value stands under its key, as it is shown. */
function mapMismatch(values: readonly ProtoDatum[], reader: ProtoField, path: Path): Mismatch | null {
  const wanted = reader.type.kind === 'message' ? reader.type.message.fields.get(2) : undefined;
  for (const entry of values) {
    const written = entry.kind === 'message' ? entry.fields.get(2) : undefined;
    if (entry.kind !== 'message' || !written || !wanted) continue;
    const found = fieldMismatch(written, wanted, [...path, keyOf(entry)]);
    if (found) return found;
  }
  return null;
}

function messageMismatch(datum: ProtoMessageDatum, reader: ProtoMessage, path: Path): Mismatch | null {
  for (const field of reader.fields.values())
    if (field.required && !datum.fields.has(field.number))
      return {
        path: [...path, field.name],
        expected: `required ${describeProto(field.type)}`,
        found: 'no such field',
      };
  for (const written of datum.fields.values()) {
    const wanted = reader.fields.get(written.field.number);
    const found = wanted ? fieldMismatch(written, wanted, [...path, written.field.name]) : null;
    if (found) return found;
  }
  return null;
}

/**
 * Whether a consumer that reads with `reader` gets what was written: fields by number, of types that read each other's bytes, in range,
 * required ones there. What it has no field for it ignores, as Protobuf does. Null when it fits, else the first place where it does not.
 */
export const resolveProtobuf = (datum: ProtoMessageDatum, reader: ProtoMessage): Mismatch | null =>
  messageMismatch(datum, reader, []);
