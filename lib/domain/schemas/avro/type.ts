export type AvroPrimitive = 'null' | 'boolean' | 'int' | 'long' | 'float' | 'double' | 'bytes' | 'string';

/** What a primitive stands for, where Avro's specification names it; any other annotation is ignored, as the specification asks. */
export type AvroLogical =
  | { name: 'decimal'; precision: number; scale: number }
  | {
      name:
        | 'date'
        | 'time-millis'
        | 'time-micros'
        | 'timestamp-millis'
        | 'timestamp-micros'
        | 'timestamp-nanos'
        | 'local-timestamp-millis'
        | 'local-timestamp-micros'
        | 'local-timestamp-nanos'
        | 'duration'
        | 'uuid';
    };

type Named = { name: string; aliases: readonly string[] };

export type AvroSimple = { kind: AvroPrimitive; logical: AvroLogical | null };
export type AvroFixed = Named & { kind: 'fixed'; size: number; logical: AvroLogical | null };
export type AvroEnum = Named & { kind: 'enum'; symbols: readonly string[]; fallback: string | null };
export type AvroRecord = Named & { kind: 'record'; fields: readonly AvroField[] };
export type AvroUnion = { kind: 'union'; branches: readonly AvroType[] };
export type AvroField = {
  name: string;
  aliases: readonly string[];
  type: AvroType;
  hasDefault: boolean;
};
/** A schema with its names resolved: a record may stand inside itself. */
export type AvroType =
  | AvroSimple
  | AvroFixed
  | AvroEnum
  | AvroRecord
  | AvroUnion
  | { kind: 'array'; items: AvroType }
  | { kind: 'map'; values: AvroType };

/** Without its namespace. */
export const shortName = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

const article = (noun: string) => `${/^[aeio]/.test(noun) ? 'an' : 'a'} ${noun}`;
const symbolsShown = 20;

/** In words, for somebody who knows Avro. */
export function describeAvro(type: AvroType): string {
  switch (type.kind) {
    case 'record':
      return `a record ${type.name}`;
    case 'enum':
      return `one of ${type.symbols.slice(0, symbolsShown).join(', ')}${type.symbols.length > symbolsShown ? ', …' : ''}`;
    case 'union':
      return type.branches.map(describeAvro).join(' or ');
    case 'array':
    case 'map':
      return article(type.kind);
    case 'null':
      return 'null';
    default: {
      const base = type.kind === 'fixed' ? `fixed(${type.size})` : type.kind;
      if (type.logical === null) return article(base);
      if (type.logical.name === 'decimal')
        return `a decimal(${type.logical.precision}, ${type.logical.scale})`;
      return `${article(type.logical.name)} (${base})`;
    }
  }
}
