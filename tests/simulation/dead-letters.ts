import { createHash } from 'node:crypto';
import { contentHash } from '#lib/domain/dead-letters/content-hash.ts';
import { clusterId, sha256Hex, topicId, topicName } from '#lib/domain/kernel/brand.ts';
import type { LogRecord } from '#lib/domain/kernel/record.ts';
import {
  type ManifestEntry,
  manifestRoot,
  type SealedChunk,
  sealChunks,
} from '#lib/domain/replays/manifest.ts';

export const sourceTopic = 'orders.dlq';
export const sourceTopicId = 'id-orders.dlq';
export const destinationTopic = 'orders.retry';
export const destinationTopicId = 'id-orders.retry';
/** Declared by some worlds: what came back is drafted for it, and some entries are diverted into it. */
export const quarantineTopic = 'orders.quarantine';
export const quarantineTopicId = 'id-orders.quarantine';
export const quarantinePartitions = 2;
export const targetGroup = 'orders-service';
export const perReplay = 40;
export const maxMessageBytes = 4000;

const encoder = new TextEncoder();
const keys = 7;
/** One record of each replay's range is larger than the destination takes. */
const tooLarge = 9;

const recordAt = (n: number): LogRecord => ({
  partition: 0,
  offset: BigInt(n),
  timestampMs: 1_700_000_000_000 + n,
  timestampType: 'create',
  key: encoder.encode(`order-${n % keys}`),
  value: encoder.encode(
    JSON.stringify({ n, fill: n % perReplay === tooLarge ? 'x'.repeat(maxMessageBytes) : '' }),
  ),
  headers: [{ name: encoder.encode('x-app'), value: encoder.encode('kept') }],
});

/** The dead letters of two replays, as their topic holds them. */
export const deadLetters: readonly LogRecord[] = Array.from({ length: 2 * perReplay }, (_, n) => recordAt(n));

const hashOf = (bytes: Uint8Array | null) => bytes && createHash('sha256').update(bytes).digest('hex');

const hashes = deadLetters.map((record) => ({ content: contentHash(record), key: hashOf(record.key) }));

export type SimulatedManifest = {
  entries: readonly ManifestEntry[];
  chunks: readonly SealedChunk[];
  root: ReturnType<typeof manifestRoot>;
};

/** Where some are diverted, one in five is. */
const isDiverted = (n: number) => n % 5 === 2;

function freeze(first: number, records: number, partitions: number, diverts: boolean): SimulatedManifest {
  const entries = Array.from({ length: records }, (_, ordinal): ManifestEntry => {
    const n = first + ordinal;
    const diverted = diverts && isDiverted(n);
    return {
      ordinal,
      clusterId: clusterId('cluster'),
      topicId: topicId(sourceTopicId),
      topic: topicName(sourceTopic),
      partition: 0,
      offset: BigInt(n),
      contentHash: hashes[n]?.content ?? sha256Hex(''),
      keyHash: hashes[n]?.key ?? null,
      lineageRoot: `orders-0-${n}`,
      attempt: 1,
      destinationPartition: (n % keys) % (diverted ? quarantinePartitions : partitions),
      bytes: 120,
      originTimestampMs: 1_700_000_000_000 + n,
      convention: 'spring-kafka',
      origin: null,
      ...(diverted && { divert: 'breaks_contract' }),
    };
  });
  const chunks = sealChunks(entries);
  return { entries, chunks, root: manifestRoot(chunks) };
}

const frozen = new Map<string, SimulatedManifest>();

/** Freezing is not what is simulated: each size is frozen once and shared by every seed. */
export function manifestOf(
  first: number,
  records: number,
  partitions: number,
  diverts: boolean,
): SimulatedManifest {
  const name = `${first}/${records}/${partitions}/${diverts}`;
  const known = frozen.get(name) ?? freeze(first, records, partitions, diverts);
  frozen.set(name, known);
  return known;
}
