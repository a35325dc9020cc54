import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { type Governed, governedFlow } from '#fixtures/governance.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import { decodeChunk } from '#lib/domain/replays/manifest.ts';
import { draftReplay } from './draft-replay.ts';
import { planReplay } from './plan-replay.ts';

const refusalOf = async (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => (error instanceof SluiceError ? error : null),
  );

describe('a replay by filter', () => {
  let test: TestDatabase;
  let g: Governed;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterEach(() => g.close());
  afterAll(() => test.drop());

  const draft = (filter: string, person = 'ana') =>
    draftReplay(
      g.deps,
      g.person(person),
      g.draftBody({ source: { topic: g.topics.dlq, selection: { filter } } }),
    );

  it('is kept in its normal form, and freezes what it finds as of when it is planned', async () => {
    g = await governedFlow(test.database);
    await g.produce(8);
    const drafted = await draft(`(key in ['order-1',"order-3"]) && headers["x-app"]=="kept" && at<=now`);
    const normal = 'key in ["order-1", "order-3"] && headers["x-app"] == "kept" && at <= now';
    expect(drafted.source.selection).toEqual({ filter: normal });

    const longAgo = { ...g.deps, clock: () => new Date('2001-01-01T00:00:00Z') };
    expect((await refusalOf(planReplay(longAgo, g.person('ana'), drafted.id)))?.code).toBe(
      'nothing_to_replay',
    );

    const planned = await planReplay(g.deps, g.person('ana'), drafted.id);
    expect(planned.plan?.manifest).toMatchObject({ records: 2, leftOut: 0 });
    const chunk = await test.database.stores.manifestChunks.read(drafted.id, 0);
    expect(
      decodeChunk(chunk?.body ?? '')
        .map((entry) => Number(entry.origin?.offset))
        .sort(),
    ).toEqual([0, 1]);

    const selection = planned.plan?.selection;
    expect(selection).toMatchObject({ filter: normal, now: expect.stringMatching(/^\d{4}-.*Z$/) });
    const again = await planReplay(g.deps, g.person('ana'), drafted.id);
    expect(again.manifestRoot).toBe(planned.manifestRoot);
    const { audit } = test.database.stores;
    const [line] = await audit.list({ action: 'replay.plan' }, { limit: 1, before: null });
    expect(JSON.stringify(line?.detail)).toContain('with now = ');
  });

  it('is refused with the place of what is wrong, and to those who may not see what it looks at', async () => {
    g = await governedFlow(test.database);
    const refused = await refusalOf(draft('atempts > 3'));
    expect(refused).toMatchObject({
      code: 'bad_request',
      fields: { filter: { kind: 'unknown_name', at: 0, end: 7, line: 1, column: 1, suggestion: 'attempts' } },
    });
    expect(refused?.message).toContain('Did you mean attempts?');
    expect((await refusalOf(draft('key == "a"', 'vera')))?.code).toBe('forbidden');
  });
});
