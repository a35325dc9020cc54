import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { type IndexedTopic, indexedTopic, lettersConfig, someone } from '#fixtures/indexed-letters.ts';
import { decideBody, lettersDecided } from '#lib/contract/dead-letter-acts.ts';
import { fingerprint } from '#lib/domain/kernel/brand.ts';
import { decideDeadLetters, type LetterVerb } from './decide-dead-letters.ts';
import { listDeadLetterRecords } from './list-dead-letter-records.ts';

let test: TestDatabase;
let topics = 0;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const deps = () => ({ database: test.database, config: lettersConfig(), clock: () => new Date() });
const ana = someone('responder', 'ana');
const newTopic = () => indexedTopic(test.database, `orders-${topics++}.dlq`);
const decide = async (topic: IndexedTopic, verb: LetterVerb, body: unknown, who = ana) =>
  lettersDecided.parse(
    await decideDeadLetters(
      deps(),
      who,
      topic.at,
      verb,
      decideBody.parse({ reason: 'known, fixed', ...Object(body) }),
    ),
  );
const fates = async (topic: IndexedTopic) => {
  const { items } = await listDeadLetterRecords(deps(), ana, topic.at, {}, { limit: 500, after: null });
  return Object.fromEntries(items.map((row) => [`${row.partition}:${row.offset}`, row.disposition]));
};
/** As an outsider computes it from what api.md and ADR 13 say. */
const digestOf = (topicId: string, places: readonly [partition: number, offset: number][]) =>
  createHash('sha256')
    .update(
      [...places]
        .sort(([p, o], [q, r]) => p - q || o - r)
        .map(([partition, offset]) => `${topicId} ${partition} ${offset}\n`)
        .join(''),
    )
    .digest('hex');
const audited = async (action: 'dead_letters.dismiss' | 'dead_letters.reopen') =>
  test.database.stores.audit.list({ action }, { limit: 100, before: null });

