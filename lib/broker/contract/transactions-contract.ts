import { describe, expect, it } from 'vitest';
import type { ClusterTransactions } from '../port/transactions.ts';

/** What the suite needs from outside: a real broker, on which another program makes transactions. */
export type TransactionsWorld = {
  transactions: () => ClusterTransactions;
  createTopic(partitions: number): Promise<string>;
  /** One transaction that has written `count` records to partition 1, left open until `end`. */
  open(
    topic: string,
    count: number,
  ): Promise<{ transactionalId: string; end(commit: boolean): Promise<void> }>;
};

/** The contract of ClusterTransactions: every adapter passes it against a real broker. */
export function transactionsContract(world: TransactionsWorld): void {
  describe('transactions', () => {
    it('an open one is told with its producer, time and partitions, and is gone once it ends', async () => {
      const topic = await world.createTopic(2);
      const before = Date.now();
      const { transactionalId, end } = await world.open(topic, 3);
      const of = async () =>
        (await world.transactions().listOpen()).find((each) => each.transactionalId === transactionalId);
      const open = await of();
      expect(open).toMatchObject({
        state: 'Ongoing',
        producerId: expect.any(BigInt),
        producerEpoch: expect.any(Number),
        partitions: [{ topic, partition: 1 }],
      });
      expect(open?.startedMs).toBeGreaterThan(before - 2_000);
      expect(open?.startedMs).toBeLessThan(Date.now() + 2_000);
      expect(open?.timeoutMs).toBeGreaterThan(0);

      const [quiet, held] = await world.transactions().producersOf([
        { topic, partition: 0 },
        { topic, partition: 1 },
      ]);
      expect(quiet).toEqual({ topic, partition: 0, producers: [], failure: null });
      expect(held?.producers).toEqual([
        expect.objectContaining({ producerId: open?.producerId, transactionStartOffset: 0n }),
      ]);
      expect(held?.producers?.[0]?.lastTimestampMs).toBeGreaterThan(before - 2_000);

      await end(true);
      await expect.poll(of, { timeout: 60_000 }).toBeUndefined();
      const [, after] = await world.transactions().producersOf([
        { topic, partition: 0 },
        { topic, partition: 1 },
      ]);
      expect(after?.producers?.[0]).toMatchObject({
        producerId: open?.producerId,
        transactionStartOffset: null,
        coordinatorEpoch: expect.any(Number),
      });
    });

    it('a partition that cannot be asked fails alone', async () => {
      const topic = await world.createTopic(1);
      const answers = await world.transactions().producersOf([
        { topic, partition: 0 },
        { topic, partition: 7 },
        { topic: `${topic}-none`, partition: 0 },
      ]);
      expect(answers.map((each) => each.failure?.kind ?? null)).toEqual([
        null,
        'unknown_topic',
        'unknown_topic',
      ]);
      expect(answers.map((each) => each.producers)).toEqual([[], null, null]);
    });
  });
}
