import type { RecordHeader } from '../kernel/record.ts';
import type { ConventionSpec, FieldSpec, Meaning } from './convention-spec.ts';
import { type DecodedValue, decodeValue, lossyText, widthOf } from './header-encoding.ts';
import { recalledText } from './recalled-text.ts';

/** A header of a convention, where it stands in the record. */
export type Found = { field: FieldSpec; order: number; position: number };

/** Which headers are one failing consumer's: names and places alone say so. */
export type HopPlaces = {
  spec: ConventionSpec;
  found: ReadonlyMap<Meaning, readonly Found[]>;
  firstPosition: number;
  lastPosition: number;
};

/** What one failing consumer wrote: the record that it had read, and (per convention) its failure. */
export type Hop = HopPlaces & { headers: readonly RecordHeader[] };

export type HopCoordinate = {
  topic: string | null;
  partition: number | null;
  offset: bigint | null;
  atMs: number | null;
  group: string | null;
  /** How the coordinate was written: "int64 big-endian". */
  type: string;
};

export const headerName = (header: RecordHeader): string => lossyText(header.name);

function findHeaders(names: readonly string[], spec: ConventionSpec): Found[] {
  const byName = new Map(spec.fields.map((field, order) => [field.name, { field, order }]));
  const found: Found[] = [];
  names.forEach((name, position) => {
    const match = byName.get(name);
    if (match) found.push({ ...match, position });
  });
  return found;
}

const locates = (found: Found) => found.field.meaning === 'topic' || found.field.meaning === 'inputAddress';
const coordinateMeanings: readonly Meaning[] = ['topic', 'partition', 'offset'];

function toHop(spec: ConventionSpec, found: readonly Found[]): HopPlaces {
  const byMeaning = new Map<Meaning, Found[]>();
  for (const each of [...found].sort((a, b) => a.order - b.order)) {
    const sameMeaning = byMeaning.get(each.field.meaning);
    if (sameMeaning) sameMeaning.push(each);
    else byMeaning.set(each.field.meaning, [each]);
  }
  const positions = found.map((each) => each.position);
  return {
    spec,
    found: byMeaning,
    firstPosition: Math.min(...positions),
    lastPosition: Math.max(...positions),
  };
}

/**
 * Splits a convention's headers into hops, newest first. Sets are made from the newest end and never mixed: a set ends where a name comes
 * again, and, in a record with several hops, where a complete set would go back in the framework's order of writing (an optional header
 * of the older hop). Headers that the framework replaces go to the newest hop.
 */
export function splitHops(names: readonly string[], spec: ConventionSpec): HopPlaces[] {
  const all = findHeaders(names, spec);
  if (all.length === 0) return [];
  const fromNewest = spec.newest === 'last' ? [...all].reverse() : all;
  const severalHops = all.filter(locates).length > 1;
  const sets: Found[][] = [];
  const latest: Found[] = [];
  let current: Found[] = [];
  for (const each of fromNewest) {
    if (!each.field.perHop) {
      if (!latest.some((other) => other.field.name === each.field.name)) latest.push(each);
      continue;
    }
    const repeated = current.some((other) => other.field.name === each.field.name);
    const complete = coordinateMeanings.every((meaning) =>
      current.some((other) => other.field.meaning === meaning),
    );
    const orders = current.map((other) => other.order);
    const turnsBack =
      spec.newest === 'last' ? each.order > Math.min(...orders) : each.order < Math.max(...orders);
    if (repeated || (severalHops && complete && turnsBack)) {
      sets.push(current);
      current = [];
    }
    current.push(each);
  }
  if (current.length > 0) sets.push(current);
  const newest = [...(sets[0] ?? []), ...latest];
  return [newest, ...sets.slice(1)].map((set) => toHop(spec, set));
}

const bytesOf = (hop: Hop, found: Found): Uint8Array | null => hop.headers[found.position]?.value ?? null;

const encodingOf = (hop: Hop, found: Found) => {
  if (!hop.spec.orDecimal || widthOf(found.field.as) === null) return found.field.as;
  const numbers = [...hop.found.values()].flat().filter((each) => widthOf(each.field.as) !== null);
  const homeMade = numbers.some((each) => {
    const value = bytesOf(hop, each);
    return value !== null && value.length !== widthOf(each.field.as);
  });
  return homeMade ? 'decimal' : found.field.as;
};

/** What repeats from record to record where it is written as text. */
const namesOf: ReadonlySet<Meaning> = new Set([
  'topic',
  'inputAddress',
  'group',
  'exceptionClass',
  'keyExceptionClass',
  'causeClass',
] satisfies Meaning[]);

