import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { type Governed, governedFlow } from '#fixtures/governance.ts';
import { approveAndExecute } from '#fixtures/governed-execution.ts';
import { refusal } from '#fixtures/refusal.ts';
import type { RecordDecisions } from '#lib/contract/decisions.ts';
import { flowHash } from '#lib/domain/flows/hash.ts';
import { draftReplay } from '../draft-replay.ts';
import { planReplay } from '../plan-replay.ts';
import { withdrawReplay } from '../steer-replay.ts';
import { listDecisions } from './list-decisions.ts';

describe('decisions on a record', () => {
  let test: TestDatabase;
  let g: Governed;
  let replayId: string;
  let withdrawnId: string;
  beforeAll(async () => {
    test = await createTestDatabase();
    g = await governedFlow(test.database);
    await g.produce(6);
    const toQuarantine = async () => {
      const { id } = await draftReplay(
        g.deps,
        g.person('ana'),
        g.draftBody({ destination: { kind: 'quarantine' }, ticket: 'OPS-7' }),
      );
      await planReplay(g.deps, g.person('ana'), id);
      return id;
    };
    withdrawnId = await toQuarantine();
    await withdrawReplay(g.deps, g.person('ana'), withdrawnId);
    replayId = await toQuarantine();
    await approveAndExecute(g, replayId);
  });
  afterAll(async () => {
    await g.close();
    await test.drop();
  });

  const on = (topic: string, partition: number, offset: bigint, who = 'vera'): Promise<RecordDecisions> =>
    listDecisions(g.deps, g.person(who), { cluster: 'main', topic, partition, offset });

  it('tells who asked, who approved which seal on what evidence, and what became of it', async () => {
    const { decisions, hidden } = await on(g.topics.dlq, 0, 1n);
    expect(hidden).toBe(0);
    const [decision] = decisions;
    const stored = await test.database.stores.replays.read(replayId as never);
    expect(decision).toMatchObject({
      replay: { id: replayId, from: g.topics.dlq, to: { kind: 'quarantine', topic: g.topics.quarantine } },
      ...{ requester: 'ana', reason: 'the provider is back', ticket: 'OPS-7', breakGlass: false },
      digest: stored?.digest,
      policy: { version: stored?.policyVersion, hash: stored?.policyHash },
      declaration: { flow: g.flow.name, hash: flowHash(g.flow) },
      approvals: [{ by: 'ben', decision: 'approve', digest: stored?.digest }],
      record: {
        ...{ topic: g.topics.dlq, partition: 0, offset: '1', outcome: 'replayed' },
        destination: { topic: g.topics.quarantine, partition: 0 },
      },
    });
    expect(decision?.evidence.good).toBeGreaterThan(3);
    expect(Object.values(decision?.evidence ?? {}).reduce((sum, count) => sum + count, 0)).toBe(
      stored?.plan?.evidence.length,
    );
  });

  it('finds the same by where it landed, and by where its lineage began', async () => {
    const [known] = (await on(g.topics.dlq, 0, 1n)).decisions;
    const landed = known?.record?.destination;
    const [byLanding] = (await on(g.topics.quarantine, landed?.partition ?? -1, BigInt(landed?.offset ?? -1)))
      .decisions;
    expect(byLanding).toEqual(known);
    // The third letter, as the fixture writes it.
    const [byOrigin] = (await on(g.topics.origin, 2, 0n)).decisions;
    expect(byOrigin).toEqual(known);
  });

  it('says that there was none where there was none', async () => {
    expect(await on(g.topics.dlq, 0, 999n)).toMatchObject({ decisions: [], hidden: 0 });
    expect(await on('elsewhere', 3, 1n)).toMatchObject({
      decisions: [],
      lineageRoots: ['elsewhere-3-1'],
    });
  });

  it('counts what may not be read, and names nothing of it', async () => {
    const stranger = {
      ...g.person('vera'),
      grants: [{ role: 'viewer' as const, cluster: '*', flow: 'other' }],
    };
    const place = { cluster: 'main', topic: g.topics.dlq, partition: 0, offset: 1n };
    expect(await listDecisions(g.deps, stranger, place)).toMatchObject({ decisions: [], hidden: 1 });
    expect(await refusal(listDecisions(g.deps, stranger, { ...place, cluster: 'none' }))).toMatch(
      /^not_found/,
    );
  });

  it('finds a record among thousands by the sending order, without reading every chunk', async () => {
    await g.produce(2200);
    const policy = { maxRecords: 5000, maxBytes: 50_000_000 };
    const deps = g.withPolicy(policy);
    const body = g.draftBody({ destination: { kind: 'quarantine' }, bounds: policy });
    const { id } = await draftReplay(deps, g.person('ana'), body);
    await planReplay(deps, g.person('ana'), id);
    const { stores } = test.database;
    const allChunks = () => Promise.reject(new Error('Every chunk was read.'));
    const searching = {
      ...deps,
      database: {
        ...test.database,
        stores: { ...stores, replayDecisions: { ...stores.replayDecisions, chunkWith: allChunks } },
      },
    };
    const ordinals = new Set<number>();
    for (const offset of [3n, 500n, 1000n, 1100n]) {
      const place = { cluster: 'main', topic: g.topics.dlq, partition: 1, offset };
      const { decisions } = await listDecisions(searching, g.person('vera'), place);
      const record = decisions.find(({ replay }) => replay.id === id)?.record;
      expect(record).toMatchObject({ topic: g.topics.dlq, partition: 1, offset: String(offset) });
      ordinals.add(Math.floor((record?.ordinal ?? -1) / 1000));
    }
    expect([...ordinals].sort()).toEqual([0, 1, 2]);
    await withdrawReplay(deps, g.person('ana'), id);
  });
});
