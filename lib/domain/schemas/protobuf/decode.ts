import { ByteReader, lenientText } from '../byte-reader.ts';
import { Budget } from '../limits.ts';
import {
  describeProto,
  type ProtoField,
  type ProtoMessage,
  type ProtoScalar,
  type ProtoType,
  type WireType,
  wireTypeOf,
} from './message.ts';

export type ProtoDatum =
  | { kind: 'integer'; value: bigint }
  | { kind: 'boolean'; value: boolean }
  | { kind: 'float'; value: number }
  | { kind: 'double'; value: number }
  | { kind: 'string'; value: string; valid: boolean }
  | { kind: 'bytes'; value: Uint8Array }
  | { kind: 'symbol'; value: bigint }
  | ProtoMessageDatum;
export type ProtoMessageDatum = {
  kind: 'message';
  message: ProtoMessage;
  /** Only what stands on the wire, by number. */
  fields: Map<number, { field: ProtoField; values: ProtoDatum[] }>;
  /** Numbers that the message has no field for, or not one of this wire type, as far as the first few. */
  unknown: Set<number>;
};

const fieldMax = 2 ** 29 - 1;
const unknownKept = 100;

/** Whether bytes are UTF-8: a replacement character that was not there is none. */
const isUtf8 = (bytes: Uint8Array, text: string) => Buffer.compare(Buffer.from(text, 'utf8'), bytes) === 0;

class Decoder {
  private readonly budget = new Budget();
  private reader: ByteReader;
  constructor(bytes: Uint8Array) {
    this.reader = new ByteReader(bytes, this.budget);
  }

  /** Reads a part of the bytes to its end. */
  private inside<T>(bytes: Uint8Array, read: () => T): T {
    const outer = this.reader;
    this.reader = new ByteReader(bytes, this.budget);
    const value = read();
    this.reader = outer;
    return value;
  }

  private scalar(type: ProtoScalar): ProtoDatum {
    const { reader } = this;
    const fixed64 = (signed: boolean) =>
      reader.fixed(8, type, (view, at) =>
        signed ? view.getBigInt64(at, true) : view.getBigUint64(at, true),
      );
    const fixed32 = (signed: boolean) =>
      BigInt(
        reader.fixed(4, type, (view, at) => (signed ? view.getInt32(at, true) : view.getUint32(at, true))),
      );
    switch (type) {
      case 'int32':
        return { kind: 'integer', value: BigInt.asIntN(32, reader.varint(type)) };
      case 'int64':
        return { kind: 'integer', value: BigInt.asIntN(64, reader.varint(type)) };
      case 'uint32':
        return { kind: 'integer', value: BigInt.asUintN(32, reader.varint(type)) };
      case 'uint64':
        return { kind: 'integer', value: reader.varint(type) };
      case 'sint32':
        return { kind: 'integer', value: BigInt.asIntN(32, reader.zigzag(type)) };
      case 'sint64':
        return { kind: 'integer', value: reader.zigzag(type) };
      case 'bool':
        return { kind: 'boolean', value: reader.varint(type) !== 0n };
      case 'fixed64':
      case 'sfixed64':
        return { kind: 'integer', value: fixed64(type === 'sfixed64') };
      case 'fixed32':
      case 'sfixed32':
        return { kind: 'integer', value: fixed32(type === 'sfixed32') };
      case 'double':
        return { kind: 'double', value: reader.fixed(8, type, (view, at) => view.getFloat64(at, true)) };
      case 'float':
        return { kind: 'float', value: reader.fixed(4, type, (view, at) => view.getFloat32(at, true)) };
      case 'string':
      case 'bytes': {
        const bytes = reader.take(reader.varint(`the length of ${type}`), type);
        if (type === 'bytes') return { kind: 'bytes', value: bytes };
        const value = lenientText(bytes);
        return { kind: 'string', value, valid: isUtf8(bytes, value) };
      }
    }
  }

