import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alertConfig, endpoint, seeCluster, seeGroup, seeLagFor } from '#fixtures/alerts.ts';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { governedFlow } from '#fixtures/governance.ts';
import type { Principal, Role } from '#lib/domain/access/roles.ts';
import { timings } from '#lib/domain/alerts/kind.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { clusterName, flowName, groupId, topicName } from '#lib/domain/kernel/brand.ts';
import { draftReplay } from '../draft-replay.ts';
import { planReplay } from '../plan-replay.ts';
import { submitReplay } from '../submit-replay.ts';
import { evaluateAlerts } from './evaluate-alerts.ts';
import { listAlerts, listNotifications } from './list-alerts.ts';
import { readConditions } from './read-conditions.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const who = (role: Role, flow: string): Principal => ({
  userId: 'u1',
  name: 'ana',
  grants: [{ role, cluster: 'main', flow }],
  via: 'session',
});

describe('readConditions', () => {
  it('a stuck group, one ahead of its log, lost records, a cluster that is not well', async () => {
    const now = new Date();
    const deps = {
      database: test.database,
      config: alertConfig([]),
      clock: () => now,
      timings,
      consoleUrl: '',
    };
    await seeGroup(test.database, 'a', 'stalled', now);
    await seeGroup(test.database, 'b', 'expired', now);
    await seeGroup(test.database, 'c', 'lagging', now);
    await seeGroup(test.database, 'd', 'ahead', now);
    expect((await readConditions(deps)).conditions.map((each) => each.key).sort()).toEqual([
      'group_ahead:main/d',
      'group_stuck:main/a',
      'records_expired:main/b',
    ]);
    await seeCluster(test.database, 'degraded', now);
    expect((await readConditions(deps)).conditions.map((each) => each.key)).toContain(
      'cluster_degraded:cluster/main',
    );
    await seeCluster(test.database, 'unreachable', now);
    expect(await readConditions(deps)).toEqual({
      conditions: [expect.objectContaining({ key: 'cluster_degraded:cluster/main', scope: 'cluster' })],
      unknownPrefixes: ['group_stuck:main/', 'group_ahead:main/', 'records_expired:main/'],
    });
    await seeCluster(test.database, 'ok', now);
    await test.database.stores.lag.keepOnly('main', []);
  });

  it('a flow that burns its budget, from stored history; one hardly measured can’t be told', async () => {
    const { flow, clock } = await burningFlow();
    const idle = { ...flow, name: flowName('idle'), groups: [] };
    const config = alertConfig([], [flow, idle]);
    const found = await readConditions({ database: test.database, config, clock, timings, consoleUrl: '' });
    expect(found.conditions).toMatchObject([
      {
        key: 'slo_burn:main/billing',
        kind: 'slo_burn',
        severity: 'act',
        title: 'billing burns its time-lag budget fast',
        detail: expect.stringMatching(
          /within 30 s in 99% of all minutes\. It spends the allowance 100× over 5 min/,
        ),
        owner: 'team-billing',
      },
    ]);
    // Nobody has held their declarations against what runs yet either.
    expect(found.unknownPrefixes).toEqual([
      'slo_burn:main/idle',
      'declaration_wrong:main/billing/',
      'declaration_wrong:main/idle/',
    ]);
  });

  /** Its group was 45 s behind for the last half hour. */
  async function burningFlow(): Promise<{ flow: Flow; clock: () => Date }> {
    const now = new Date();
    await seeCluster(test.database, 'ok', now);
    await seeLagFor(test.database, 'billing-service', 30, 45_000, now);
    const flow = {
      name: flowName('billing'),
      cluster: clusterName('main'),
      topic: topicName('orders.v1'),
      groups: [{ id: groupId('billing-service'), isolation: null, replaySafe: false }],
      owner: { team: 'team-billing' },
      deadLetters: null,
      objectives: { timeLagMs: 30_000, deadLettersPerHour: null, stalledAfterMs: 30_000, expiryLeadMs: null },
    } as unknown as Flow;
    return { flow, clock: () => now };
  }
});

describe('dead letters and replays', () => {
  it('a burst, an approval that is wanted, told without anything of the payload, and seen only by who may', async () => {
    const governed = await governedFlow(test.database, {
      flow: {
        objectives: { timeLagMs: null, deadLettersPerHour: 3, stalledAfterMs: 30_000, expiryLeadMs: null },
      },
    });
    const { deps, flow, person } = governed;
    await governed.produce(5, {
      value: (n) => JSON.stringify({ orderId: `secret-order-${n}` }),
      error: 'secret boom',
    });
    await test.database.stores.deadLetterIndex.noteTopics(
      { name: 'main', clusterId: governed.clusterId },
      [
        {
          topicId: governed.dlqTopicId,
          topic: governed.topics.dlq,
          kind: 'dead_letter',
          flow: flow.name,
          retentionMs: null,
          cleanupPolicy: null,
        },
      ],
      deps.clock(),
    );
    const ana = person('ana');
    const draft = await draftReplay(deps, ana, governed.draftBody());
    await planReplay(deps, ana, draft.id);
    await submitReplay(deps, ana, draft.id);
    await seeCluster(test.database, 'ok', deps.clock());
    const notify = [endpoint('http://127.0.0.1:9/none', { flows: [`${flow.name.slice(0, 5)}*`] })];
    const alertDeps = { ...deps, config: { ...deps.config, notify }, timings, consoleUrl: 'http://console' };
    const lease = await test.database.stores.leases.acquire('notifier', 'w', 60_000);
    if (!lease) throw new Error('no lease');
    expect(await evaluateAlerts(alertDeps, lease)).toMatchObject([
      { event: 'firing', alert: { kind: 'approval_wanted', flow: flow.name } },
    ]);
    governed.advance(30_000);
    await seeCluster(test.database, 'ok', deps.clock());
    expect(await evaluateAlerts(alertDeps, lease)).toMatchObject([
      {
        event: 'firing',
        alert: {
          kind: 'dead_letters_burst',
          title: `A burst of dead letters in ${governed.topics.dlq}: 5 dead letters in the last hour`,
          detail: expect.stringMatching(/^At most 3 an hour are expected; /),
        },
      },
    ]);
    const all = await listAlerts(alertDeps, who('viewer', flow.name));
    expect(all.map((alert) => [alert.kind, alert.phase])).toEqual([
      ['dead_letters_burst', 'firing'],
      ['approval_wanted', 'firing'],
    ]);
    expect(await listAlerts(alertDeps, who('viewer', 'other*'))).toEqual([]);
    const page = { limit: 10, before: null };
    expect((await listNotifications(alertDeps, who('viewer', flow.name), {}, page)).items).toHaveLength(2);
    expect((await listNotifications(alertDeps, who('viewer', 'other*'), {}, page)).items).toEqual([]);
    const kept = await test.database.stores.notifications.list({}, page);
    expect(inspect(kept, { depth: 6 })).not.toMatch(/secret-order|secret boom/);
    expect(kept.map(({ message }) => message.link)).toEqual([
      `http://console/go?cluster=main&topic=${governed.topics.dlq}`,
      `http://console/go?replay=${draft.id}`,
    ]);
    const told = await test.database.stores.alertEvents.between(
      ['main'],
      new Date(deps.clock().getTime() - 60_000),
      deps.clock(),
      10,
    );
    expect(told.map(({ event, condition: { kind, flow: of } }) => [event, kind, of])).toEqual([
      ['firing', 'approval_wanted', flow.name],
      ['firing', 'dead_letters_burst', flow.name],
    ]);
    await governed.close();
  });
});