describe('dismissing', () => {
  it('takes what is open, by count and digest, and stands in the audit with both', async () => {
    const topic = await newTopic();
    await topic.arrive(11);
    await topic.arrive(2, { partition: 1, fingerprint: fingerprint('f-other') });
    const all = await decide(topic, 'dismiss', { selection: { fingerprint: 'f-down' } });
    const places = Array.from({ length: 11 }, (_, n): [number, number] => [0, n]);
    expect(all).toEqual({
      records: 11,
      digest: digestOf(topic.place.topicId, places),
      leftOut: {},
      dryRun: false,
    });
    expect(Object.values(await fates(topic)).filter((each) => each === 'dismissed')).toHaveLength(11);
    const [line] = await audited('dead_letters.dismiss');
    expect(line).toMatchObject({
      actor: 'ana',
      outcome: 'allowed',
      resource: `dead-letters/main/${topic.at.topic}`,
      detail: {
        records: 11,
        digest: all.digest,
        reason: 'known, fixed',
        selection: { fingerprint: 'f-down' },
      },
    });
  });

  it('only looks in a dry run, and then changes exactly what was looked at', async () => {
    const topic = await newTopic();
    await topic.arrive(3);
    const before = (await audited('dead_letters.dismiss')).length;
    const { digest, records } = await decide(topic, 'dismiss', { selection: { all: true }, dryRun: true });
    expect([records, digest]).toEqual([
      3,
      digestOf(topic.place.topicId, [
        [0, 0],
        [0, 1],
        [0, 2],
      ]),
    ]);
    expect(new Set(Object.values(await fates(topic)))).toEqual(new Set(['open']));
    expect(await audited('dead_letters.dismiss')).toHaveLength(before);

    await topic.arrive(1);
    const body = { selection: { all: true }, expect: { records, digest } };
    const refused = await decide(topic, 'dismiss', body).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: 'conflict',
      fields: { expected: { records: 3, digest }, found: { records: 4 } },
    });
    expect(new Set(Object.values(await fates(topic)))).toEqual(new Set(['open']));

    const now = await decide(topic, 'dismiss', { selection: { all: true }, dryRun: true });
    const done = await decide(topic, 'dismiss', {
      selection: { all: true },
      expect: { records: now.records, digest: now.digest },
    });
    expect(done).toEqual({ ...now, dryRun: false });
  });

  it('leaves what a replay has, what is decided, and what is gone, and says how many', async () => {
    const topic = await newTopic();
    await topic.arrive(6);
    await topic.trim(0, 1n);
    const { topicId, clusterId } = topic.place;
    const at = { by: 'x', at: new Date(), reason: null };
    const place = (offset: bigint) => [{ topicId, partition: 0, offset }];
    const { dispositions } = test.database.stores;
    await dispositions.set(clusterId, place(1n), { ...at, disposition: 'in_replay', replayId: 'r-1' });
    await dispositions.set(clusterId, place(2n), { ...at, disposition: 'replayed', replayId: 'r-0' });
    await dispositions.set(clusterId, place(3n), { ...at, disposition: 'came_back', replayId: 'r-0' });
    const done = await decide(topic, 'dismiss', { selection: { all: true } });
    expect(done).toMatchObject({ records: 3, leftOut: { in_replay: 1, replayed: 1, expired: 1 } });
    expect(done.digest).toBe(
      digestOf(topicId, [
        [0, 3],
        [0, 4],
        [0, 5],
      ]),
    );
    await expect(decide(topic, 'dismiss', { selection: { all: true } })).rejects.toMatchObject({
      code: 'wrong_state',
      message: expect.stringContaining('1 in replay'),
    });
    const again = await decide(topic, 'reopen', { selection: { all: true }, reason: 'too early' });
    expect(again).toMatchObject({ records: 3, digest: done.digest });
    expect(await fates(topic)).toEqual({
      '0:1': 'in_replay',
      '0:2': 'replayed',
      '0:3': 'came_back',
      '0:4': 'open',
      '0:5': 'open',
    });
  });

  it('of what came back after it was dismissed stays, and comes back when it is reopened', async () => {
    const topic = await newTopic();
    await topic.arrive(2);
    await decide(topic, 'dismiss', { selection: { records: [{ partition: 0, offset: '0' }] } });
    const { topicId, clusterId } = topic.place;
    await test.database.stores.dispositions.noteReturns(
      clusterId,
      [0n, 1n].map((offset) => ({ topicId, partition: 0, offset })),
      { replayId: 'r-2', by: 'worker', at: new Date() },
    );
    expect(await fates(topic)).toEqual({ '0:0': 'dismissed', '0:1': 'came_back' });
    await decide(topic, 'reopen', { selection: { all: true } });
    expect(await fates(topic)).toEqual({ '0:0': 'came_back', '0:1': 'came_back' });
  });

  it('by failure group, by records and by time; of a group that fails again, only the new ones are open', async () => {
    const topic = await newTopic();
    await topic.arrive(2, { at: new Date('2026-01-01T00:00:00Z') });
    await topic.arrive(2, { at: new Date('2026-01-02T00:00:00Z') });
    const some = { fingerprint: 'f-down', from: '2026-01-02T00:00:00Z', to: '2026-01-03T00:00:00Z' };
    expect((await decide(topic, 'dismiss', { selection: some })).records).toBe(2);
    expect((await decide(topic, 'dismiss', { selection: { fingerprint: 'f-down' } })).records).toBe(2);
    await topic.arrive(1);
    const groups = await test.database.stores.deadLetterGroups.failureGroups(
      topic.place,
      { limit: 10, after: null },
      new Date(),
    );
    expect(groups.map(({ open, count }) => [open, count])).toEqual([[1, 5]]);
  });

  it('by filter: exactly what it finds, as of the moment that its now meant', async () => {
    const topic = await newTopic();
    await topic.arrive(2, { exceptionMessage: 'card declined', attempts: 3 });
    await topic.arrive(3, { attempts: 1 });
    const selection = { filter: 'attempts > 2 && at < now' };
    const looked = await decide(topic, 'dismiss', { selection, dryRun: true });
    expect(looked.records).toBe(2);
    const { records, digest } = looked;
    await decide(topic, 'dismiss', { selection, expect: { records, digest } });
    expect(Object.values(await fates(topic)).sort()).toEqual([
      'dismissed',
      'dismissed',
      'open',
      'open',
      'open',
    ]);
    await expect(decide(topic, 'dismiss', { selection: { filter: 'attempts >' } })).rejects.toMatchObject({
      code: 'bad_request',
    });
  });

  it('is for responders, needs a selection that is one, and a reason', async () => {
    const topic = await newTopic();
    await topic.arrive(1);
    const selection = { all: true };
    await expect(decide(topic, 'dismiss', { selection }, someone('viewer'))).rejects.toMatchObject({
      code: 'forbidden',
      explain: { permission: 'dead_letters.triage' },
    });
    expect(decideBody.safeParse({ selection }).success).toBe(false);
    expect(decideBody.safeParse({ selection, dryRun: true }).success).toBe(true);
    const turned = { all: true, from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' };
    await expect(decide(topic, 'dismiss', { selection: turned })).rejects.toMatchObject({
      code: 'empty_selection',
    });
    await expect(decide(topic, 'dismiss', { selection: { fingerprint: 'no' } })).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

describe('two at the same moment', () => {
  it('never take a record twice, and never wait for each other for ever', async () => {
    const topic = await newTopic();
    await topic.arrive(400);
    await topic.arrive(400, { partition: 1 });
    const pick = (from: number, step: number) =>
      Array.from({ length: 300 }, (_, n) => ({
        partition: (from + n) % 2,
        offset: String(Math.abs(from + n * step) % 400),
      }));
    const bodies = [pick(0, 1), pick(399, -1), pick(100, 1), pick(299, -1)].map((records) => ({
      selection: { records },
    }));
    const before = (await audited('dead_letters.dismiss')).length;
    const done = await Promise.allSettled(bodies.map((body) => decide(topic, 'dismiss', body)));
    const taken = done.map((each) => (each.status === 'fulfilled' ? each.value.records : 0));
    const now = Object.values(await fates(topic)).length;
    expect(now).toBe(500);
    const counts = await test.database.stores.deadLetterDecisions.countNamed({
      ...topic.place,
      selection: { all: true },
    });
    expect(taken.reduce((sum, n) => sum + n, 0)).toBe(counts.dismissed);
    for (const each of done) if (each.status === 'rejected') expect(each.reason.code).toBe('wrong_state');
    expect((await audited('dead_letters.dismiss')).length - before).toBe(
      done.filter((each) => each.status === 'fulfilled').length,
    );
  });

  it('dismiss once, when both expect the same', async () => {
    const topic = await newTopic();
    await topic.arrive(5);
    const { records, digest } = await decide(topic, 'dismiss', { selection: { all: true }, dryRun: true });
    const body = { selection: { all: true }, expect: { records, digest } };
    const both = await Promise.allSettled([decide(topic, 'dismiss', body), decide(topic, 'dismiss', body)]);
    expect(both.map((each) => each.status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});
