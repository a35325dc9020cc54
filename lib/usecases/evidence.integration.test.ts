import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { type Governed, governedFlow } from '#fixtures/governance.ts';
import { testKafka, testProducer } from '#fixtures/kafka.ts';
import type { EvidenceName } from '#lib/domain/replays/evidence.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { approveReplay } from './decide-replay.ts';
import { describeReplay } from './describe-replay.ts';
import { draftReplay } from './draft-replay.ts';
import { lookAtPermissions } from './look-at-permissions.ts';
import { planReplay } from './plan-replay.ts';
import { submitReplay } from './submit-replay.ts';

describe('what an approver sees', () => {
  let test: TestDatabase;
  let g: Governed;
  beforeAll(async () => {
    test = await createTestDatabase();
    g = await governedFlow(test.database);
    await g.produce(6);
  });
  afterAll(async () => {
    await g.close();
    await test.drop();
  });
  const of = (replay: Replay, name: EvidenceName) => replay.plan?.evidence.find((item) => item.name === name);
  let id = '';
  const plan = async () => {
    id ||= (await draftReplay(g.deps, g.person('ana'), g.draftBody())).id;
    return planReplay(g.deps, g.person('ana'), id);
  };
  const seen = async () => {
    const view = await describeReplay(g.deps, g.person('vera'), id);
    expect(view.evidenceNow?.why).toBeNull();
    return (name: EvidenceName) => view.evidenceNow?.items.find((item) => item.name === name);
  };

  it('an empty destination has no newer record of a key, and who may write is not known without a worker', async () => {
    const planned = await plan();
    expect(of(planned, 'ordering')).toMatchObject({
      status: 'good',
      denominator: 6,
      value: { destination: { keys: 0, read: 0, complete: true } },
    });
    expect(of(planned, 'writePermission')).toMatchObject({ status: 'unknown', denominator: 0 });
    expect(of(planned, 'retention')).toMatchObject({ status: 'good', denominator: 2 });
    expect(of(planned, 'attempts')).toMatchObject({ status: 'good', denominator: 6 });
  });

  it('finds newer records of the keys in the destination, of how many', async () => {
    const producer = testProducer();
    await producer.connect();
    const messages = ['order-1', 'order-1', 'order-2', 'order-77', 'order-78'].map((key) => ({
      key,
      value: '{}',
    }));
    await producer.send({ topic: g.topics.retry, messages });
    await producer.disconnect();
    const planned = await plan();
    const found = of(planned, 'ordering');
    expect(planned.plan?.consequence).toContain('; 2 keys may go backwards.');
    expect(found).toMatchObject({
      status: 'warns',
      value: { destination: { keys: 2, read: 5, complete: true } },
    });
    expect(found?.sentence).toContain('2 keys of the 5 records written to');
  });

  it('asks Kafka by the worker what may be written', async () => {
    await lookAtPermissions({
      database: test.database,
      workerId: 'w-1',
      cluster: g.cluster,
      flows: [g.flow],
      clock: g.deps.clock,
    });
    expect(of(await plan(), 'writePermission')).toMatchObject({ status: 'good', denominator: 1 });
    const denied = [{ topic: g.topics.retry, allowed: false, why: null }];
    await test.database.transact((stores) =>
      stores.writePermissions.save('main', 'w-2', denied, g.deps.clock()),
    );
    const blocked = await plan();
    expect(blocked.state).toBe('blocked');
    expect(of(blocked, 'writePermission')).toMatchObject({ status: 'blocks', denominator: 2 });
    await test.database.transact((stores) => stores.writePermissions.save('main', 'w-2', [], g.deps.clock()));
  });

  it('says how earlier attempts ended', async () => {
    const { clusterId } = g;
    const chunk = await test.database.stores.manifestChunks.read(id, 0);
    const root: string = JSON.parse(chunk?.body.split('\n')[0] ?? '{}').lineageRoot;
    expect(root).not.toBe('');
    const earlier = await draftReplay(g.deps, g.person('ana'), g.draftBody());
    await test.database.stores.lineageAttempts.add(clusterId, earlier.id, [root], g.deps.clock());
    const found = of(await plan(), 'attempts');
    expect(found).toMatchObject({
      status: 'warns',
      denominator: 6,
      value: { retried: 1, maxAttempt: 2, earlier: [{ replay: earlier.id, state: 'draft', records: 1 }] },
    });
    expect(found?.sentence).toContain(`1 record by ${earlier.id} (draft)`);
  });

  it('asks again when it is looked at, and says what has changed since it was frozen', async () => {
    await plan();
    expect((await seen())('targetGroup')).toMatchObject({ status: 'good', change: 'same' });
    await g.seeGroup({ status: 'stopped' });
    await test.database.stores.markers.create({
      service: g.flow.name,
      version: '2.1',
      note: null,
      at: g.deps.clock(),
      by: 'ana',
    });
    expect((await seen())('targetGroup')).toMatchObject({ change: 'same' });
    g.advance(6000);
    await g.seeGroup({ status: 'stopped' });
    const now = await seen();
    expect(now('targetGroup')).toMatchObject({ status: 'blocks', change: 'worse' });
    expect(now('membersReplaced')).toMatchObject({ status: 'good', change: 'better' });
    await g.seeGroup();
  });

  it('voids a plan whose frozen records have expired', async () => {
    const waiting = await submitReplay(g.deps, g.person('ana'), (await plan()).id);
    const admin = testKafka().admin();
    await admin.connect();
    await admin.fetchTopicMetadata({ topics: [g.topics.dlq] });
    await admin.deleteTopicRecords({ topic: g.topics.dlq, partitions: [{ partition: 0, offset: '1' }] });
    await admin.disconnect();
    const approval = approveReplay(g.deps, g.person('ben'), id, {
      digest: waiting.digest ?? '',
      policyVersion: waiting.policyVersion ?? 0,
    });
    await expect(approval).rejects.toThrow('Frozen records have expired');
    expect((await test.database.stores.replays.read(id))?.state).toBe('draft');
  });

  it('counts as failures what is not frozen, and names what has arrived since as long as the plan is looked at', async () => {
    // The clock of the others is ahead of Kafka's by now.
    const fresh = await governedFlow(test.database);
    const ana = fresh.person('ana');
    const stillFailing = async () => {
      const view = await describeReplay(fresh.deps, ana, draft.id);
      return view.evidenceNow?.items.find((item) => item.name === 'stillFailing');
    };
    await fresh.produce(6);
    const draft = await draftReplay(fresh.deps, ana, fresh.draftBody({ bounds: { maxRecords: 6 } }));
    const planned = await planReplay(fresh.deps, ana, draft.id);
    expect(of(planned, 'stillFailing')).toMatchObject({ status: 'unknown', value: { arrivals: 0 } });
    await fresh.produce(5);
    fresh.advance(60_000);
    await fresh.seeGroup();
    expect(await stillFailing()).toMatchObject({
      ...{ status: 'warns', change: 'worse', value: { arrivals: 0, arrivedSince: 5 } },
      sentence: expect.stringContaining('5 more arrived since this was frozen; not part of this replay.'),
    });

    fresh.advance(-60_000);
    // Of eleven that arrived a moment ago six are frozen again.
    const again = await planReplay(fresh.deps, ana, draft.id);
    expect(of(again, 'stillFailing')?.value).not.toHaveProperty('arrivedSince');
    fresh.advance(6000);
    expect(await stillFailing()).toMatchObject({ value: { arrivedSince: 0 } });
    await fresh.close();
  });
});
