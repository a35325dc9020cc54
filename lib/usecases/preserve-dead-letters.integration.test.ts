import { type Admin, ConfigResourceTypes } from 'kafkajs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commitOffsets } from '#fixtures/commit-offsets.ts';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { type Governed, governedFlow } from '#fixtures/governance.ts';
import { executionOf } from '#fixtures/governed-execution.ts';
import { testPrefix, withTestAdmin } from '#fixtures/kafka.ts';
import type { LettersPreserved, PreserveBody } from '#lib/contract/preserve.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { topicName } from '#lib/domain/kernel/brand.ts';
import type { LogRecord } from '#lib/domain/kernel/record.ts';
import { decideDeadLetters } from './decide-dead-letters.ts';
import { describeReplay } from './describe-replay.ts';
import { type ExecutionDeps, executionLease } from './execute/deps.ts';
import { executeReplay } from './execute/execute-replay.ts';
import { preserveDeadLetters } from './preserve-dead-letters.ts';
import type { ReplayDeps } from './replay-deps.ts';
import { resumeReplay } from './steer-replay.ts';

const letters = 12;
const reader = `${testPrefix()}fixer`;
let test: TestDatabase;
let g: Governed;

beforeAll(async () => {
  test = await createTestDatabase();
  g = await governedFlow(test.database);
  await test.database.stores.deadLetterIndex.noteTopics(
    { name: 'main', clusterId: g.clusterId },
    [
      {
        ...{ topicId: g.dlqTopicId, topic: g.topics.dlq, kind: 'dead_letter', flow: g.flow.name },
        ...{ retentionMs: null, cleanupPolicy: null },
      },
    ],
    new Date(),
    [g.dlqTopicId],
  );
  await g.produce(letters);
});
afterAll(async () => {
  await g.close();
  await test.drop();
});

const configure = (configs: Record<string, string>) =>
  withTestAdmin((admin: Admin) =>
    admin.alterConfigs({
      validateOnly: false,
      resources: [
        {
          type: ConfigResourceTypes.TOPIC,
          name: g.topics.quarantine,
          configEntries: Object.entries(configs).map(([name, value]) => ({ name, value })),
        },
      ],
    }),
  );
const preserve = (body: Partial<PreserveBody> = {}, deps: ReplayDeps = g.deps, who = 'ana') =>
  preserveDeadLetters(
    deps,
    g.person(who),
    { cluster: 'main', topic: g.topics.dlq },
    { selection: { all: true }, reason: 'they expire tonight', ...body },
  );
const refusal = (check: string, says: string) => ({
  code: 'destination_not_allowed',
  message: expect.stringContaining(says),
  fields: { check },
});

async function execute(id: string | null, more: Partial<ExecutionDeps> = {}) {
  const { leases } = test.database.stores;
  const lease = await leases.acquire(executionLease(id ?? '', 0), 'worker', 60_000);
  if (!lease) throw new Error('the lease is held');
  const deps = executionOf(g, {
    readTarget: async () => ({ state: 'unknown', lagRecords: null, asOf: null }),
    ...more,
  });
  await executeReplay(deps, { replayId: id ?? '', shard: 0, lease }, new AbortController().signal);
  await leases.release(lease);
  return describeReplay(g.deps, g.person('vera'), id ?? '');
}

async function recordsOf(topic: string, partitions: readonly number[]): Promise<LogRecord[]> {
  const [info] = await g.cluster.admin.describeTopics([topic]);
  const read = partitions.map(async (partition) => {
    const found: LogRecord[] = [];
    for (let offset = 0n; ; ) {
      const answer = await g.cluster.reader.fetch({
        ...{ topicId: info?.topicId ?? '', partition, offset, maxBytes: 1_048_576 },
        isolation: 'read_committed',
        maxWaitMs: 100,
      });
      found.push(...answer.records);
      offset = answer.nextOffset;
      if (offset >= answer.lastStable) return found;
    }
  });
  return (await Promise.all(read)).flat();
}
const text = (bytes: Uint8Array | null) => (bytes === null ? null : Buffer.from(bytes).toString('base64'));
const headersOf = (record: LogRecord, own: boolean) =>
  record.headers
    .map(({ name, value }) => [Buffer.from(name).toString(), text(value)] as const)
    .filter(([name]) => name.startsWith('sluice-') === own);
const contentOf = (record: LogRecord) =>
  JSON.stringify([text(record.key), text(record.value), headersOf(record, false)]);
const fates = () =>
  test.database.stores.deadLetterDecisions.countNamed({
    ...{ clusterId: g.clusterId, topicId: g.dlqTopicId, selection: { all: true } },
  });
const quarantined = () => recordsOf(g.topics.quarantine, [0]);

