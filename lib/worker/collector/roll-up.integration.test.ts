import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { partitionReading, storedGroup } from '#fixtures/lag.ts';
import { rollUp } from './roll-up.ts';
import { createHistoryWriter } from './sample-history.ts';
import { tellGroup } from './told-group.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const minute = 60_000;
/** A whole minute not long ago, so that its partitions are not past their time. */
const startMs = Math.floor((Date.now() - 3_600_000) / minute) * minute;
const at = (seconds: number) => new Date(startMs + seconds * 1_000);
let cluster = '';
beforeEach(() => {
  cluster = `c${Math.random().toString(36).slice(2)}`;
});

const group = (lags: readonly (bigint | null)[], groupId = 'g') =>
  storedGroup({
    cluster,
    groupId,
    partitions: lags.map((lagRecords, partition) =>
      partitionReading({
        partition,
        lagRecords,
        lagMsMethod: lagRecords === null ? null : 'interpolated',
        unreadSinceMs: lagRecords ? startMs - 1_000 : null,
      }),
    ),
  });
const history = () => test.database.stores.lag.history;
const series = (stepMs: number, from = at(0), to = at(600)) =>
  history().series(cluster, 'g', { from, to, stepMs });
const lags = async (stepMs: number) =>
  (await series(stepMs)).map(({ partition, points }) => [partition, points.map((each) => each.lagRecords)]);

async function write(...samples: [number, readonly (bigint | null)[]][]): Promise<void> {
  const begin = createHistoryWriter(test.database, cluster);
  for (const [seconds, partitions] of samples) {
    const sample = begin(at(seconds));
    sample.add(tellGroup(group(partitions)));
    await sample.write();
  }
}

describe('history of lag', () => {
  it('minutes hold the worst of their samples, each partition by itself; unknown leaves a gap', async () => {
    await write([0, [5n, 1n]], [30, [9n, 0n]], [60, [2n, null]], [180, [1n, 1n]]);
    expect(await rollUp(test.database, cluster, at(400))).toBe(6);
    const expected = [
      [null, [10n - 1n, 2n, 2n]],
      [0, [9n, 2n, 1n]],
      [1, [1n, 1n]],
    ];
    expect(await lags(minute)).toEqual(expected);
    const [total, first] = await series(minute);
    expect(total?.points.map((each) => each.at)).toEqual([at(0), at(60), at(180)]);
    expect(first?.points[0]?.lagMs).toBe(31_000);
  });

  it('goes on where it stood, does nothing twice, and reads the minutes not yet rolled up from the samples', async () => {
    await write([0, [5n]], [60, [6n]], [120, [7n]]);
    expect(await rollUp(test.database, cluster, at(66))).toBe(1);
    expect(await rollUp(test.database, cluster, at(66))).toBe(0);
    expect((await lags(minute))[0]).toEqual([null, [5n, 6n, 7n]]);
    expect(await rollUp(test.database, cluster, at(300))).toBe(3);
    expect((await lags(minute))[0]).toEqual([null, [5n, 6n, 7n]]);
    expect((await lags(30_000))[0]).toEqual([null, [5n, 6n, 7n]]);
  });

  it('a minute that is not over is left alone; a worker that stopped in the middle loses nothing', async () => {
    await write([0, [5n]], [50, [8n]]);
    expect(await rollUp(test.database, cluster, at(61))).toBe(0);
    expect(await history().rolledTo(cluster)).toBeNull();
    expect(await rollUp(test.database, cluster, at(70))).toBe(1);
    expect((await lags(minute))[0]).toEqual([null, [8n]]);
  });

  it('partitions that come and go change the layout, not the past', async () => {
    await write([0, [5n]], [10, [5n, 7n]], [20, [5n, 7n, 1n]]);
    await rollUp(test.database, cluster, at(120));
    expect(
      (await lags(10_000)).map(([partition, points]) => [partition, (points as bigint[]).length]),
    ).toEqual([
      [null, 3],
      [0, 3],
      [1, 2],
      [2, 1],
    ]);
    expect((await lags(minute))[0]).toEqual([null, [13n]]);
  });

  it('drops what is past its time and nothing else; the app itself can drop no table', async () => {
    const owner = new pg.Client({ connectionString: test.ownerUrl });
    const app = new pg.Client({ connectionString: test.appUrl });
    await Promise.all([owner.connect(), app.connect()]);
    try {
      const partitions = async () =>
        (
          await owner.query(
            "SELECT relname FROM pg_class JOIN pg_inherits ON inhrelid = oid WHERE relname LIKE 'lag_sample_%' AND relkind = 'r' ORDER BY 1",
          )
        ).rows.map((row) => row.relname as string);
      await history().makePartitions(new Date());
      const current = await partitions();
      const old = new Date(Date.now() - 28 * 3_600_000);
      await history().makePartitions(old);
      expect((await partitions()).length).toBeGreaterThan(current.length);
      expect(await history().dropExpired()).toBeGreaterThan(0);
      const left = await partitions();
      expect(left.filter((name) => name.startsWith('lag_sample_10s'))).toEqual(
        current.filter((name) => name.startsWith('lag_sample_10s')),
      );
      await expect(app.query(`DROP TABLE ${left[0]}`)).rejects.toThrow(/must be owner/);
      await expect(app.query("SELECT lag_partition('audit_event', now(), interval '1 day')")).rejects.toThrow(
        /no partitions are kept/,
      );
    } finally {
      await Promise.all([owner.end(), app.end()]);
    }
  });
});
