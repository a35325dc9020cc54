import type { Convention } from '../dead-letters/convention.ts';
import type { ClusterId, Sha256, TopicId, TopicName } from '../kernel/brand.ts';
import { rootOfLines, rootOfRoots } from './merkle.ts';

/** Why a record goes to the quarantine instead of its destination; a closed list. */
export const divertReasons = ['breaks_contract', 'attempts_exhausted'] as const;
export type DivertReason = (typeof divertReasons)[number];

/** One record of a frozen set. `ordinal` is its place in the sending order of the whole replay, from 0. */
export type ManifestEntry = {
  ordinal: number;
  clusterId: ClusterId;
  topicId: TopicId;
  topic: TopicName;
  partition: number;
  offset: bigint;
  contentHash: Sha256;
  /** null for a record without a key. */
  keyHash: string | null;
  lineageRoot: string;
  /** Which attempt of its lineage root this sending would be, from 1; for a copy that nobody processes, how many there were. */
  attempt: number;
  /** In the destination; of a diverted entry, in the quarantine. */
  destinationPartition: number;
  /** Key, value and headers of the dead letter together. */
  bytes: number;
  /** Time of the original record, milliseconds since the epoch; null when no header says. */
  originTimestampMs: number | null;
  convention: Convention;
  /** The first record of it all; null when the headers don't say, and then its order can't be proven. */
  origin: { topic: TopicName; partition: number; offset: bigint } | null;
  /** Why it goes to the plan's quarantine instead (ADR 26); absent where it goes to the destination. */
  divert?: DivertReason;
};

/** A run of entries in sending order; `body` is their canonical lines, each ended by a line feed. */
export type SealedChunk = {
  index: number;
  firstOrdinal: number;
  records: number;
  root: Sha256;
  body: string;
};

export const entriesPerChunk = 1000;

