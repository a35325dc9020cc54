import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createExecutionBench, type ExecutionBench } from '#fixtures/execution.ts';
import { type SealedReplay, testPolicyHash } from '#fixtures/replay.ts';
import { defaultPolicy } from '#lib/domain/flows/policy.ts';
import { sealDigest, sealFields } from '#lib/domain/replays/seal.ts';
import { checkAuthority } from './check-authority.ts';

/** Places in the JSON of a plan, each with what a thief would write there. */
const inPlan: [string, string][] = [
  ['policy,approvalsNeeded', '0'],
  ['policy,verdict', '"blocked"'],
  ['policy,rules', '[{"rule":"x","effect":"allow","reason":"y"}]'],
  ['approvalTtlMs', '999999999'],
  ['startTtlMs', '999999999'],
  ['orderingRequired', 'true'],
  ['routing', '"origin_partition"'],
  ['ramp', '[100, 100]'],
  ['gates,maxCameBackRatio', '1'],
  ['gates,targetGroups', '[]'],
  ['gates,onFail', '"abort"'],
  ['verify,waitMs', '1'],
  ['headers,remove', '["x-app"]'],
  ['headers,removeFailureHeaders', 'false'],
  ['headers,timestamp', '"original"'],
  ['manifest,records', '1'],
  ['evidence', '[{"name":"targetGroup"}]'],
  ['consequence', '"Sends nothing."'],
  ['undo', '"Can be undone."'],
  ['preparedBy', '["user-eve"]'],
  ['breakGlass', '{"allowed": true, "reasons": []}'],
  ['formatVersion', '1'],
  ['formatVersion', '3'],
];
const inRow: [string, string][] = [
  ['purpose', "'preserve'"],
  ['cluster', "'other'"],
  ['cluster_id', "'other'"],
  ['flow', "'orders'"],
  ['requester_id', "'user-eve'"],
  ['reason', "'another'"],
  ['ticket', "'INC-2'"],
  ['auto_start', 'true'],
  ['source_topic', "'other.dlq'"],
  ['source_topic_id', "'00000000-0000-0000-0000-000000000000'"],
  ['selection', `'{"fingerprint": "f"}'`],
  ['destination_kind', "'origin'"],
  ['destination_topic', "'other'"],
  ['destination_topic_id', "'00000000-0000-0000-0000-000000000000'"],
  ['destination_partitions', '99'],
  ['bounds', `jsonb_set(bounds, '{maxRecords}', '999999')`],
  ['bounds', `jsonb_set(bounds, '{recordsPerSecond}', '999999')`],
  ['canary', `jsonb_set(canary, '{records}', '999999')`],
  ['manifest_root', "repeat('a', 64)"],
  ['policy_version', '99'],
  ['policy_hash', "repeat('a', 64)"],
  ['planned_at', "planned_at + interval '1 hour'"],
  ['digest', "repeat('a', 64)"],
];
const changes: [string, string][] = [
  ...inRow.map(([column, value]): [string, string] => [`${column} = ${value}`, `${column} = ${value}`]),
  ...inPlan.map(([path, value]): [string, string] => [
    `plan.${path.replace(',', '.')} = ${value}`,
    `plan = jsonb_set(plan, '{${path}}', '${value}')`,
  ]),
];

describe('what the worker asks before it sends', () => {
  let bench: ExecutionBench;
  let replay: SealedReplay;
  beforeAll(async () => {
    bench = await createExecutionBench();
    replay = await bench.prepare({ records: 5 });
    await bench.sql(`UPDATE replay SET started_at = approvals.at FROM
      (SELECT max(at) AS at FROM replay_approval) approvals`);
    await bench.sql('CREATE TABLE kept AS SELECT * FROM replay');
  });
  afterAll(async () => {
    await bench.endTest();
    await bench.drop();
  });

  const ask = async (policy = defaultPolicy) => {
    const row = await bench.database.stores.replays.read(replay.id);
    if (!row) throw new Error('the replay is gone');
    const deps = {
      policyHash: () => testPolicyHash,
      flows: [],
      defaultPolicy: policy,
      clusters: new Map([['main', replay.cluster]]),
    };
    return checkAuthority(deps, bench.database.stores, row);
  };

  it('is answered by the row as it was approved', async () => {
    await expect(ask()).resolves.toBeUndefined();
  });

  it.each(changes)('refuses after %s', async (_, change) => {
    const column = change.split(' = ')[0];
    await bench.sql(`UPDATE replay SET ${change} WHERE id = $1`, [replay.id]);
    await expect(ask()).rejects.toThrow(/no longer fits its seal|policy has changed/);
    await bench.sql(`UPDATE replay r SET ${column} = k.${column} FROM kept k WHERE r.id = k.id`);
    await expect(ask()).resolves.toBeUndefined();
  });

  it('runs the rules of its own policy file again, whatever the stored verdict says', async () => {
    const all = { when: 'manifest.records > 0', reason: 'because' };
    // biome-ignore lint/suspicious/noThenProperty: the key of the configuration language
    await expect(ask({ ...defaultPolicy, rules: [{ ...all, then: 'deny' }] })).rejects.toThrow('denies');
    await expect(ask({ ...defaultPolicy, approvals: 2 })).rejects.toThrow('asks for 2 approvals');
    await expect(ask({ ...defaultPolicy, requireTicket: true })).rejects.toThrow('ticket');
  });

  it('refuses an approval after the sealed time, and a start after its own', async () => {
    await bench.sql(`UPDATE replay_approval SET at = at + interval '1 day'`);
    await expect(ask()).rejects.toThrow('not approved within the time');
    await bench.sql(`UPDATE replay_approval SET at = at - interval '1 day'`);
    await bench.sql(`UPDATE replay SET started_at = started_at + interval '1 day'`);
    await expect(ask()).rejects.toThrow('not started within the time');
    await bench.sql(`UPDATE replay r SET started_at = k.started_at FROM kept k WHERE r.id = k.id`);
  });

  it('sends nothing on the word of a seal of format 1, and says why', async () => {
    const row = await bench.database.stores.replays.read(replay.id);
    if (!row?.plan) throw new Error('the replay is gone');
    const earlier = sealFields({ ...row, plan: { ...row.plan, formatVersion: 1 } });
    if (!earlier) throw new Error('format 1 has no fields');
    const digest = sealDigest(earlier);
    await bench.sql(`UPDATE replay SET plan = jsonb_set(plan, '{formatVersion}', '1'), digest = $1`, [
      digest,
    ]);
    await bench.sql('UPDATE replay_approval SET digest = $1', [digest]);
    const ended = await bench.run(replay);
    expect(ended?.state).toBe('paused');
    expect(ended?.stateReason).toContain('sealed by an earlier version of Sluice');
    expect(await bench.readDestination(replay)).toEqual([]);
  });
});
