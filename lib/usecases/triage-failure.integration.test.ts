import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alertConfig } from '#fixtures/alerts.ts';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { type IndexedTopic, indexedTopic, someone } from '#fixtures/indexed-letters.ts';
import { failureGroup } from '#lib/contract/dead-letters.ts';
import { timings } from '#lib/domain/alerts/kind.ts';
import { fingerprint } from '#lib/domain/kernel/brand.ts';
import { readConditions } from './alerts/read-conditions.ts';
import { readAttention } from './attention/read-attention.ts';
import { decideDeadLetters } from './decide-dead-letters.ts';
import { listFailureGroups } from './list-failure-groups.ts';
import { type FailureAct, triageFailure } from './triage-failure.ts';

let test: TestDatabase;
let topics = 0;
let aheadMs = 0;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const hourMs = 3_600_000;
const clock = () => new Date(Date.now() + aheadMs);
const inMs = (ms: number) => new Date(clock().getTime() + ms);
const deps = () => ({ database: test.database, config: alertConfig([]), clock });
const ana = someone('responder', 'ana');
const ben = someone('approver', 'ben');

const newTopic = async () => {
  aheadMs = 0;
  const topic = await indexedTopic(test.database, `triage-${topics++}.dlq`);
  await topic.arrive(3);
  return topic;
};
const act = (topic: IndexedTopic, what: FailureAct, who = ana, of = 'f-down') =>
  triageFailure(deps(), who, { ...topic.at, fingerprint: of }, what);
const groups = async (topic: IndexedTopic) => {
  const { items } = await listFailureGroups(deps(), ana, topic.at, {}, { limit: 10, after: null });
  return items.map((item) => failureGroup.parse(item));
};
const attention = async (topic: IndexedTopic) =>
  (await readAttention(deps(), ana)).filter((item) => item.href.endsWith(topic.at.topic));
const alerts = async (topic: IndexedTopic) => {
  const found = await readConditions({ ...deps(), timings, consoleUrl: '' });
  return found.conditions.filter((each) => each.key.endsWith(topic.at.topic)).map((each) => each.kind);
};

describe('mute', () => {
  it('counts on, but neither home nor an alert tells of it, until its time', async () => {
    const topic = await newTopic();
    await topic.arrive(40);
    expect(await attention(topic)).toHaveLength(1);
    expect(await alerts(topic)).toEqual(['dead_letters_burst']);
    const until = inMs(2 * hourMs);
    const state = await act(topic, { verb: 'mute', until, reason: 'known, fix on Friday' });
    expect(state).toMatchObject({ mutedUntil: until.toISOString(), mutedBy: 'ana' });
    expect(await groups(topic)).toMatchObject([
      { open: 43, mutedUntil: until.toISOString(), muteReason: 'known, fix on Friday', mutedBy: 'ana' },
    ]);
    await topic.arrive(1);
    expect(await attention(topic)).toEqual([]);
    expect(await alerts(topic)).toEqual([]);

    await topic.arrive(2, { fingerprint: fingerprint('f-other') });
    const [line] = await attention(topic);
    expect(line).toMatchObject({
      title: `2 open dead letters in ${topic.at.topic}`,
      detail: expect.stringContaining('1 muted or snoozed failure group not counted'),
    });

    aheadMs = 2 * hourMs + 1000;
    expect((await groups(topic))[0]).toMatchObject({ mutedUntil: null, muteReason: null, mutedBy: null });
    expect((await attention(topic))[0]?.title).toContain(`46 open dead letters in ${topic.at.topic}`);
  });

  it('ends early when told, and lasts 30 days at most', async () => {
    const topic = await newTopic();
    for (const until of [inMs(-1000), inMs(31 * 24 * hourMs)])
      await expect(act(topic, { verb: 'mute', until, reason: 'x' })).rejects.toMatchObject({
        code: 'bad_request',
      });
    await act(topic, { verb: 'mute', until: inMs(30 * 24 * hourMs), reason: 'x' });
    expect(await act(topic, { verb: 'unmute' }, ben)).toMatchObject({ mutedUntil: null, muteReason: null });
    expect(await attention(topic)).toHaveLength(1);
  });
});

