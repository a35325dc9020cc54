import { describe, expect, it } from 'vitest';
import type { ClusterGroups, CommittedOffset } from '../port/groups.ts';
import { type GroupsWorld, good } from './groups-world.ts';

const byPartition = (offsets: readonly CommittedOffset[]) =>
  new Map(offsets.map((each) => [each.partition, each.offset]));

/** The contract of ClusterGroups for offsets: every adapter passes it against a real broker. */
export function groupOffsetsContract(world: GroupsWorld): void {
  const only = async (topic: string, kind: Parameters<ClusterGroups['listOffsets']>[1], partition = 0) =>
    (await world.groups().listOffsets([{ topic, partition }], kind))[0];

  describe('offsets', () => {
    it('committed offsets of many groups in one go equal what another client reads', async () => {
      const topic = await world.createTopic(3);
      await world.produce(topic, 0, 10);
      const groupIds = Array.from({ length: 5 }, () => world.newGroupId());
      for (const [index, groupId] of groupIds.entries())
        await world.commit(groupId, topic, { 0: index, 2: 7 });
      const answers = await world.groups().fetchCommitted(groupIds);
      for (const groupId of groupIds) {
        const mine = byPartition(good(answers.get(groupId)));
        for (const [partition, offset] of await world.outside.committed(groupId, topic))
          expect(mine.get(partition) ?? null).toBe(offset);
      }
      expect(byPartition(good(answers.get(groupIds[4] ?? ''))).get(0)).toBe(4n);
    });

    it('a group that was never there has no offsets, which is not offset 0', async () => {
      const groupId = world.newGroupId();
      expect(good((await world.groups().fetchCommitted([groupId])).get(groupId))).toEqual([]);
      const stable = await world.groups().fetchCommitted([groupId], { requireStable: true });
      expect(good(stable.get(groupId))).toEqual([]);
    });

    it('earliest, high watermark and last stable offset, also with deleted records and an open transaction', async () => {
      const topic = await world.createTopic(1);
      await world.produce(topic, 0, 10);
      await world.deleteRecordsBefore(topic, 0, 4);
      expect(await only(topic, 'earliest')).toMatchObject({ offset: 4n, failure: null });
      expect(await only(topic, 'high_watermark')).toMatchObject({ offset: 10n, failure: null });
      const transaction = await world.openTransaction(topic, 3);
      expect(await only(topic, 'high_watermark')).toMatchObject({ offset: 13n });
      expect(await only(topic, 'last_stable')).toMatchObject({ offset: 10n });
      await transaction.end(true);
      // Kafka acknowledges the end of a transaction before its marker stands in the log.
      await expect
        .poll(async () => (await only(topic, 'last_stable'))?.offset, { timeout: 60_000 })
        .toBe(14n);
      const ends = await world.outside.ends(topic);
      expect(ends.get(0)).toEqual({ low: 4n, high: 14n });
    });

    it('the first record at or after a time; where there is none, null and no failure, which is not the end', async () => {
      const topic = await world.createTopic(3);
      const at = Date.now() - 60_000;
      await world.produce(topic, 0, 4, [at, at + 10, at + 10, at + 30]);
      await world.produce(topic, 1, 1, [at - 5]);
      const byTime = async (atMs: number) =>
        new Map(
          (
            await world.groups().offsetsAtTime(
              [0, 1, 2, 9].map((partition) => ({ topic, partition })),
              atMs,
            )
          ).map((each) => [each.partition, each.failure?.kind ?? each.offset]),
        );
      const answers = (...offsets: (bigint | null)[]) =>
        new Map<number, bigint | string | null>([...offsets.entries(), [9, 'unknown_topic']]);
      expect(await byTime(0)).toEqual(answers(0n, 0n, null));
      expect(await byTime(at)).toEqual(answers(0n, null, null));
      expect(await byTime(at + 1)).toEqual(answers(1n, null, null));
      expect(await byTime(at + 11)).toEqual(answers(3n, null, null));
      expect(await byTime(at + 31)).toEqual(answers(null, null, null));
      await world.deleteRecordsBefore(topic, 0, 2);
      expect(await byTime(at)).toEqual(answers(2n, null, null));
      expect(await only(topic, 'high_watermark')).toMatchObject({ offset: 4n });
    });

    it('a partition that is not there fails alone', async () => {
      const topic = await world.createTopic(1);
      const answers = await world.groups().listOffsets(
        [
          { topic, partition: 0 },
          { topic, partition: 9 },
          { topic: `${topic}-none`, partition: 0 },
        ],
        'high_watermark',
      );
      const kinds = new Map(
        answers.map((each) => [`${each.topic}/${each.partition}`, each.failure?.kind ?? null]),
      );
      expect(kinds).toEqual(
        new Map([
          [`${topic}/0`, null],
          [`${topic}/9`, 'unknown_topic'],
          [`${topic}-none/0`, 'unknown_topic'],
        ]),
      );
      expect(answers.filter((each) => each.failure).every((each) => each.offset === null)).toBe(true);
    });
  });
}
