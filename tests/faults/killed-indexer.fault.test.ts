import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { prepareVictim, type Victim } from '#fixtures/indexer-victim.ts';
import { testCluster, testPrefix } from '#fixtures/kafka.ts';
import { createKilledLog, type KilledLog } from '#fixtures/killed-log.ts';
import { connectCluster } from '#lib/broker/platformatic/connect.ts';
import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import { type IndexKillPoint, indexKillPoints } from '#lib/worker/indexer/kill-point.ts';
import { runIndexer } from '#lib/worker/indexer/run-indexer.ts';

type Row = { place: string; key: string | null; disposition: string | null; inLog: boolean };

const rowsSql = `
  SELECT d.partition || '-' || d."offset" AS place, d.key_text AS key, x.disposition, d."offset" >= c.log_start AS "inLog"
  FROM dead_letter d JOIN index_cursor c USING (cluster_id, topic_id, partition)
  LEFT JOIN dead_letter_disposition x USING (cluster_id, topic_id, partition, "offset")
  WHERE d.topic_id = $1 ORDER BY place`;
const cursorsSql = `
  SELECT partition, log_start::text AS "logStart", next_offset::text AS "nextOffset" FROM index_cursor WHERE topic_id = $1 ORDER BY 1`;

describe('kill -9 of the indexer', () => {
  const cluster: ClusterConnection = connectCluster(testCluster());
  let test: TestDatabase;
  let log: KilledLog;
  let sql: pg.Client;
  let next: Victim;
  beforeAll(async () => {
    next = prepareVictim();
    [test, log] = await Promise.all([createTestDatabase(), createKilledLog(testPrefix())]);
    sql = new pg.Client({ connectionString: test.ownerUrl });
    await sql.connect();
  });
  afterAll(async () => {
    await next.dismiss();
    await sql.end();
    await log.drop();
    await cluster.close();
    await test.drop();
  });

  /** Where the logs of the topic that stands there now begin and end. */
  const logsOf = async () => {
    const [info] = await cluster.admin.describeTopics([log.topic]);
    const places = [0, 1].map((partition) => ({ topic: log.topic, partition }));
    const starts = await cluster.groups.listOffsets(places, 'earliest');
    const ends = await cluster.groups.listOffsets(places, 'last_stable');
    const at = (of: typeof starts, partition: number) =>
      String(of.find((each) => each.partition === partition)?.offset);
    return {
      topicId: info?.topicId ?? '',
      cursors: [0, 1].map((partition) => ({
        partition,
        logStart: at(starts, partition),
        nextOffset: at(ends, partition),
      })),
    };
  };
  const indexOf = async (topicId: string) => ({
    cursors: (await sql.query(cursorsSql, [topicId])).rows,
    rows: (await sql.query<Row>(rowsSql, [topicId])).rows,
  });

  /** Another indexer goes on behind the dead one until it says that it has caught up. */
  const recover = async () => {
    const stop = new AbortController();
    const running = runIndexer(
      {
        cluster,
        database: test.database,
        config: { flows: [], deadLetters: { discover: [log.topic], topics: [] } },
        clock: () => new Date(),
        log: (message) => console.log(message), // shown when the test fails
        timings: { pollMs: 20, discoverMs: 200, pointersMs: 50 },
      },
      { signal: stop.signal },
    );
    const { topicId, cursors } = await logsOf();
    await expect
      .poll(async () => (await indexOf(topicId)).cursors, { timeout: 120_000, interval: 20 })
      .toEqual(cursors)
      .finally(() => stop.abort());
    await running;
    return indexOf(topicId);
  };

  const before: Partial<Record<IndexKillPoint, () => Promise<void>>> = {
    topics_described: () => log.recreate().then(log.grow),
    topics_noted: () => log.recreate().then(log.grow),
    move_begun: () => log.trim(),
    move_expired: () => log.trim(),
    move_saved: () => log.trim(),
    move_committed: () => log.trim(),
    fetched_ahead: () => log.growLarge(),
    pointers_judged: () => log.trimSource(),
    pointers_lost: () => log.trimSource(),
  };

  it(`at each of ${indexKillPoints.length} points: what goes on behind it has exactly the committed records of the log`, async () => {
    await log.grow();
    for (const point of indexKillPoints) {
      await (before[point] ?? log.grow)();
      const victim = next;
      const died = await victim.dieAt(point, { appUrl: test.appUrl, topic: log.topic });
      next = prepareVictim();
      expect(died).toMatchObject({ reached: point, signal: 'SIGKILL' });

      const { rows } = await recover();
      const inLog = rows.filter((row) => row.inLog);
      expect(inLog.map(({ place, key }) => `${place} ${key}`).sort(), point).toEqual(
        [...log.expected].map(([place, key]) => `${place} ${key}`).sort(),
      );
      const settled = new Set(rows.filter((row) => !row.inLog).map((row) => row.disposition));
      expect(
        [...settled].filter((each) => each !== 'expired' && each !== 'unrecoverable'),
        point,
      ).toEqual([]);
      expect(new Set(inLog.map((row) => row.disposition ?? 'open')), point).not.toContain('expired');
    }
  });
});
