import { EndTable } from '#lib/domain/lag/time-lag.ts';
import { ColumnReader, ColumnWriter } from './lag-columns.ts';
import type { PrismaScope } from './prisma.ts';
import type { RawScope } from './raw-scope.ts';

const version = 1;

/** Ends of the partitions of one topic, by partition number. */
export type TopicEnds = ReadonlyMap<number, EndTable>;

export function packEnds(tables: TopicEnds): Buffer {
  const writer = new ColumnWriter();
  writer.count(version);
  writer.count(tables.size);
  for (const [partition, table] of tables) {
    const runs = table.entries();
    writer.count(partition);
    writer.count(runs.length);
    writer.offsets(runs, (run) => run.end);
    writer.numbers(runs, (run) => run.fromMs);
    writer.numbers(runs, (run) => run.toMs);
  }
  return writer.bytes();
}

/** @throws RangeError for bytes that `packEnds` of this version did not write */
export function unpackEnds(bytes: Uint8Array): Map<number, EndTable> {
  const reader = new ColumnReader(bytes);
  const written = reader.count();
  if (written !== version) throw new RangeError(`Packed ends are of version ${written}.`);
  const tables = new Map<number, EndTable>();
  for (let left = reader.count(); left > 0; left--) {
    const partition = reader.count();
    const count = reader.count();
    const [ends, fromMs, toMs] = [reader.offsets(count), reader.numbers(count), reader.numbers(count)];
    const runs = ends.flatMap((end, at) => {
      const [from, to] = [fromMs[at], toMs[at]];
      return end === null || from == null || to == null ? [] : [{ end, fromMs: from, toMs: to }];
    });
    tables.set(partition, EndTable.of(runs));
  }
  return tables;
}

/** Writes when the ends of partitions were where. */
export const createLogEndWrites = (db: RawScope) => ({
  async saveEnds(
    cluster: string,
    topics: readonly { topicId: string; body: Buffer }[],
    asOf: Date,
  ): Promise<void> {
    for (const { topicId, body } of topics)
      await db.$executeRaw`
        INSERT INTO log_ends (cluster, topic_id, body, as_of) VALUES (${cluster}, ${topicId}, ${body}, ${asOf})
        ON CONFLICT (cluster, topic_id) DO UPDATE SET body = EXCLUDED.body, as_of = EXCLUDED.as_of
        WHERE log_ends.as_of <= EXCLUDED.as_of`;
  },
});

/** When the ends of partitions were where, by topic id: a recreated topic is another topic. */
export const createLogEndsStore = (db: PrismaScope) => ({
  async forgetEnds(cluster: string, topicIds: readonly string[]): Promise<void> {
    if (topicIds.length > 0)
      await db.logEnds.deleteMany({ where: { cluster, topicId: { in: [...topicIds] } } });
  },

  async readEnds(cluster: string): Promise<{ topicId: string; body: Uint8Array }[]> {
    return db.logEnds.findMany({ where: { cluster }, select: { topicId: true, body: true } });
  },
});
export type LogEndsStore = ReturnType<typeof createLogEndsStore>;