it('goes nowhere but into a declared quarantine that nobody reads, that is not compacted and keeps longer', async () => {
  await expect(preserve()).rejects.toMatchObject(refusal('longer_retention', 'Raise retention.ms'));
  await configure({ 'retention.ms': '-1', 'cleanup.policy': 'compact' });
  await expect(preserve()).rejects.toMatchObject(refusal('no_compaction', 'Set cleanup.policy=delete'));
  await configure({ 'retention.ms': '-1' });
  await commitOffsets(reader, g.topics.quarantine, { 0: 0 });
  await expect(preserve({ dryRun: true })).rejects.toMatchObject(refusal('no_reader', `${reader} reads`));
  await withTestAdmin((admin) => admin.deleteGroups([reader]));

  const elsewhere = (flow: Partial<Flow>) => preserve({}, g.withPolicy({}, flow));
  await expect(elsewhere({ quarantine: null })).rejects.toMatchObject({ code: 'destination_not_allowed' });
  await expect(elsewhere({ quarantine: topicName(g.topics.retry) })).rejects.toMatchObject({
    code: 'destination_not_allowed',
  });
  await expect(elsewhere({ deadLetters: topicName('another.dlq') })).rejects.toMatchObject({
    code: 'no_flow',
  });
  await expect(preserve({}, g.deps, 'vera')).rejects.toMatchObject({ code: 'forbidden' });
  await expect(preserve({ bounds: { maxRecords: 1_000_000 } })).rejects.toMatchObject({
    code: 'bound_exceeds_policy',
  });
  expect(await fates()).toEqual({ open: letters });
  expect(await quarantined()).toEqual([]);
});

it('copies what was looked at byte for byte, proves it, leaves the originals open, and copies nothing twice', async () => {
  const looked = await preserve({ dryRun: true });
  expect(looked).toMatchObject({
    records: letters,
    dryRun: true,
    replayId: null,
    quarantine: g.topics.quarantine,
  });
  const dismissed = await decideDeadLetters(
    g.deps,
    g.person('ana'),
    { cluster: 'main', topic: g.topics.dlq },
    'dismiss',
    { selection: { all: true }, dryRun: true },
  );
  expect(looked.digest).toBe(dismissed.digest);
  const expected = ({ records, digest }: LettersPreserved) => ({ records, digest });
  await expect(preserve({ expect: { ...expected(looked), records: letters - 1 } })).rejects.toMatchObject({
    code: 'conflict',
  });
  const { replayId, digest } = await preserve({ expect: expected(looked) });
  expect(digest).toBe(looked.digest);
  await expect(preserve()).rejects.toMatchObject({ code: 'already_in_replay' });

  // The session is lost after the commit: the broker's cursor says that it happened.
  let lost = false;
  const done = await execute(replayId, {
    reach: (point) => {
      if (point !== 'before_outcome' || lost) return;
      lost = true;
      throw new Error('lost');
    },
  });
  expect(lost).toBe(true);
  expect(done).toMatchObject({
    ...{ purpose: 'preserve', state: 'verified', stateReason: null, approvals: [] },
    progress: { records: letters, replayed: letters, remaining: 0 },
    readBack: { checked: letters, equal: letters, different: 0, missing: 0, orderHeld: true },
  });

  const [originals, copies] = await Promise.all([recordsOf(g.topics.dlq, [0, 1]), quarantined()]);
  expect(copies.map(contentOf).sort()).toEqual(originals.map(contentOf).sort());
  for (const copy of copies)
    expect(headersOf(copy, true).map(([name]) => name)).toEqual([
      ...['sluice-replay-id', 'sluice-replay-item', 'sluice-origin'],
      ...['sluice-replay-attempt', 'sluice-origin-timestamp'],
    ]);
  expect(await fates()).toEqual({ open: letters });
  const { lineageAttempts, deadLetterCopies } = test.database.stores;
  expect(await lineageAttempts.earlier(g.clusterId, [`${g.topics.origin}-0-0`])).toEqual([]);
  const places = originals.map(({ partition, offset }) => ({ topicId: g.dlqTopicId, partition, offset }));
  const noted = (await Promise.all(places.map((place) => deadLetterCopies.of(g.clusterId, place)))).flat();
  expect(noted.map((copy) => copy.offset).sort()).toEqual(copies.map((copy) => copy.offset).sort());
  expect(noted.every((copy) => copy.topic === g.topics.quarantine && copy.replayId === replayId)).toBe(true);

  expect(await preserve({ dryRun: true })).toMatchObject({
    records: 0,
    leftOut: { already_preserved: letters },
  });
  await expect(preserve()).rejects.toMatchObject({ code: 'nothing_to_replay' });
  expect(await quarantined()).toHaveLength(letters);
});

it('is checked again by the worker, and goes on once the quarantine is safe again', async () => {
  await g.produce(2);
  const { replayId, records } = await preserve();
  expect(records).toBe(2);
  await commitOffsets(reader, g.topics.quarantine, { 0: 1 });
  const held = await execute(replayId);
  expect(held).toMatchObject({ state: 'paused', stateReason: expect.stringContaining(`${reader} reads`) });
  await expect(resumeReplay(g.deps, g.person('ana'), replayId ?? '', {})).rejects.toMatchObject({
    code: 'evidence_worse',
  });
  await withTestAdmin((admin) => admin.deleteGroups([reader]));
  await resumeReplay(g.deps, g.person('ana'), replayId ?? '', {});
  const [flow] = g.deps.config.flows;
  if (!flow) throw new Error('The flow is gone.');
  const elsewhere = await execute(replayId, {
    flows: [{ ...flow, quarantine: topicName(`${g.topics.dlq}.2`) }],
  });
  expect(elsewhere).toMatchObject({
    state: 'paused',
    stateReason: expect.stringContaining('does not exist'),
  });
  expect(await quarantined()).toHaveLength(letters);
  await resumeReplay(g.deps, g.person('ana'), replayId ?? '', {});
  expect(await execute(replayId)).toMatchObject({ state: 'verified', progress: { replayed: 2 } });
  expect(await quarantined()).toHaveLength(letters + 2);
});
