import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { plainBoundary } from '#fixtures/boundary.ts';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { type Governed, governedFlow } from '#fixtures/governance.ts';
import { approveAndExecute, planEverything } from '#fixtures/governed-execution.ts';
import { testConsumer } from '#fixtures/kafka.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import type { ReplayPolicy } from '#lib/domain/flows/policy.ts';
import { describeReplay } from '../describe-replay.ts';
import { readReplayRecords } from '../read-replay-records.ts';
import { reportMarkdown, reportReplay } from '../report-replay.ts';

const records = 12;
/** These break the contract, and carry no idempotency key; one more has been tried as often as the policy allows. */
const broken = new Set([1, 4, 6]);
const triedOften = 9;
const boundary: Flow['boundary'] = {
  ...plainBoundary,
  contract: { jsonSchemaFile: 'orders.schema.json' },
  effects: [{ what: 'charges a card', external: true, idempotencyKey: 'field:/orderId', probe: null }],
};

let test: TestDatabase;
let folder: string;
const open: Governed[] = [];
const consumers: { disconnect(): Promise<void> }[] = [];

beforeAll(async () => {
  test = await createTestDatabase();
  folder = await mkdtemp(path.join(tmpdir(), 'sluice-divert-'));
  const schema = { type: 'object', required: ['orderId'], properties: { orderId: { type: 'string' } } };
  await writeFile(path.join(folder, 'orders.schema.json'), JSON.stringify(schema));
});
afterAll(async () => {
  await Promise.all(consumers.map((consumer) => consumer.disconnect()));
  await Promise.all(open.map((g) => g.close()));
  await test.drop();
  await rm(folder, { recursive: true });
});

async function governed(policy: Partial<ReplayPolicy> = {}): Promise<Governed> {
  const g = await governedFlow(test.database, {
    policy: {
      ...{ recordsPerSecond: 10_000, ramp: [100], maxAttemptsPerLineage: 1 },
      canary: { records: 3, settleMs: 100, maxCameBackRatio: 0 },
      verify: { waitMs: 60_000, settleMs: 100 },
      ...policy,
    },
    flow: { boundary },
  });
  open.push(g);
  await g.produce(records, {
    value: (n) => JSON.stringify(broken.has(n) ? { order: n } : { orderId: `order-${n}` }),
  });
  const client = new pg.Client({ connectionString: test.ownerUrl });
  await client.connect();
  const { rows } = await client.query<{ root: string }>(
    `SELECT lineage_root AS root FROM dead_letter WHERE topic_id = $1 AND key_text = $2`,
    [g.dlqTopicId, `order-${triedOften}`],
  );
  await client.end();
  await test.database.stores.lineageAttempts.add(g.clusterId, 'r-earlier', [rows[0]?.root ?? ''], new Date());
  const config = { ...g.deps.config, file: path.join(folder, 'sluice.yaml') };
  return { ...g, deps: { ...g.deps, config } };
}

type Received = { key: string; headers: Record<string, string> };

/** What a reader of the topic finds, committed only; as a member of `groupId` it consumes it too. */
async function listen(topic: string, groupId: string): Promise<Received[]> {
  const found: Received[] = [];
  const consumer = testConsumer(groupId);
  consumers.push(consumer);
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({
    autoCommitInterval: 100,
    eachMessage: async ({ message }) => {
      const headers = Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]);
      found.push({ key: String(message.key), headers: Object.fromEntries(headers) });
    },
  });
  return found;
}

const keys = (of: (n: number) => boolean) =>
  Array.from({ length: records }, (_, n) => n)
    .filter(of)
    .map((n) => `order-${n}`)
    .toSorted();
const isDiverted = (n: number) => broken.has(n) || n === triedOften;