  private value(type: ProtoType, number: number): ProtoDatum {
    this.budget.take();
    if (type.kind === 'scalar') return this.scalar(type.scalar);
    if (type.kind === 'enum')
      return {
        kind: 'symbol',
        value: BigInt.asIntN(32, this.reader.varint(`enum ${type.enum.name}`)),
      };
    if (type.group) return this.message(type.message, number);
    const what = describeProto(type);
    const bytes = this.reader.take(this.reader.varint(`the length of ${what}`), what);
    return this.inside(bytes, () => this.message(type.message, null));
  }

  private skip(number: number, wire: number): void {
    const { reader } = this;
    if (wire === 0) reader.varint(`field ${number}`);
    else if (wire === 1) reader.take(8, `field ${number}`);
    else if (wire === 2) reader.take(reader.varint(`the length of field ${number}`), `field ${number}`);
    else if (wire === 5) reader.take(4, `field ${number}`);
    else if (wire === 3)
      this.budget.at(number, () => {
        for (let tag = this.tag(); !(tag.wire === 4 && tag.number === number); tag = this.tag())
          this.skip(tag.number, tag.wire);
      });
    else reader.refuse('a field', `the end of group ${number}, which had not begun`);
  }

  private tag(): { number: number; wire: number } {
    this.budget.take();
    const tag = this.reader.varint('the tag of a field');
    const [number, wire] = [tag >> 3n, Number(tag & 7n)];
    if (number === 0n || number > BigInt(fieldMax) || wire > 5)
      return this.reader.refuse('the tag of a field', 'a number that is none');
    return { number: Number(number), wire };
  }

  private packed(type: ProtoType, number: number): ProtoDatum[] {
    const bytes = this.reader.take(this.reader.varint('the length of a list'), 'a list');
    return this.inside(bytes, () => {
      const values: ProtoDatum[] = [];
      while (this.reader.left > 0) values.push(this.budget.at(values.length, () => this.value(type, number)));
      return values;
    });
  }

  private add(into: ProtoMessageDatum, field: ProtoField, read: () => ProtoDatum[]): void {
    const known = into.fields.get(field.number) ?? { field, values: [] };
    into.fields.set(field.number, known);
    const values = this.budget.at(field.name, read);
    for (const value of values) {
      const last = known.values.at(-1);
      if (field.label !== 'one' || last === undefined) known.values.push(value);
      else if (last.kind === 'message' && value.kind === 'message') merge(last, value);
      else known.values[0] = value; // of several the last one counts
    }
  }

  /** @param group the number of the group that ends it; null for one that ends with its bytes */
  message(message: ProtoMessage, group: number | null): ProtoMessageDatum {
    const datum: ProtoMessageDatum = { kind: 'message', message, fields: new Map(), unknown: new Set() };
    while (group !== null || this.reader.left > 0) {
      const { number, wire } = this.tag();
      if (wire === 4 && number === group) return datum;
      const field = message.fields.get(number);
      const wanted: WireType | null = field ? wireTypeOf(field.type) : null;
      if (field && wire === wanted) this.add(datum, field, () => [this.value(field.type, number)]);
      else if (field?.label === 'many' && wire === 2 && wanted !== 3)
        this.add(datum, field, () => this.packed(field.type, number));
      else {
        if (datum.unknown.size < unknownKept) datum.unknown.add(number);
        this.skip(number, wire);
      }
    }
    return datum;
  }
}

/** A message that stands twice where it may stand once: the second is added to the first. */
function merge(into: ProtoMessageDatum, more: ProtoMessageDatum): void {
  for (const [number, { field, values }] of more.fields) {
    const known = into.fields.get(number);
    const [first, second] = [known?.values[0], values[0]];
    if (!known || field.label !== 'one')
      into.fields.set(number, { field, values: [...(known?.values ?? []), ...values] });
    else if (first?.kind === 'message' && second?.kind === 'message') merge(first, second);
    else known.values = values;
  }
  for (const number of more.unknown) into.unknown.add(number);
}

/** All of these bytes as one message. @throws PayloadBroken, TooMuch */
export const decodeProtobuf = (bytes: Uint8Array, message: ProtoMessage): ProtoMessageDatum =>
  new Decoder(bytes).message(message, null);
