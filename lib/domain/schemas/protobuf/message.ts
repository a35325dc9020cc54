/** Protobuf's scalar types, by how they stand on the wire. */
export const protoScalars = {
  int32: 0,
  int64: 0,
  uint32: 0,
  uint64: 0,
  sint32: 0,
  sint64: 0,
  bool: 0,
  fixed64: 1,
  sfixed64: 1,
  double: 1,
  string: 2,
  bytes: 2,
  fixed32: 5,
  sfixed32: 5,
  float: 5,
} as const;
export type ProtoScalar = keyof typeof protoScalars;
export type WireType = 0 | 1 | 2 | 3 | 5;

/** `closed`: a number without a name is not taken (proto2). */
export type ProtoEnum = { name: string; names: ReadonlyMap<bigint, string>; closed: boolean };
export type ProtoType =
  | { kind: 'scalar'; scalar: ProtoScalar }
  | { kind: 'enum'; enum: ProtoEnum }
  | { kind: 'message'; message: ProtoMessage; group: boolean };

export type ProtoField = {
  number: number;
  name: string;
  /** Its name in Protobuf's own JSON. */
  jsonName: string;
  /** `map`: repeated messages with a key (1) and a value (2). */
  label: 'one' | 'many' | 'map';
  required: boolean;
  type: ProtoType;
};
/** A message type with its names resolved: it may stand inside itself. */
export type ProtoMessage = { name: string; fields: ReadonlyMap<number, ProtoField> };

/** The messages of one file in their order, each with those inside it. */
export type ProtoEntry = { message: ProtoMessage; nested: readonly ProtoEntry[] };
export type ProtoFile = { messages: readonly ProtoEntry[] };

/** The message at these positions, from the outermost in; null when the file has none there. */
export function messageAt(file: ProtoFile, indexes: readonly number[]): ProtoMessage | null {
  let level: readonly ProtoEntry[] = file.messages;
  let found: ProtoEntry | undefined;
  for (const index of indexes) {
    found = level[index];
    if (!found) return null;
    level = found.nested;
  }
  return found?.message ?? null;
}

/** The message of this full name; null when the file has none. */
export function messageNamed(file: ProtoFile, name: string): ProtoMessage | null {
  const search = (level: readonly ProtoEntry[]): ProtoMessage | null => {
    for (const entry of level) {
      const found = entry.message.name === name ? entry.message : search(entry.nested);
      if (found) return found;
    }
    return null;
  };
  return search(file.messages);
}

export const wireTypeOf = (type: ProtoType): WireType => {
  if (type.kind === 'enum') return 0;
  if (type.kind === 'message') return type.group ? 3 : 2;
  return protoScalars[type.scalar];
};

/** In words, for somebody who knows Protobuf. */
export function describeProto(type: ProtoType): string {
  if (type.kind === 'scalar') return type.scalar;
  return type.kind === 'enum' ? `enum ${type.enum.name}` : `message ${type.message.name}`;
}
