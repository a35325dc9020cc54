import { agoText, countedText, type PartitionPlace, placeText } from './finding.ts';
import type { HeldPartition } from './held.ts';

type KnownTransaction = {
  transactionalId: string;
  producerId: bigint;
  startedMs: number | null;
  timeoutMs: number;
  partitions: readonly PartitionPlace[];
};
type KnownProducers = PartitionPlace & {
  producers: readonly { producerId: bigint; transactionStartOffset: bigint | null }[] | null;
};

/** A transaction that holds back the last stable offset of these partitions. */
export type HoldingTransaction = {
  producerId: string;
  /** null when no coordinator knows it. */
  transactionalId: string | null;
  /** `hanging` (KIP-664): no coordinator knows it, or it is open past its own time-out. Nothing ends it by itself. */
  verdict: 'open' | 'hanging';
  openSinceMs: number;
  /** When its coordinator aborts it at the latest; null when it never will. */
  endsByMs: number | null;
  partitions: readonly { topic: string; partition: number; lastStable: string; behind: string }[];
};

/** The coordinator looks for expired transactions every 10 s, and then has to write the markers. */
const slackMs = 30_000;

/**
 * Who holds the partitions. The one whose transaction starts at the last stable offset: the partition was held from before `open` was asked
 * until `producers` were, so a coordinator that knew it must have listed it.
 */
export function holdingTransactions(
  held: readonly HeldPartition[],
  open: readonly KnownTransaction[],
  producers: readonly KnownProducers[],
  atMs: number,
): HoldingTransaction[] {
  const found = new Map<string, HoldingTransaction>();
  for (const partition of held) {
    const answer = producers.find(
      (each) => each.topic === partition.topic && each.partition === partition.partition,
    );
    const holder = answer?.producers?.find((each) => each.transactionStartOffset === partition.lastStable);
    if (!holder) continue;
    const transaction = open.find(
      (each) =>
        each.producerId === holder.producerId &&
        each.partitions.some(
          (place) => place.topic === partition.topic && place.partition === partition.partition,
        ),
    );
    const key = `${holder.producerId} ${transaction?.transactionalId ?? ''}`;
    const { topic, lastStable, highWatermark } = partition;
    const here = {
      topic,
      partition: partition.partition,
      lastStable: String(lastStable),
      behind: String(highWatermark - lastStable),
    };
    const known = found.get(key) ?? newHolding(String(holder.producerId), transaction, partition, atMs);
    found.set(key, {
      ...known,
      openSinceMs: transaction ? known.openSinceMs : Math.min(known.openSinceMs, partition.sinceMs),
      partitions: [...known.partitions, here],
    });
  }
  return [...found.values()].sort(
    (a, b) => Number(a.verdict === 'open') - Number(b.verdict === 'open') || a.openSinceMs - b.openSinceMs,
  );
}

function newHolding(
  producerId: string,
  transaction: KnownTransaction | undefined,
  { sinceMs }: HeldPartition,
  atMs: number,
): HoldingTransaction {
  const openSinceMs = transaction?.startedMs ?? sinceMs;
  const endsByMs = transaction ? openSinceMs + transaction.timeoutMs : null;
  const hanging = endsByMs === null || atMs > endsByMs + slackMs;
  return {
    producerId,
    transactionalId: transaction?.transactionalId ?? null,
    verdict: hanging ? 'hanging' : 'open',
    openSinceMs,
    endsByMs,
    partitions: [],
  };
}

/** What it is, where it holds whom, and what ends it. */
export function holdingSentence(holding: HoldingTransaction, atMs: number): string {
  const { transactionalId, producerId, partitions, endsByMs } = holding;
  const [first, ...others] = partitions;
  if (!first) return `A transaction of producer ${producerId} is open.`;
  const behind = partitions.reduce((sum, each) => sum + BigInt(each.behind), 0n);
  const openMs = atMs - holding.openSinceMs;
  const name = transactionalId === null ? 'A transaction' : `Transaction ${transactionalId}`;
  const more = others.length > 0 ? ` and ${countedText(others.length, 'more partition')}` : '';
  const at = `${placeText(first)} at ${BigInt(first.lastStable).toLocaleString('en-US')}${more}`;
  const what = `${name} (producer ${producerId}) open for ${transactionalId === null ? 'at least ' : ''}${agoText(openMs)} holds back ${at}`;
  const wait = `read_committed consumers wait there; ${countedText(behind, 'record')} behind it`;
  return `${what}: ${wait}. ${endText(first, transactionalId, holding.verdict, endsByMs === null ? null : endsByMs - atMs)}`;
}

function endText(
  { topic, partition, lastStable }: HoldingTransaction['partitions'][number],
  transactionalId: string | null,
  verdict: HoldingTransaction['verdict'],
  endsInMs: number | null,
): string {
  const abort = `kafka-transactions.sh abort --topic ${topic} --partition ${partition} --start-offset ${lastStable}`;
  if (transactionalId === null)
    return `No coordinator knows it, so nothing ends it by itself; to abort it: ${abort}.`;
  if (verdict === 'hanging')
    return `It is past its time-out, and its coordinator has not ended it; to abort it: ${abort}.`;
  return `Its coordinator aborts it in ${agoText(Math.max(0, endsInMs ?? 0))} unless its producer ends it.`;
}
