import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { touchingRows } from '#fixtures/rows-touched.ts';
import { createDispositionStore, type DispositionStore, type LetterPlace } from './dispositions.ts';

const cluster = 'cluster-1';
const at = new Date('2026-03-01T03:00:00.000Z');
const held = { disposition: 'in_replay', replayId: 'r-1', reason: null, by: 'ana', at } as const;
const later = { by: 'sluice', at: new Date('2026-03-01T03:01:00.000Z') };
const sent = { disposition: 'replayed', replayId: 'r-1', reason: null, ...later } as const;

const letter = (topicId: string, partition: number, offset: bigint): LetterPlace => ({
  ...{ topicId, partition, offset },
});
const all = ['one', 'an "other"'].flatMap((topicId) =>
  [0, 1, 7].flatMap((partition) => [0n, 1n, 2n, 40n].map((offset) => letter(topicId, partition, offset))),
);
const named = ({ topicId, partition, offset }: LetterPlace) => `${topicId}-${partition}@${offset}`;
const isChosen = ({ partition, offset }: LetterPlace) => partition !== 1 && offset !== 1n;

describe('dispositions', () => {
  let test: TestDatabase;
  let owner: pg.Client;
  let dispositions: DispositionStore;
  beforeAll(async () => {
    test = await createTestDatabase();
    owner = new pg.Client({ connectionString: test.ownerUrl });
    await owner.connect();
    dispositions = test.database.stores.dispositions;
  });
  afterAll(async () => {
    await owner.end();
    await test.drop();
  });
  beforeEach(async () => {
    await owner.query('DELETE FROM dead_letter_disposition');
    await dispositions.set(cluster, all, held);
    await dispositions.set('cluster-2', all, held);
  });

  const decided = async (clusterId = cluster) => {
    const { rows } = await owner.query(
      'SELECT topic_id AS "topicId", partition, "offset", disposition FROM dead_letter_disposition WHERE cluster_id = $1',
      [clusterId],
    );
    return new Map(rows.map((row) => [named(row), row.disposition as string]));
  };
  const expected = (of: (each: LetterPlace) => string | null) =>
    new Map(
      all.flatMap((each) => {
        const disposition = of(each);
        return disposition === null ? [] : [[named(each), disposition] as const];
      }),
    );
  const changes = async () =>
    Number((await owner.query('SELECT count(*) AS n FROM dead_letter_change')).rows[0]?.n);

  it('are changed for the letters that are named and no other, over topics and partitions', async () => {
    await dispositions.setHeld(cluster, all.filter(isChosen), sent);
    expect(await decided()).toEqual(expected((each) => (isChosen(each) ? 'replayed' : 'in_replay')));
    expect(new Set((await decided('cluster-2')).values())).toEqual(new Set(['in_replay']));
  });

  it('that somebody has decided on since stay as they are', async () => {
    const [dismissed, elsewhere, ...others] = all;
    if (!dismissed || !elsewhere) throw new Error('There are letters.');
    await dispositions.set(cluster, [dismissed], { ...held, disposition: 'dismissed' });
    await dispositions.set(cluster, [elsewhere], { ...held, replayId: 'r-2' });
    await dispositions.setHeld(cluster, all, sent);
    expect(await decided()).toEqual(
      expected((each) => (each === dismissed ? 'dismissed' : each === elsewhere ? 'in_replay' : 'replayed')),
    );
    await dispositions.set(cluster, others.slice(0, 3), { ...sent, disposition: 'consumed_past' });
    await dispositions.takeBack(cluster, all, { replayId: 'r-1', ...later });
    expect([...(await decided()).values()]).not.toContain('consumed_past');
    expect((await decided()).get(named(dismissed))).toBe('dismissed');
  });

  it('are taken away for the letters that are named, or those of them that are held', async () => {
    const [first] = all;
    if (!first) throw new Error('There are letters.');
    await dispositions.set(cluster, [first], sent);
    await dispositions.reopenHeld(cluster, all.filter(isChosen), 'r-1');
    expect(await decided()).toEqual(
      expected((each) => (each === first ? 'replayed' : isChosen(each) ? null : 'in_replay')),
    );
    await dispositions.reopen(cluster, all);
    expect(await decided()).toEqual(new Map());
    expect((await decided('cluster-2')).size).toBe(all.length);
  });

  it('are found by the primary key however many there are and whatever the planner knows of them', async () => {
    await owner.query(
      `INSERT INTO dead_letter_disposition (cluster_id, topic_id, partition, "offset", disposition, replay_id, by, at)
       SELECT $1, 'many', 0, n, 'in_replay', 'r-1', 'ana', now() FROM generate_series(0, 59999) n`,
      [cluster],
    );
    await owner.query('ANALYZE dead_letter_disposition');
    const letters = Array.from({ length: 6_000 }, (_, n) => letter('many', 0, BigInt(n)));
    const touched = await touchingRows(test.appUrl, ['dead_letter_disposition'], (scope) =>
      createDispositionStore(scope).setHeld(cluster, letters, sent),
    );
    expect(touched.updated).toBe(6_000);
    expect(touched.read).toBe(6_000);
  });

  it('tell whoever watches that something was decided, and nothing where nothing was', async () => {
    const before = await changes();
    await dispositions.setHeld(cluster, all, sent);
    expect(await changes()).toBe(before + 1);
    await dispositions.setHeld(cluster, all, sent);
    await dispositions.reopenHeld(cluster, all, 'r-1');
    expect(await changes()).toBe(before + 1);
    await dispositions.reopen(cluster, all);
    expect(await changes()).toBe(before + 2);
  });

  it('are given back by a replay without going through what others have decided', async () => {
    const others = 60_000;
    await owner.query(
      `INSERT INTO dead_letter_disposition (cluster_id, topic_id, partition, "offset", disposition, replay_id, by, at)
       SELECT $1, 'many', 0, n, 'replayed', 'other-' || n % 7, 'ben', now() FROM generate_series(1, $2::int) n`,
      [cluster, others],
    );
    // As autovacuum does, before anything of this replay is there.
    await owner.query('VACUUM (ANALYZE) dead_letter_disposition');
    await dispositions.set(cluster, [letter('many', 1, 1n), letter('many', 1, 2n)], {
      ...held,
      replayId: 'r-2',
    });
    await dispositions.set(cluster, [letter('many', 1, 3n)], { ...sent, replayId: 'r-2' });
    const { read, scans, answer } = await touchingRows(test.appUrl, ['dead_letter_disposition'], (scope) =>
      createDispositionStore(scope).release('r-2'),
    );
    expect(answer).toBe(2);
    expect(scans).toBe(0);
    expect(read).toBeLessThan(others / 4);
    expect((await decided()).get('many-1@3')).toBe('replayed');
  });
});
