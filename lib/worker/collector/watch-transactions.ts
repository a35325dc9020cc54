import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import { BrokerFailure } from '#lib/broker/port/failure.ts';
import { type HeldPartition, heldLongerThan, holdPartitions } from '#lib/domain/cluster/held.ts';
import { type HoldingTransaction, holdingTransactions } from '#lib/domain/cluster/holding-transactions.ts';
import type { ClusterPoll } from './poll-cluster.ts';

const heldAfterMs = 5_000;
const askEveryMs = 10_000;
/** Sooner when a partition is held that nobody was asked about. */
const askAgainMs = 3_000;
/** Partitions that are looked into at once; with more of them held, the longest held tell enough. */
const askedMax = 50;

/**
 * Names the transactions that hold partitions back. Free while none is held: brokers are asked only when a last stable offset has stood still
 * below its high watermark for some seconds, and then every 10 s at most while the same ones are held. null: they could not be asked.
 */
export function watchTransactions({
  transactions,
}: Pick<ClusterConnection, 'transactions'>): (
  poll: Pick<ClusterPoll, 'atMs' | 'ends'>,
  log: (message: string) => void,
) => Promise<readonly HoldingTransaction[] | null> {
  let held: ReadonlyMap<string, HeldPartition> = new Map();
  let found: readonly HoldingTransaction[] | null = [];
  let askedMs = Number.NEGATIVE_INFINITY;
  let asked: ReadonlySet<string> = new Set();

  return async ({ atMs, ends }, log) => {
    held = holdPartitions(held, readings(ends), atMs);
    const long = heldLongerThan(held, heldAfterMs, atMs)
      .sort((a, b) => a.sinceMs - b.sinceMs)
      .slice(0, askedMax);
    if (long.length === 0) {
      found = [];
      return found;
    }
    const news = long.some((each) => !asked.has(stand(each)));
    if (atMs - askedMs >= (news ? askAgainMs : askEveryMs)) {
      askedMs = atMs;
      asked = new Set(long.map(stand));
      try {
        const open = await transactions.listOpen();
        found = holdingTransactions(long, open, await transactions.producersOf(long), atMs);
      } catch (error) {
        if (!(error instanceof BrokerFailure)) throw error;
        log(`transactions that hold partitions back: ${error.message}`);
        found = null;
      }
    }
    return found && stillHeld(found, held);
  };
}

const stand = (each: { topic: string; partition: number; lastStable: bigint | string }) =>
  `${each.topic}/${each.partition}@${each.lastStable}`;

/** Between two questions: a transaction whose partitions have all moved on is over. */
function stillHeld(
  found: readonly HoldingTransaction[],
  held: ReadonlyMap<string, HeldPartition>,
): HoldingTransaction[] {
  const stands = new Map([...held.values()].map((each) => [stand(each), each]));
  return found.flatMap((holding) => {
    const partitions = holding.partitions.flatMap((each) => {
      const now = stands.get(stand(each));
      return now ? [{ ...each, behind: String(now.highWatermark - now.lastStable) }] : [];
    });
    return partitions.length > 0 ? [{ ...holding, partitions }] : [];
  });
}

function* readings(ends: ClusterPoll['ends']) {
  for (const [topic, ofTopic] of ends)
    for (const [partition, each] of ofTopic.entries())
      if (each) {
        const { lastStable, highWatermark } = each;
        yield [`${topic}/${partition}`, { topic, partition, lastStable, highWatermark }] as const;
      }
}