const typedValue = (hop: Hop, found: Found, bytes: Uint8Array): DecodedValue | null => {
  const encoding = encodingOf(hop, found);
  return encoding === 'text' && namesOf.has(found.field.meaning)
    ? { value: recalledText(bytes), type: 'UTF-8' }
    : decodeValue(bytes, encoding);
};

/** The decoded header of this meaning, with how it was written; null when it is missing, null or not decodable. */
export function decoded(hop: Hop, meaning: Meaning): { value: string | bigint; type: string } | null {
  const all = hop.found.get(meaning);
  if (!all) return null;
  for (const found of all) {
    const bytes = bytesOf(hop, found);
    const value = bytes === null ? null : typedValue(hop, found, bytes);
    if (value) return value;
  }
  return null;
}

export const textOf = (hop: Hop, meaning: Meaning): string | null => {
  const value = decoded(hop, meaning)?.value;
  return typeof value === 'string' ? value : null;
};

export const numberOf = (hop: Hop, meaning: Meaning): bigint | null => {
  const value = decoded(hop, meaning)?.value;
  return typeof value === 'bigint' ? value : null;
};

const int32Max = 2n ** 31n - 1n;
const int64Max = 2n ** 63n - 1n;
/** The end of the year 9999: what every date format can write. */
export const instantMaxMs = 253_402_300_799_999;
/** Kafka's longest topic name; group names have no limit of their own and get the same. */
const nameMax = 249;
const within = (value: bigint | null, max: bigint): number | null =>
  value === null || value < 0n || value > max ? null : Number(value);

/** MassTransit names its input by address: `…/kafka/<topic>` or `topic:<topic>`. */
function topicOfAddress(address: string | null): string | null {
  if (address === null) return null;
  const match = /(?:\/kafka\/|^topic:)([^/?#]+)/.exec(address.slice(0, 1000));
  return match?.[1] ?? null;
}

const nameOf = (name: string | null): string | null =>
  name === null || name === '' || name.length > nameMax ? null : name;

/** The record that this hop's consumer had read. What cannot be (a negative offset, an endless name) is unknown. */
export function coordinateOf(hop: Hop): HopCoordinate {
  const offset = decoded(hop, 'offset');
  const offsetValue = typeof offset?.value === 'bigint' ? offset.value : null;
  return {
    topic: nameOf(textOf(hop, 'topic')) ?? nameOf(topicOfAddress(textOf(hop, 'inputAddress'))),
    partition: within(numberOf(hop, 'partition'), int32Max),
    offset: offsetValue !== null && offsetValue >= 0n && offsetValue <= int64Max ? offsetValue : null,
    atMs: within(numberOf(hop, 'timestamp'), BigInt(instantMaxMs)),
    group: nameOf(textOf(hop, 'group')),
    type: offset?.type ?? 'UTF-8, without an offset',
  };
}

export const isComplete = (coordinate: HopCoordinate): boolean =>
  coordinate.topic !== null && coordinate.partition !== null && coordinate.offset !== null;

const derivedName =
  /(^|[._-])(dlq|dlt|dead[._-]?letters?|retry|error|errors|poison|quarantine)([._-]|\d|$)|-(retry|dlt|dlq)\b/i;
/** A topic that failures are written to, going by the names seen in the wild. */
const looksDerived = (hop: Hop) => derivedName.test(coordinateOf(hop).topic ?? '');

/**
 * Which of two conventions' newest hops wrote last. Those that append stand behind what was there, those that prepend before it; where
 * both fit, the one that had read a dead-letter or retry topic came later, and else the one that appended.
 */
function newerThan(a: Hop, b: Hop): boolean {
  if (a.spec.newest === b.spec.newest)
    return a.spec.newest === 'last' ? a.lastPosition > b.lastPosition : a.firstPosition < b.firstPosition;
  const prepender = a.spec.newest === 'first' ? a : b;
  const appender = prepender === a ? b : a;
  const bothFit = prepender.firstPosition < appender.firstPosition;
  const prependerIsNewer = bothFit && looksDerived(prepender) && !looksDerived(appender);
  return prependerIsNewer ? prepender === a : appender === a;
}

/** The hops of all conventions in one chain, newest first. */
export function orderHops(perConvention: readonly (readonly Hop[])[]): readonly Hop[] {
  if (perConvention.length === 1 && perConvention[0]) return perConvention[0];
  const queues = perConvention.filter((hops) => hops.length > 0).map((hops) => [...hops]);
  const chain: Hop[] = [];
  while (queues.length > 0) {
    let newest = 0;
    for (let index = 1; index < queues.length; index++) {
      const challenger = queues[index]?.[0];
      const holder = queues[newest]?.[0];
      if (challenger && holder && newerThan(challenger, holder)) newest = index;
    }
    const hop = queues[newest]?.shift();
    if (hop) chain.push(hop);
    if (queues[newest]?.length === 0) queues.splice(newest, 1);
  }
  return chain;
}
