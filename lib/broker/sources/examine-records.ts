import { contentHash } from '#lib/domain/dead-letters/content-hash.ts';
import { sha256Hex, topicId } from '#lib/domain/kernel/brand.ts';
import { type LogRecord, recordBytes } from '#lib/domain/kernel/record.ts';
import { idempotencyKey } from '#lib/domain/replays/idempotency-key.ts';
import { partitionOfKey } from '#lib/domain/replays/routing.ts';
import type { ClusterReader } from '../port/reader.ts';
import { eachSource, type Missing, type Wanted } from './fetch-sources.ts';

/**
 * Records of one topic, by their exact places, and what a plan wants to know of each. In columns, since it goes from one process to another, a thousand
 * records at a time.
 */
export type ExamineRequest = {
  topicId: string;
  partitions: Int32Array;
  offsets: BigInt64Array;
  /** The hash of each as it was indexed, 64 digits, one behind the other. */
  hashes: string;
  /** About how large each is. */
  bytes: Int32Array;
  destinationPartitions: number;
  /** Of the quarantine; null where nothing is diverted. */
  divertedPartitions: number | null;
  /** Idempotency keys that are looked for, each once. */
  keySpecs: readonly string[];
  /** Idempotency keys whose values are wanted. */
  valuesOf: readonly string[];
};

/** About how much is read for a request. */
export const requestedBytes = ({ bytes }: Pick<ExamineRequest, 'bytes'>): number =>
  bytes.reduce((sum, each) => sum + each, 0);

/** What was found out, by the place in the request. Of a record that is not there as it was indexed, only `state` says something. */
export type Examined = {
  /** By its place in `examinedStates`. */
  state: Uint8Array;
  /** Of key, value and headers together. */
  bytes: Int32Array;
  /** 1 where it has no value. */
  tombstone: Uint8Array;
  /** Where its key goes at the destination, and in the quarantine; -1 without a key. */
  keyPartition: Int32Array;
  divertedKeyPartition: Int32Array;
  /** The beginning of the hash of key and value, `carriedDigits` of each, one behind the other. */
  carried: string;
  /** For each of `keySpecs`, 1 where the record has it. */
  keys: readonly Uint8Array[];
  /** For each of `valuesOf`; null where it can't be read. */
  values: readonly (readonly (string | null)[])[];
};

/** What nobody has said anything of is not there: the first is what a column begins with. */
export const examinedStates = [
  'expired',
  'content_changed',
  'unreadable',
  'as_indexed',
] as const satisfies readonly (Missing | 'as_indexed')[];
/** 16 bytes in hex. */
export const carriedDigits = 32;
const hashDigits = 64;
const noPartition = -1;

const keyPartitionOf = (key: Uint8Array | null, partitions: number | null): number =>
  key === null || partitions === null ? noPartition : partitionOfKey(key, partitions);

const wantedOf = ({ topicId: id, partitions, offsets, hashes, bytes }: ExamineRequest): Wanted[] =>
  Array.from(offsets, (offset, ordinal) => ({
    ...{ ordinal, topicId: topicId(id), offset },
    partition: partitions[ordinal] ?? 0,
    contentHash: sha256Hex(hashes.slice(ordinal * hashDigits, (ordinal + 1) * hashDigits)),
    bytes: bytes[ordinal] ?? 0,
  }));

/** Each idempotency key of a record, read from it once however often it is asked for. */
function keysReadOnce(record: LogRecord): (spec: string) => string | null {
  const known = new Map<string, string | null>();
  return (spec) => {
    const key = known.has(spec) ? (known.get(spec) ?? null) : idempotencyKey(spec, record);
    known.set(spec, key);
    return key;
  };
}

/**
 * Reads records (read_committed), compares each with the hash that the index has of it, and says what a plan wants to know of it; nothing else of
 * them is kept. @throws BrokerFailure
 */
export async function examineRecords(reader: ClusterReader, request: ExamineRequest): Promise<Examined> {
  const { keySpecs, valuesOf, destinationPartitions, divertedPartitions } = request;
  const count = request.offsets.length;
  const carried = Array.from({ length: count }, () => '0'.repeat(carriedDigits));
  const examined = {
    state: new Uint8Array(count),
    bytes: new Int32Array(count),
    tombstone: new Uint8Array(count),
    keyPartition: new Int32Array(count).fill(noPartition),
    divertedKeyPartition: new Int32Array(count).fill(noPartition),
    keys: keySpecs.map(() => new Uint8Array(count)),
    values: valuesOf.map(() => Array.from({ length: count }, (): string | null => null)),
  };
  await eachSource(reader, wantedOf(request), (at, source) => {
    examined.state[at] = examinedStates.indexOf('missing' in source ? source.missing : 'as_indexed');
    if ('missing' in source) return;
    const { record } = source;
    examined.bytes[at] = recordBytes(record);
    examined.tombstone[at] = record.value === null ? 1 : 0;
    examined.keyPartition[at] = keyPartitionOf(record.key, destinationPartitions);
    examined.divertedKeyPartition[at] = keyPartitionOf(record.key, divertedPartitions);
    carried[at] = contentHash({ key: record.key, value: record.value, headers: [] }).slice(0, carriedDigits);
    const keyOf = keysReadOnce(record);
    for (const [spec, seen] of examined.keys.entries())
      seen[at] = keyOf(keySpecs[spec] ?? '') === null ? 0 : 1;
    for (const [spec, values] of examined.values.entries()) values[at] = keyOf(valuesOf[spec] ?? '');
  });
  return { ...examined, carried: carried.join('') };
}