/** What JSON leaves as it is. */
const plainText = /^[ !#-[\]-~]*$/;
export const isPlain = (text: string): boolean => plainText.test(text);
const quoted = (text: string): string => (isPlain(text) ? `"${text}"` : JSON.stringify(text));
const orNull = (value: number | null): string => (value === null ? 'null' : JSON.stringify(value));

const originOf = ({ origin }: Pick<ManifestEntry, 'origin'>): string =>
  origin === null
    ? 'null'
    : `{"topic":${quoted(origin.topic)},"partition":${origin.partition},"offset":"${origin.offset}"}`;

/** Of what all entries of a manifest are. */
export type ManifestSource = Pick<ManifestEntry, 'clusterId' | 'topicId' | 'topic'>;
let known: { of: ManifestSource; text: string } | null = null;
/** The beginning of a line behind its ordinal, up to the number of its partition: the same for every entry of a manifest, mostly. */
export function sourceOf({ clusterId, topicId, topic }: ManifestSource): string {
  const of = known?.of;
  if (known && of?.clusterId === clusterId && of.topicId === topicId && of.topic === topic) return known.text;
  const text = `,"clusterId":${quoted(clusterId)},"topicId":${quoted(topicId)},"topic":${quoted(topic)},"partition":`;
  known = { of: { clusterId, topicId, topic }, text };
  return text;
}

/** What a line has between its source and the number of the destination's partition, and what it has behind that: known before its ordinal and that number are. */
export const linePartsOf = (entry: Omit<ManifestEntry, 'ordinal' | 'destinationPartition'>) => ({
  before: `${entry.partition},"offset":"${entry.offset}","contentHash":${quoted(entry.contentHash)},"keyHash":${entry.keyHash === null ? 'null' : quoted(entry.keyHash)},"lineageRoot":${quoted(entry.lineageRoot)},"attempt":${entry.attempt},"destinationPartition":`,
  behind: `,"bytes":${entry.bytes},"originTimestampMs":${orNull(entry.originTimestampMs)},"convention":${quoted(entry.convention)},"origin":${originOf(entry)}${entry.divert === undefined ? '' : `,"divert":"${entry.divert}"`}}`,
});

/** With what every line begins, before its ordinal. */
export const lineStart = '{"ordinal":';

/**
 * The canonical line of an entry, without line feed: JSON with the keys in this order, `divert` only where it is diverted, offsets as decimal strings.
 * Its UTF-8 bytes are the Merkle leaf. It is written out, since there are a million of them.
 */
export function encodeEntry(entry: ManifestEntry): string {
  const { before, behind } = linePartsOf(entry);
  return `${lineStart}${entry.ordinal}${sourceOf(entry)}${before}${entry.destinationPartition}${behind}`;
}

type WireEntry = Omit<ManifestEntry, 'offset' | 'origin'> & {
  offset: string;
  origin: { topic: TopicName; partition: number; offset: string } | null;
};

function parseEntry(line: string): ManifestEntry {
  const wire = JSON.parse(line) as WireEntry;
  return {
    ...wire,
    offset: BigInt(wire.offset),
    origin: wire.origin && { ...wire.origin, offset: BigInt(wire.origin.offset) },
  };
}

/** @throws Error when the line is not exactly what `encodeEntry` would have written */
export function decodeEntry(line: string): ManifestEntry {
  const entry = parseEntry(line);
  if (encodeEntry(entry) !== line) throw new Error('A line of the manifest is not in its canonical form.');
  return entry;
}

export const decodeChunk = (body: string): ManifestEntry[] =>
  body
    .split('\n')
    .filter((line) => line !== '')
    .map(decodeEntry);

/** As `decodeChunk`, of a body whose root was found to be the sealed one: that covers every byte, so the form is not looked at again. */
export const decodeSealedChunk = (body: string): ManifestEntry[] =>
  body
    .split('\n')
    .filter((line) => line !== '')
    .map(parseEntry);

/** Root of one chunk, from its stored body: what a reader compares with the chunk's own root. */
export const chunkRoot = (body: string): Sha256 => rootOfLines(body);

export const manifestRoot = (chunks: readonly { root: string }[]): Sha256 =>
  rootOfRoots(chunks.map((chunk) => chunk.root));

/** One chunk; every one but the last has `entriesPerChunk` entries, whose ordinals go on from the chunk before. */
function sealChunk(index: number, entries: readonly ManifestEntry[]): SealedChunk {
  let body = '';
  for (const entry of entries) body += `${encodeEntry(entry)}\n`;
  return {
    index,
    firstOrdinal: index * entriesPerChunk,
    records: entries.length,
    root: chunkRoot(body),
    body,
  };
}

/** Cuts entries that are already in sending order (ordinals 0 to n-1) into chunks. */
export function sealChunks(entries: readonly ManifestEntry[]): SealedChunk[] {
  const chunks: SealedChunk[] = [];
  for (let first = 0; first < entries.length; first += entriesPerChunk)
    chunks.push(sealChunk(chunks.length, entries.slice(first, first + entriesPerChunk)));
  return chunks;
}

const compare = <T extends bigint | number>(a: T, b: T) => (a < b ? -1 : a > b ? 1 : 0);
/** As their UTF-8 bytes compare, which is how a database in collation "C" orders them; an origin's topic is whatever a header said. */
const compareText = (a: string, b: string) => (a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b)));

/**
 * Sending order: by origin (topic, partition, offset), so that within each destination partition the order of the origin
 * holds; a record without origin stands where its own coordinate would.
 */
export function compareSendingOrder(
  a: Pick<ManifestEntry, 'topic' | 'partition' | 'offset' | 'origin'>,
  b: Pick<ManifestEntry, 'topic' | 'partition' | 'offset' | 'origin'>,
): number {
  const left = a.origin ?? a;
  const right = b.origin ?? b;
  return (
    compareText(left.topic, right.topic) ||
    compare(left.partition, right.partition) ||
    compare(left.offset, right.offset) ||
    compareText(a.topic, b.topic) ||
    compare(a.partition, b.partition) ||
    compare(a.offset, b.offset)
  );
}

/** Puts entries into sending order and numbers them. */
export const inSendingOrder = (entries: readonly Omit<ManifestEntry, 'ordinal'>[]): ManifestEntry[] =>
  [...entries].sort(compareSendingOrder).map((entry, ordinal) => ({ ordinal, ...entry }));
