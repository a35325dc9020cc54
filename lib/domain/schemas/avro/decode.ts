import { ByteReader, lenientText } from '../byte-reader.ts';
import { Budget } from '../limits.ts';
import type { AvroField, AvroLogical, AvroSimple, AvroType } from './type.ts';

/** A decoded value with the type that wrote it; of a union only the branch that was taken. */
export type AvroDatum = (
  | { kind: 'null' }
  | { kind: 'boolean'; value: boolean }
  | { kind: 'integer'; value: bigint; logical: AvroLogical | null }
  | { kind: 'float'; value: number }
  | { kind: 'double'; value: number }
  | { kind: 'bytes'; value: Uint8Array; logical: AvroLogical | null }
  | { kind: 'string'; value: string }
  | { kind: 'symbol'; value: string }
  | { kind: 'record'; fields: readonly { field: AvroField; datum: AvroDatum }[] }
  | { kind: 'array'; items: readonly AvroDatum[] }
  | { kind: 'map'; entries: readonly { key: string; datum: AvroDatum }[] }
) & { type: AvroType; branch?: true };

const int32 = 2n ** 31n;

class Decoder {
  private readonly budget = new Budget();
  private readonly reader: ByteReader;
  constructor(bytes: Uint8Array) {
    this.reader = new ByteReader(bytes, this.budget);
  }

  /** Blocks of an array or map: a count, negative if its bytes are counted too; 0 ends them. An item may take no byte: each is counted. */
  private blocks(what: string, item: (index: number) => void): void {
    for (let index = 0; ; ) {
      let count = this.reader.zigzag(`the count of ${what}`);
      if (count === 0n) return;
      if (count < 0n) {
        this.reader.zigzag(`the bytes of ${what}`);
        count = -count;
      }
      for (let left = count; left > 0n; left--) {
        item(index);
        index += 1;
      }
    }
  }

  private text(what: string): string {
    return lenientText(this.reader.take(this.reader.zigzag(`the length of ${what}`), what));
  }

  private simple(type: AvroSimple): AvroDatum {
    const { reader } = this;
    switch (type.kind) {
      case 'null':
        return { type, kind: 'null' };
      case 'boolean': {
        const byte = reader.take(1, 'a boolean')[0] ?? 0;
        if (byte > 1) reader.refuse('a boolean (0 or 1)', 'another byte');
        return { type, kind: 'boolean', value: byte === 1 };
      }
      case 'int':
      case 'long': {
        const value = reader.zigzag(type.kind === 'int' ? 'an int' : 'a long');
        if (type.kind === 'int' && (value < -int32 || value >= int32))
          reader.refuse('an int', 'a number of more than 32 bits');
        return { type, kind: 'integer', value, logical: type.logical };
      }
      case 'float': {
        const value = reader.fixed(4, 'a float', (view, at) => view.getFloat32(at, true));
        return { type, kind: 'float', value };
      }
      case 'double': {
        const value = reader.fixed(8, 'a double', (view, at) => view.getFloat64(at, true));
        return { type, kind: 'double', value };
      }
      case 'bytes': {
        const value = reader.take(reader.zigzag('the length of bytes'), 'bytes');
        return { type, kind: 'bytes', value, logical: type.logical };
      }
      case 'string':
        return { type, kind: 'string', value: this.text('a string') };
    }
  }

  decode(type: AvroType): AvroDatum {
    this.budget.take();
    const { reader } = this;
    switch (type.kind) {
      case 'union': {
        const index = reader.zigzag('the branch of a union');
        const branch = type.branches[Number(index)];
        if (branch === undefined)
          return reader.refuse(`one of ${type.branches.length} branches of a union`, `branch ${index}`);
        return { ...this.decode(branch), branch: true };
      }
      case 'record':
        return {
          type,
          kind: 'record',
          fields: type.fields.map((field) => ({
            field,
            datum: this.budget.at(field.name, () => this.decode(field.type)),
          })),
        };
      case 'array': {
        const items: AvroDatum[] = [];
        this.blocks('an array', (index) => items.push(this.budget.at(index, () => this.decode(type.items))));
        return { type, kind: 'array', items };
      }
      case 'map': {
        const entries: { key: string; datum: AvroDatum }[] = [];
        this.blocks('a map', () => {
          const key = this.text('a key');
          entries.push({ key, datum: this.budget.at(key, () => this.decode(type.values)) });
        });
        return { type, kind: 'map', entries };
      }
      case 'enum': {
        const index = reader.zigzag('a symbol of an enum');
        const symbol = type.symbols[Number(index)];
        if (symbol === undefined)
          return reader.refuse(`one of ${type.symbols.length} symbols of ${type.name}`, `symbol ${index}`);
        return { type, kind: 'symbol', value: symbol };
      }
      case 'fixed':
        return { type, kind: 'bytes', value: reader.take(type.size, type.name), logical: type.logical };
      default:
        return this.simple(type);
    }
  }

  end(): void {
    if (this.reader.left > 0) this.reader.refuse('the end of the value', `${this.reader.left} more bytes`);
  }
}

/** All of these bytes as one value of the type that wrote them. @throws PayloadBroken, TooMuch */
export function decodeAvro(bytes: Uint8Array, type: AvroType): AvroDatum {
  const decoder = new Decoder(bytes);
  const datum = decoder.decode(type);
  decoder.end();
  return datum;
}
