import type { RecordHeader } from '../kernel/record.ts';
import { type ConventionSpec, conventionSpecs, type FieldSpec } from './convention-spec.ts';
import { type DeclaredMapping, specOfMapping } from './declared-mapping.ts';
import { decodeValue, printableText } from './header-encoding.ts';
import { headerName } from './hops.ts';

/** A header with what its name says about its bytes; `rule` names who says so. */
export type DescribedHeader = {
  name: string;
  decoded: string | null;
  type: string | null;
  rule: string | null;
};

const sluicePrefix = 'sluice-';

type Says = { spec: ConventionSpec; field: FieldSpec };
/** The first convention that says what a name's bytes are. */
const saysOf: ReadonlyMap<string, Says> = new Map(
  [...conventionSpecs]
    .reverse()
    .flatMap((spec) => spec.fields.toReversed().map((field) => [field.name, { spec, field }] as const)),
);

function saysAbout(name: string, mapping: DeclaredMapping | null): Says | null {
  if (mapping) {
    const spec = specOfMapping(mapping);
    const field = spec.fields.find((each) => each.name === name);
    if (field) return { spec, field };
  }
  return saysOf.get(name) ?? null;
}

/** Decoded by name where a convention (or the mapping) knows the name; else shown as text when it is text. Never throws. */
export function describeHeader(header: RecordHeader, mapping: DeclaredMapping | null): DescribedHeader {
  const name = headerName(header);
  if (header.value === null) return { name, decoded: null, type: 'null', rule: null };
  const says = saysAbout(name, mapping);
  if (says) {
    const { spec, field } = says;
    const value =
      decodeValue(header.value, field.as) ?? (spec.orDecimal ? decodeValue(header.value, 'decimal') : null);
    if (value) return { name, decoded: String(value.value), type: value.type, rule: spec.label };
    return { name, decoded: null, type: null, rule: `${spec.label}: not a value of its kind` };
  }
  const text = printableText(header.value);
  if (text === null) return { name, decoded: null, type: null, rule: null };
  return { name, decoded: text, type: 'UTF-8', rule: name.startsWith(sluicePrefix) ? 'Sluice' : null };
}
