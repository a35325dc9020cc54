import type { RecordHeader } from '../kernel/record.ts';
import { type ConventionSpec, conventionSpecs } from './convention-spec.ts';
import { type DeclaredMapping, specOfMapping } from './declared-mapping.ts';
import { headerColumn } from './header-column.ts';
import { type HopPlaces, headerName, splitHops } from './hops.ts';
import { sameBytes } from './recalled-text.ts';

/** What the names of a record's headers say, whatever stands in their values. */
export type HeaderLayout = {
  names: readonly string[];
  /** Of each convention that is recognised: its hops, newest first. */
  hops: readonly (readonly HopPlaces[])[];
  /** Where the last header of each name stands. */
  lastOf: ReadonlyMap<string, number>;
  /** Where those stand that no column of the index holds (header-column.ts). */
  withoutColumn: readonly number[];
};

const recognises = (spec: ConventionSpec, names: ReadonlySet<string>) =>
  spec.recognisedBy.some((set) => set.every((name) => names.has(name)));

function specsOf(names: readonly string[], mapping: DeclaredMapping | null): readonly ConventionSpec[] {
  const known = new Set(names);
  if (mapping) {
    const declared = specOfMapping(mapping);
    if (recognises(declared, known)) return [declared];
  }
  return conventionSpecs.filter((spec) => recognises(spec, known));
}

/** An operator's mapping goes before the known conventions. */
export function headerLayout(
  headers: readonly RecordHeader[],
  mapping: DeclaredMapping | null,
): HeaderLayout {
  const names = headers.map(headerName);
  return {
    names,
    hops: specsOf(names, mapping).map((spec) => splitHops(names, spec)),
    lastOf: new Map(names.map((name, position) => [name, position])),
    withoutColumn: [...names.keys()].filter((position) => headerColumn(names[position] ?? '') === null),
  };
}

type Known = { mapping: DeclaredMapping | null; names: readonly Uint8Array[]; layout: HeaderLayout };

/** A topic's dead letters have a few sets of names; larger sets than these are looked at anew each time. */
const layoutsMax = 16;
const headersMax = 64;
const nameBytesMax = 8192;
let known: Known[] = [];

function fits(each: Known, headers: readonly RecordHeader[], mapping: DeclaredMapping | null): boolean {
  if (each.mapping !== mapping || each.names.length !== headers.length) return false;
  for (let at = 0; at < headers.length; at++) {
    const [name, header] = [each.names[at], headers[at]];
    if (!name || !header || (name !== header.name && !sameBytes(name, header.name))) return false;
  }
  return true;
}

/** Just what `headerLayout` says, sooner when a record with the same names in the same order was among the last ones. */
export function recalledLayout(
  headers: readonly RecordHeader[],
  mapping: DeclaredMapping | null,
): HeaderLayout {
  const found = known.findIndex((each) => fits(each, headers, mapping));
  const hit = known[found];
  if (hit) {
    if (found > 0) known = [hit, ...known.filter((each) => each !== hit)];
    return hit.layout;
  }
  const layout = headerLayout(headers, mapping);
  const size = headers.reduce((sum, header) => sum + header.name.length, 0);
  if (headers.length <= headersMax && size <= nameBytesMax) {
    const names = headers.map((header) => new Uint8Array(header.name));
    known = [{ mapping, names, layout }, ...known.slice(0, layoutsMax - 1)];
  }
  return layout;
}
