import type { RecordHeader } from '../kernel/record.ts';
import { conventionSpecs } from './convention-spec.ts';
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

/** Decoded by name where a convention (or the mapping) knows the name; else shown as text when it is text. Never throws. */
export function describeHeader(header: RecordHeader, mapping: DeclaredMapping | null): DescribedHeader {
  const name = headerName(header);
  if (header.value === null) return { name, decoded: null, type: 'null', rule: null };
  const specs = mapping ? [specOfMapping(mapping), ...conventionSpecs] : conventionSpecs;
  for (const spec of specs) {
    const field = spec.fields.find((each) => each.name === name);
    if (!field) continue;
    const value =
      decodeValue(header.value, field.as) ?? (spec.orDecimal ? decodeValue(header.value, 'decimal') : null);
    if (value) return { name, decoded: String(value.value), type: value.type, rule: spec.label };
    return { name, decoded: null, type: null, rule: `${spec.label}: not a value of its kind` };
  }
  const text = printableText(header.value);
  if (text === null) return { name, decoded: null, type: null, rule: null };
  return { name, decoded: text, type: 'UTF-8', rule: name.startsWith(sluicePrefix) ? 'Sluice' : null };
}
