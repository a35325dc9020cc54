import type { Mismatch } from '../problem.ts';
import type { AvroDatum } from './decode.ts';
import {
  type AvroEnum,
  type AvroLogical,
  type AvroRecord,
  type AvroType,
  describeAvro,
  shortName,
} from './type.ts';

/** Avro's promotions: what a reader takes besides its own kind. */
const promotions: Readonly<Record<string, readonly string[]>> = {
  int: ['long', 'float', 'double'],
  long: ['float', 'double'],
  float: ['double'],
  string: ['bytes'],
  bytes: ['string'],
};

type Named = { name: string; aliases: readonly string[] };
const sameName = (writer: Named, reader: Named): boolean =>
  [reader.name, ...reader.aliases].some((name) => shortName(name) === shortName(writer.name));

const decimalOf = (type: AvroType): (AvroLogical & { name: 'decimal' }) | null =>
  'logical' in type && type.logical?.name === 'decimal' ? type.logical : null;
/** One number in two scales is two numbers. */
function sameDecimal(writer: AvroType, reader: AvroType): boolean {
  const [written, read] = [decimalOf(writer), decimalOf(reader)];
  return written === null || read === null || written.scale === read.scale;
}

/** Whether a branch of the reader's union is meant for what was written. */
function suits(writer: AvroType, reader: AvroType): boolean {
  if ('name' in writer && 'name' in reader) return writer.kind === reader.kind && sameName(writer, reader);
  return writer.kind === reader.kind;
}

class Resolver {
  private readonly path: (string | number)[] = [];

  private differs(expected: string, found: string): Mismatch {
    return { path: [...this.path], expected, found };
  }
  private within(step: string | number, look: () => Mismatch | null): Mismatch | null {
    this.path.push(step);
    const found = look();
    this.path.pop();
    return found;
  }

  private record(datum: AvroDatum & { kind: 'record' }, reader: AvroRecord): Mismatch | null {
    for (const field of reader.fields) {
      const names = [field.name, ...field.aliases];
      const written = datum.fields.find((each) => names.includes(each.field.name));
      if (written) {
        const found = this.within(written.field.name, () => this.resolve(written.datum, field.type));
        if (found) return found;
      } else if (!field.hasDefault)
        return this.within(field.name, () => this.differs(describeAvro(field.type), 'no such field'));
    }
    return null;
  }

  private symbol(datum: AvroDatum & { kind: 'symbol' }, reader: AvroEnum): Mismatch | null {
    const known = reader.symbols.includes(datum.value) || reader.fallback !== null;
    return known ? null : this.differs(describeAvro(reader), 'a symbol that is none of these');
  }

  private all(items: readonly { step: string | number; datum: AvroDatum }[], reader: AvroType) {
    for (const { step, datum } of items) {
      const found = this.within(step, () => this.resolve(datum, reader));
      if (found) return found;
    }
    return null;
  }

  private union(datum: AvroDatum, branches: readonly AvroType[], reader: AvroType): Mismatch | null {
    const { type } = datum;
    const branch =
      branches.find((each) => suits(type, each)) ??
      branches.find((each) => promotions[type.kind]?.includes(each.kind)) ??
      branches.find((each) => each.kind === 'record' && type.kind === 'record');
    return branch ? this.resolve(datum, branch) : this.differs(describeAvro(reader), describeAvro(type));
  }

  resolve(datum: AvroDatum, reader: AvroType): Mismatch | null {
    const { type } = datum;
    if (reader.kind === 'union') return this.union(datum, reader.branches, reader);
    if (datum.kind === 'record' && reader.kind === 'record') return this.record(datum, reader);
    if (datum.kind === 'array' && reader.kind === 'array')
      return this.all(
        datum.items.map((item, step) => ({ step, datum: item })),
        reader.items,
      );
    if (datum.kind === 'map' && reader.kind === 'map')
      return this.all(
        datum.entries.map((entry) => ({ step: entry.key, datum: entry.datum })),
        reader.values,
      );
    if (datum.kind === 'symbol' && reader.kind === 'enum' && type.kind === 'enum' && sameName(type, reader))
      return this.symbol(datum, reader);
    if (
      type.kind === 'fixed' &&
      reader.kind === 'fixed' &&
      type.size === reader.size &&
      sameName(type, reader)
    )
      return sameDecimal(type, reader) ? null : this.differs(describeAvro(reader), describeAvro(type));
    const named = 'name' in type || 'name' in reader;
    const taken = type.kind === reader.kind || promotions[type.kind]?.includes(reader.kind) === true;
    return !named && taken && sameDecimal(type, reader)
      ? null
      : this.differs(describeAvro(reader), describeAvro(type));
  }
}

/**
 * Whether a consumer that reads with `reader` takes what was written, by Avro's schema resolution, for this value: a branch, symbol or
 * missing field counts only if this value has it. Null when it fits, else the first place where it does not.
 */
export const resolveAvro = (datum: AvroDatum, reader: AvroType): Mismatch | null =>
  new Resolver().resolve(datum, reader);
