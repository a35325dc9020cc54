import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { plainBoundary } from '#fixtures/boundary.ts';
import { type ChargeBooks, openChargeBooks } from '#fixtures/charge-books.ts';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { type Governed, governedFlow } from '#fixtures/governance.ts';
import type { DraftBody } from '#lib/contract/replays.ts';
import { decodeChunk } from '#lib/domain/replays/manifest.ts';
import { createProbes } from '#lib/probes/create-probes.ts';
import { draftReplay } from '../draft-replay.ts';
import { planReplay } from '../plan-replay.ts';
import { withdrawReplay } from '../steer-replay.ts';

/** Three in ten were charged although their answer never came. */
const wasCharged = (orderId: string) => Number(/\d+/.exec(orderId)?.[0]) % 10 < 3;

describe('asking the owner of an effect while planning', () => {
  let test: TestDatabase;
  let books: ChargeBooks;
  let g: Governed;
  beforeAll(async () => {
    test = await createTestDatabase();
    books = await openChargeBooks(wasCharged);
    const limits = { timeoutMs: 5000, atOnce: 4, budgetMs: 30_000 };
    g = await governedFlow(test.database, {
      probes: createProbes([
        {
          ...{ kind: 'http', name: 'books', url: books.url, headers: {}, field: null },
          ...{ ...limits, done: [200], notDone: [404] },
        },
      ]),
      flow: {
        boundary: {
          ...plainBoundary,
          effects: [
            {
              what: 'charges a card',
              external: true,
              idempotencyKey: 'field:/orderId',
              probe: { name: 'books', asks: books.url },
            },
          ],
        },
      },
    });
    await g.produce(40, { value: (n) => JSON.stringify({ orderId: `o-${n}` }) });
  });
  const drafts: string[] = [];
  afterEach(async () => {
    // What one test holds, the next one needs.
    for (const id of drafts.splice(0)) await withdrawReplay(g.deps, g.person('ana'), id);
    books.failWith(null);
    books.asked.splice(0);
  });
  afterAll(async () => {
    books.close();
    await g.close();
    await test.drop();
  });

  const plan = async (
    kind: 'retry' | 'quarantine' = 'retry',
    more: Partial<DraftBody> = {},
    deps = g.deps,
  ) => {
    const ana = g.person('ana');
    const draft = await draftReplay(deps, ana, g.draftBody({ destination: { kind }, ...more }));
    drafts.push(draft.id);
    const planned = await planReplay(deps, ana, draft.id);
    const evidence = planned.plan?.evidence.find((item) => item.name === 'effectsDone');
    return { planned, evidence };
  };
  const frozen = async (id: string) => {
    const chunk = await test.database.stores.manifestChunks.read(id, 0);
    return decodeChunk(chunk?.body ?? '').length;
  };

  it('asks for every record, leaves out what was done and freezes what was not', async () => {
    const { planned, evidence } = await plan();
    expect(books.asked.toSorted()).toEqual(Array.from({ length: 40 }, (_, n) => `o-${n}`).toSorted());
    expect(planned.state).toBe('planned');
    expect(planned.plan?.manifest).toMatchObject({ records: 28, leftOutReasons: { effect_done: 12 } });
    expect(await frozen(planned.id)).toBe(28);
    expect(evidence).toMatchObject({
      status: 'good',
      denominator: 40,
      value: { asked: 40, done: 12, notDone: 28, unknown: 0 },
      sentence:
        'books says: done already for 12 of 40, which are left out; not done for the 28 that are sent.',
    });
  });

  it('blocks what nobody can answer for', async () => {
    books.failWith(500);
    const { planned, evidence } = await plan();
    expect(planned.state).toBe('blocked');
    expect(planned.plan?.policy.rules).toContainEqual(
      expect.objectContaining({ rule: 'evidence.effectsDone', effect: 'deny' }),
    );
    expect(evidence).toMatchObject({ status: 'blocks', value: { unknown: 40 } });
    expect(evidence?.sentence).toContain('it answered 500');
  });

  it('counts reasons of the records that it takes, not of those beyond the bounds', async () => {
    books.failWith(418);
    const { evidence } = await plan('retry', { bounds: { maxRecords: 1 } });
    expect(evidence?.sentence).toBe(
      'Of 1 record of 1 nobody can say whether the effect was done: 1 because it answered 418.',
    );
  });

  it('asks nobody about a quarantine', async () => {
    const { planned } = await plan('quarantine');
    expect(planned.plan?.manifest.records).toBe(40);
    expect(books.asked).toEqual([]);
  });

  // Last: its declaration is in force from then on.
  it('leaves nothing out for the one of two effects that has a probe, and says that of the other nothing is known', async () => {
    const [charge] = g.flow.boundary.effects;
    const mail = { ...charge, what: 'mails the customer', external: true, idempotencyKey: 'field:/orderId' };
    const effects = [...g.flow.boundary.effects, { ...mail, probe: null }];
    const deps = g.withPolicy({}, { boundary: { ...g.flow.boundary, effects } });
    const charged = await plan('retry', {}, deps);
    expect(charged.planned).toMatchObject({ state: 'blocked' });
    expect(charged.planned.plan?.manifest).toMatchObject({ records: 40, leftOutReasons: {} });
    expect(charged.evidence).toMatchObject({
      status: 'blocks',
      value: { done: 0, notDone: 28, unknown: 12 },
    });
    expect(charged.evidence?.sentence).toContain('nobody can be asked about "mails the customer"');

    await withdrawReplay(deps, g.person('ana'), charged.planned.id);
    drafts.pop();

    const records = [{ partition: 1, offset: '1' }];
    const notCharged = await plan('retry', { source: { topic: g.topics.dlq, selection: { records } } }, deps);
    expect(notCharged.planned).toMatchObject({ state: 'planned' });
    expect(notCharged.evidence).toMatchObject({
      status: 'unknown',
      value: { unasked: ['mails the customer'] },
    });
  });
});