describe('snooze', () => {
  it('hides until its time', async () => {
    const topic = await newTopic();
    await act(topic, { verb: 'snooze', until: inMs(hourMs) });
    expect(await attention(topic)).toEqual([]);
    expect((await groups(topic))[0]).toMatchObject({ open: 3, snoozedBy: 'ana' });
    aheadMs = hourMs + 1000;
    expect(await attention(topic)).toHaveLength(1);
    expect((await groups(topic))[0]).toMatchObject({ snoozedUntil: null, snoozedBy: null });
  });

  it('ends when it fails again, whatever the record’s own time says, also in a partition that was empty', async () => {
    const topic = await newTopic();
    await act(topic, { verb: 'snooze', until: inMs(hourMs) });
    await topic.arrive(1, { fingerprint: fingerprint('f-other') });
    expect(
      (await groups(topic)).find((group) => group.fingerprint === 'f-down')?.snoozedUntil,
    ).not.toBeNull();
    await topic.arrive(1, { partition: 3, at: new Date('2020-01-01T00:00:00Z') });
    expect((await groups(topic)).find((group) => group.fingerprint === 'f-down')?.snoozedUntil).toBeNull();
    expect((await attention(topic))[0]?.title).toBe(`5 open dead letters in ${topic.at.topic}`);
  });

  it('of a group that was dismissed whole: the next arrival is open, and asks again', async () => {
    const topic = await newTopic();
    await act(topic, { verb: 'snooze', until: inMs(hourMs) });
    await decideDeadLetters(deps(), ana, topic.at, 'dismiss', {
      selection: { fingerprint: 'f-down' },
      reason: 'done by hand',
    });
    expect((await groups(topic))[0]).toMatchObject({ open: 0, count: 3 });
    expect(await attention(topic)).toEqual([]);
    await topic.arrive(1);
    expect((await groups(topic))[0]).toMatchObject({ open: 1, count: 4, snoozedUntil: null });
    expect((await attention(topic))[0]?.title).toBe(`1 open dead letter in ${topic.at.topic}`);
  });
});

describe('claim', () => {
  it('is one person’s; another takes over knowingly; home says who has it', async () => {
    const topic = await newTopic();
    expect(await act(topic, { verb: 'claim', takeOver: false })).toMatchObject({ claimedBy: 'ana' });
    expect((await attention(topic))[0]).toMatchObject({ claimedBy: 'ana' });
    await expect(act(topic, { verb: 'claim', takeOver: false }, ben)).rejects.toMatchObject({
      code: 'conflict',
      fields: { claimedBy: 'ana' },
    });
    await act(topic, { verb: 'claim', takeOver: true }, ben);
    expect((await groups(topic))[0]).toMatchObject({ claimedBy: 'ben', claimedAt: expect.any(String) });

    await topic.arrive(1, { fingerprint: fingerprint('f-other') });
    expect((await attention(topic))[0]).toMatchObject({
      claimedBy: null,
      detail: expect.stringContaining('1 of 2 open failure groups claimed by ben'),
    });
    expect(await act(topic, { verb: 'release' })).toMatchObject({ claimedBy: null, claimedAt: null });
  });

  it('by two at the same moment is won by one', async () => {
    const topic = await newTopic();
    const both = await Promise.allSettled(
      [ana, ben].map((who) => act(topic, { verb: 'claim', takeOver: false }, who)),
    );
    expect(both.map((each) => each.status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});

it('each act is for responders, on a group that exists, and stands in the audit with what was before', async () => {
  const topic = await newTopic();
  await expect(act(topic, { verb: 'claim', takeOver: false }, someone('viewer'))).rejects.toMatchObject({
    code: 'forbidden',
  });
  await expect(act(topic, { verb: 'unmute' }, ana, 'f-none')).rejects.toMatchObject({ code: 'not_found' });
  await act(topic, { verb: 'claim', takeOver: false });
  await act(topic, { verb: 'release' });
  const lines = await test.database.stores.audit.list(
    { resource: `failure-group/main/${topic.at.topic}/f-down` },
    { limit: 10, before: null },
  );
  expect(
    lines.map((line) => [line.action, (line.detail.was as { claimedBy: string | null }).claimedBy]),
  ).toEqual([
    ['dead_letters.release', 'ana'],
    ['dead_letters.claim', null],
  ]);
});
