import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clusterId, sha256Hex, topicId, topicName } from '#lib/domain/kernel/brand.ts';
import type { FrozenRecord } from '#lib/domain/replays/frozen-record.ts';
import { inSendingOrder, manifestRoot, sealChunks } from '#lib/domain/replays/manifest.ts';
import { LineSpool } from '#lib/store/line-spool.ts';
import type { StagedChunk } from '#lib/store/plan-staging.ts';
import { StagedLines } from './seal-staged.ts';

const hash = (text: string) => sha256Hex(createHash('sha256').update(text).digest('hex'));
const routes = { routing: 'murmur2', destinationPartitions: 5, divertedPartitions: 2 } as const;

const source = { clusterId: clusterId('c'), topicId: topicId('t'), topic: topicName('orders-"é".dlq') };

/** Of several topics and partitions, in no order, some without key or origin, some diverted. */
const record = (at: number): FrozenRecord => ({
  ...source,
  ...{ partition: at % 3, offset: BigInt(at), contentHash: hash(`content ${at}`) },
  ...{ keyHash: at % 4 ? hash(`key ${at}`) : null, keyPartition: at % 4 ? at % 5 : null },
  ...{
    lineageRoot: `orders-"é\u{1F600}"-${at}`,
    attempt: 1 + (at % 3),
    bytes: 100 + at,
    convention: 'spring-kafka',
  },
  originTimestampMs: at % 7 ? 1_700_000_000_000 + at : null,
  origin:
    at % 11
      ? {
          topic: topicName(at % 2 ? 'orders' : 'returns'),
          partition: at % 6,
          offset: BigInt((at * 7919) % 10_007),
        }
      : null,
  atMs: at,
  carried: '0'.repeat(32),
  ...(at % 13 === 0 && { divert: 'breaks_contract' as const }),
});

/** What every entry should be, by the rules of the domain and nothing of the code under test. */
function expected(records: readonly FrozenRecord[]) {
  const entries = records.map(({ atMs, keyPartition, carried, ...rest }) => ({
    ...rest,
    destinationPartition:
      (rest.divert ? keyPartition && keyPartition % 5 : keyPartition) ??
      (rest.origin ?? rest).partition % (rest.divert ? 2 : 5),
  }));
  return sealChunks(inSendingOrder(entries));
}

describe('the lines of a manifest in the making', () => {
  let spool: LineSpool;
  let chunks: StagedChunk[];
  beforeEach(async () => {
    spool = await LineSpool.open();
    chunks = [];
  });
  afterEach(() => spool.close());

  const sealed = async (records: readonly FrozenRecord[], firstBatch = 10) => {
    const staging = {
      spool,
      addChunk: async ({ lines: bytes, ...chunk }: StagedChunk) => {
        // Whoever packs it reads it while the next one is composed.
        const packing = new Promise<Uint8Array>((resolve) => setImmediate(() => resolve(Buffer.from(bytes))));
        chunks.push({ ...chunk, lines: await packing });
      },
    };
    const lines = new StagedLines(staging, source);
    for (const [at, each] of records.entries()) {
      lines.add(each);
      if (at % 300 === 0) await spool.settle();
    }
    return lines.seal(routes, firstBatch);
  };

  it('are those of the domain, chunk by chunk, with their roots', async () => {
    const records = Array.from({ length: 3500 }, (_, at) => record((at * 2741) % 3500));
    const { root } = await sealed(records);
    const wanted = expected(records);
    expect(chunks.map(({ lines, ...chunk }) => ({ ...chunk, body: Buffer.from(lines).toString() }))).toEqual(
      wanted,
    );
    expect(root).toBe(manifestRoot(wanted));
  });

  it('say how many entries the first batch has, with what is diverted among them', async () => {
    const records = Array.from({ length: 200 }, (_, at) => record(at));
    const { firstBatchEntries } = await sealed(records, 50);
    const entries = inSendingOrder(
      records.map(({ atMs, keyPartition, carried, ...rest }) => ({ ...rest, destinationPartition: 0 })),
    );
    const sentOn = (to: number) => entries.slice(0, to).filter(({ divert }) => !divert).length;
    expect(sentOn(firstBatchEntries)).toBe(50);
    expect(sentOn(firstBatchEntries - 1)).toBe(49);
  });

  it('of nothing are an empty manifest', async () => {
    expect(await sealed([])).toEqual({ root: manifestRoot([]), firstBatchEntries: 0 });
    expect(chunks).toEqual([]);
  });
});
