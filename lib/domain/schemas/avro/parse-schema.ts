import { SchemaBroken } from '../problem.ts';
import type { AvroField, AvroLogical, AvroPrimitive, AvroType } from './type.ts';

const depthMax = 100;
const typesMax = 20_000;
const primitives: readonly string[] = [
  'null',
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'bytes',
  'string',
] satisfies AvroPrimitive[];
const isPrimitive = (name: string): name is AvroPrimitive => primitives.includes(name);

type Json = Readonly<Record<string, unknown>>;
const isObject = (json: unknown): json is Json =>
  typeof json === 'object' && json !== null && !Array.isArray(json);
const textsOf = (json: unknown): string[] =>
  Array.isArray(json) ? json.filter((each) => typeof each === 'string') : [];
const wholeNumber = (json: unknown): number | null =>
  typeof json === 'number' && Number.isSafeInteger(json) && json >= 0 ? json : null;

/** Which primitives an annotation is for; on another it is ignored. */
const bases: Readonly<Record<Exclude<AvroLogical['name'], 'decimal'>, readonly string[]>> = {
  date: ['int'],
  'time-millis': ['int'],
  'time-micros': ['long'],
  'timestamp-millis': ['long'],
  'timestamp-micros': ['long'],
  'timestamp-nanos': ['long'],
  'local-timestamp-millis': ['long'],
  'local-timestamp-micros': ['long'],
  'local-timestamp-nanos': ['long'],
  duration: ['fixed'],
  uuid: ['string', 'fixed'],
};

function logicalOf(json: Json, base: AvroPrimitive | 'fixed', size: number | null): AvroLogical | null {
  const { logicalType } = json;
  if (logicalType === 'decimal' && (base === 'bytes' || base === 'fixed')) {
    const [precision, scale] = [wholeNumber(json.precision), wholeNumber(json.scale ?? 0)];
    return precision === null || precision === 0 || scale === null || scale > precision
      ? null
      : { name: 'decimal', precision, scale };
  }
  const name = (Object.keys(bases) as (keyof typeof bases)[]).find((each) => each === logicalType);
  if (name === undefined || !bases[name].includes(base)) return null;
  const wanted = name === 'duration' ? 12 : 16;
  return base === 'fixed' && size !== wanted ? null : { name };
}

class Parser {
  private readonly named = new Map<string, AvroType>();
  private types = 0;

  private nameOf(json: Json, space: string): { name: string; aliases: string[]; space: string } {
    const { name, namespace } = json;
    if (typeof name !== 'string' || name === '') throw new SchemaBroken(`a ${String(json.type)} has no name`);
    const own = name.includes('.')
      ? name.slice(0, name.lastIndexOf('.'))
      : typeof namespace === 'string'
        ? namespace
        : space;
    const full = (each: string) => (each.includes('.') || own === '' ? each : `${own}.${each}`);
    return { name: full(name), aliases: textsOf(json.aliases).map(full), space: own };
  }

  private define<T extends AvroType & { name: string }>(type: T): T {
    if (this.named.has(type.name)) throw new SchemaBroken(`${type.name} is defined twice`);
    this.named.set(type.name, type);
    return type;
  }

  private byName(name: string, space: string): AvroType {
    if (isPrimitive(name)) return { kind: name, logical: null };
    const found = (space === '' ? undefined : this.named.get(`${space}.${name}`)) ?? this.named.get(name);
    if (!found) throw new SchemaBroken(`it names ${name}, which is not defined before`);
    return found;
  }

  private record(json: Json, space: string, depth: number): AvroType {
    const { name, aliases, space: own } = this.nameOf(json, space);
    const fields: AvroField[] = [];
    const record = this.define({ kind: 'record', name, aliases, fields });
    if (!Array.isArray(json.fields)) throw new SchemaBroken(`the record ${name} has no fields`);
    for (const field of json.fields as unknown[]) {
      if (!isObject(field) || typeof field.name !== 'string')
        throw new SchemaBroken(`a field of ${name} has no name`);
      fields.push({
        name: field.name,
        aliases: textsOf(field.aliases),
        type: this.parse(field.type, own, depth + 1),
        hasDefault: Object.hasOwn(field, 'default'),
      });
    }
    return record;
  }

  parse(json: unknown, space = '', depth = 0): AvroType {
    this.types += 1;
    if (depth > depthMax || this.types > typesMax)
      throw new SchemaBroken(`it nests more than ${depthMax} deep or has more than ${typesMax} types`);
    if (typeof json === 'string') return this.byName(json, space);
    if (Array.isArray(json))
      return { kind: 'union', branches: json.map((branch) => this.parse(branch, space, depth + 1)) };
    if (!isObject(json)) throw new SchemaBroken('a type is neither a name, a list nor an object');
    const { type } = json;
    if (isObject(type) || Array.isArray(type)) return this.parse(type, space, depth + 1);
    if (typeof type !== 'string') throw new SchemaBroken('an object has no type');
    if (isPrimitive(type)) return { kind: type, logical: logicalOf(json, type, null) };
    switch (type) {
      case 'record':
      case 'error':
        return this.record(json, space, depth);
      case 'enum': {
        const { name, aliases } = this.nameOf(json, space);
        const symbols = textsOf(json.symbols);
        const fallback = typeof json.default === 'string' ? json.default : null;
        return this.define({ kind: 'enum', name, aliases, symbols, fallback });
      }
      case 'fixed': {
        const { name, aliases } = this.nameOf(json, space);
        const size = wholeNumber(json.size);
        if (size === null) throw new SchemaBroken(`the fixed ${name} has no size`);
        return this.define({ kind: 'fixed', name, aliases, size, logical: logicalOf(json, 'fixed', size) });
      }
      case 'array':
        return { kind: 'array', items: this.parse(json.items, space, depth + 1) };
      case 'map':
        return { kind: 'map', values: this.parse(json.values, space, depth + 1) };
      default:
        return this.byName(type, space);
    }
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A registry may hold a bare name of a primitive without its quotes.
    if (isPrimitive(text.trim())) return text.trim();
    throw new SchemaBroken('it is not JSON');
  }
}

/**
 * A schema of Avro 1.12 with its names resolved. Lenient where decoding does not need it (defaults, spelling of names), as the Java readers
 * of the wild are. @param references schemas whose names it may use, each before those that use it @throws SchemaBroken
 */
export function parseAvroSchema(text: string, references: readonly string[] = []): AvroType {
  const parser = new Parser();
  for (const reference of references) parser.parse(readJson(reference));
  return parser.parse(readJson(text));
}