it('sends what may not be sent on to the quarantine, sealed with its reason and read back there', async () => {
  const g = await governed();
  const vera = g.person('vera');
  const planned = await planEverything(g);
  expect(planned.state).toBe('planned');
  expect(planned.plan?.manifest).toMatchObject({ records, leftOut: 0 });
  expect(planned.plan?.consequence).toContain(
    `Sends 8 records to ${g.topics.retry}; ${g.flow.groups[0]?.id} receives them; 4 more are diverted to the quarantine ${g.topics.quarantine}.`,
  );
  const evidence = (name: string) => planned.plan?.evidence.find((item) => item.name === name);
  expect(evidence('diversion')).toMatchObject({
    status: 'warns',
    sentence: `4 of 12 records go to the quarantine ${g.topics.quarantine} instead: 3 break the contract orders.schema.json; 1 was tried as often as the policy allows (1).`,
  });
  // What goes to a quarantine has no effect, so nobody asks for its idempotency key.
  expect(evidence('idempotencyKey')).toMatchObject({ status: 'good', value: { seen: 8 }, denominator: 8 });
  const before = await readReplayRecords(g.deps, vera, planned.id, { from: 0, limit: 50 });
  expect(before.filter(({ diverted }) => diverted !== null)).toHaveLength(4);

  const sentOn = await listen(g.topics.retry, g.flow.groups[0]?.id ?? '');
  const ended = await approveAndExecute(g, planned.id);
  expect(ended).toMatchObject({ state: 'verified', stateReason: null });
  const kept = await listen(g.topics.quarantine, `${g.topics.quarantine}.reader`);
  await expect.poll(() => kept.length, { timeout: 20_000 }).toBe(4);
  expect(sentOn.map(({ key }) => key).toSorted()).toEqual(keys((n) => !isDiverted(n)));
  expect(kept.map(({ key }) => key).toSorted()).toEqual(keys(isDiverted));
  for (const { headers } of kept)
    expect(headers).toMatchObject({
      'kafka_dlt-exception-message': 'provider is down',
      'sluice-replay-id': planned.id,
      'sluice-replay-attempt': expect.stringMatching(/^[01]$/),
      'x-app': 'kept',
    });
  expect(sentOn[0]?.headers).not.toHaveProperty('kafka_dlt-exception-message');

  const view = await describeReplay(g.deps, vera, planned.id);
  expect(view).toMatchObject({
    progress: { records, replayed: 8, diverted: 4, skipped: 0, remaining: 0, consumedPast: 8, cameBack: 0 },
    manifest: { diverted: 4 },
    diversion: {
      topic: g.topics.quarantine,
      reasons: [
        { reason: 'breaks_contract', records: 3 },
        { reason: 'attempts_exhausted', records: 1 },
      ],
    },
    readBack: { checked: 12, equal: 12, diverted: { topic: g.topics.quarantine, checked: 4, equal: 4 } },
  });
  // Three of the first entries were to show how the destination fares: those that are diverted do not count.
  expect(view.steps[0]?.records).toBeGreaterThan(3);
  const diverted = await readReplayRecords(g.deps, vera, planned.id, {
    ...{ from: 0, limit: 50, outcome: 'diverted' },
  });
  expect(diverted.map(({ reason, destination }) => [reason, destination?.topic]).toSorted()).toEqual([
    ['attempts_exhausted', g.topics.quarantine],
    ...Array.from({ length: 3 }, () => ['breaks_contract', g.topics.quarantine]),
  ]);
  const markdown = reportMarkdown(await reportReplay(g.deps, vera, planned.id));
  expect(markdown).toContain('4 of 12 (3 breaks contract, 1 attempts exhausted)');
  expect(markdown).toContain('| diverted | 4 |');
  const { rows } = await lettersOf(planned.id);
  expect(rows).toEqual([
    { disposition: 'consumed_past', n: 8 },
    { disposition: 'quarantined', n: 4 },
  ]);
});

async function lettersOf(replayId: string) {
  const client = new pg.Client({ connectionString: test.ownerUrl });
  await client.connect();
  try {
    return await client.query<{ disposition: string; n: number }>(
      'SELECT disposition, count(*)::int AS n FROM dead_letter_disposition WHERE replay_id = $1 GROUP BY 1 ORDER BY 1',
      [replayId],
    );
  } finally {
    await client.end();
  }
}

it('leaves it out where the policy allows no quarantine', async () => {
  const g = await governed({ destinations: ['retry'] });
  const planned = await planEverything(g);
  expect(planned.plan?.diversion).toBeUndefined();
  expect(planned.plan?.manifest).toMatchObject({
    ...{ records: 8, leftOut: 4 },
    leftOutReasons: { breaks_contract: 3, attempts_exhausted: 1 },
  });
});
