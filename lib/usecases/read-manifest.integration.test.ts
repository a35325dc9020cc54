import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { type Governed, governedFlow } from '#fixtures/governance.ts';
import { refusal } from '#fixtures/refusal.ts';
import { chunkRoot, manifestRoot } from '#lib/domain/replays/manifest.ts';
import { draftReplay } from './draft-replay.ts';
import { planReplay } from './plan-replay.ts';
import { readManifest } from './read-manifest.ts';
import { withdrawReplay } from './steer-replay.ts';

describe('the manifest of a replay, as it is downloaded', () => {
  let test: TestDatabase;
  let g: Governed;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterEach(() => g.close());
  afterAll(() => test.drop());

  const draftOf = async (letters: number) => {
    g = await governedFlow(test.database, { policy: { maxRecords: 5000 } });
    await g.produce(letters);
    return draftReplay(g.deps, g.person('ana'), g.draftBody());
  };
  const read = async (id: string) => new Response(await readManifest(g.deps, g.person('vera'), id)).text();

  it('is refused before there is one, instead of being empty', async () => {
    const { id } = await draftOf(2);
    expect(await refusal(read(id))).toBe(
      `wrong_state: Replay ${id} has no manifest: none is frozen before it is planned.`,
    );
    await planReplay(g.deps, g.person('ana'), id);
    await withdrawReplay(g.deps, g.person('ana'), id);
    expect((await read(id)).split('\n')).toHaveLength(3);
  });

  it('has the sealed root, in several chunks', async () => {
    const { id } = await draftOf(1200);
    const planned = await planReplay(g.deps, g.person('ana'), id);
    const lines = (await read(id)).trimEnd().split('\n');
    const chunks = [lines.slice(0, 1000), lines.slice(1000)].map((some) => ({
      root: chunkRoot(`${some.join('\n')}\n`),
    }));
    expect(manifestRoot(chunks)).toBe(planned.manifestRoot);
  });

  it('breaks off where it is planned anew in between: no reader gets a mixture of two', async () => {
    // The next chunk is on its way while one is read: of three, the last is read after that.
    const { id } = await draftOf(2500);
    await planReplay(g.deps, g.person('ana'), id);
    const reader = (await readManifest(g.deps, g.person('vera'), id)).getReader();
    await reader.read();
    await g.produce(10);
    await planReplay(g.deps, g.person('ana'), id);
    const rest = async () => {
      while (!(await reader.read()).done);
    };
    await expect(rest()).rejects.toThrow(`Replay ${id} was planned anew while its manifest was read`);
  });

  it('breaks off where it is gone in between', async () => {
    const { id } = await draftOf(1200);
    const planned = await planReplay(g.deps, g.person('ana'), id);
    const reader = (await readManifest(g.deps, g.person('vera'), id)).getReader();
    await test.database.stores.manifestChunks.replace(planned.id, []);
    const rest = async () => {
      while (!(await reader.read()).done);
    };
    await expect(rest()).rejects.toThrow('planned anew');
  });
});
