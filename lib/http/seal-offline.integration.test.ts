import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Governed, governedFlow } from '#fixtures/governance.ts';
import { createTestRuntime, type TestRuntime } from '#fixtures/web-runtime.ts';
import type { RouteHandler } from './handle.ts';

const holder = globalThis as { sluiceWebRuntime?: unknown };
const routes = import.meta.glob<Partial<Record<'GET' | 'POST', RouteHandler>>>(
  '../../app/api/v1/replays/**/route.ts',
);
let test: TestRuntime;
let g: Governed;
beforeAll(async () => {
  test = await createTestRuntime();
  g = await governedFlow(test.runtime.database, { policy: { maxAttemptsPerLineage: 1 } });
  await g.produce(5);
  const runtime = { ...test.runtime, config: g.deps.config, clusters: g.deps.clusters };
  holder.sluiceWebRuntime = Promise.resolve(runtime);
});
afterAll(async () => {
  delete holder.sluiceWebRuntime;
  await g.close();
  await test.drop();
});

async function call(
  method: 'GET' | 'POST',
  path: string,
  id: string | null,
  body?: unknown,
): Promise<Response> {
  const folder = id ? path.replace(id, '[id]') : path;
  const handler = (await routes[`../../app/api/v1${folder}/route.ts`]?.())?.[method];
  if (!handler) throw new Error(`${folder} does not answer ${method}`);
  return handler(test.request(method, path, { as: 'ana', ...(body === undefined ? {} : { body }) }), {
    params: Promise.resolve({ id }),
  });
}

// From here on only what an outsider has: SHA-256 and JSON, as docs/seal.md tells it.
const sha256 = (...parts: (string | Uint8Array)[]) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, item]) => [name, sorted(item)]));
};
const hashOf = (value: unknown) => sha256(JSON.stringify(sorted(value))).toString('hex');
const tree = (leaves: Uint8Array[]): Buffer => {
  let level: Uint8Array[] = leaves.map((leaf) => sha256(Uint8Array.of(0), leaf));
  while (level.length > 1) {
    const above: Uint8Array[] = [];
    for (let at = 0; at < level.length; at += 2) {
      const pair = level.slice(at, at + 2);
      above.push(pair.length === 2 ? sha256(Uint8Array.of(1), ...pair) : Buffer.concat(pair));
    }
    level = above;
  }
  return Buffer.concat(level);
};

/** Reads a planned replay as an outsider does, and recomputes its seal. */
async function recomputed(id: string) {
  const { seal } = await (await call('GET', `/replays/${id}/report`, id)).json();
  const replay = await (await call('GET', `/replays/${id}`, id)).json();
  const lines = (await (await call('GET', `/replays/${id}/manifest`, id)).text()).trimEnd().split('\n');
  expect(lines).toHaveLength(5);
  const chunks: string[][] = [];
  for (let at = 0; at < lines.length; at += 1000) chunks.push(lines.slice(at, at + 1000));
  const root = tree(chunks.map((chunk) => tree(chunk.map((line) => Buffer.from(line, 'utf8')))));
  expect(seal.formatVersion).toBe(2);
  expect(root.toString('hex')).toBe(seal.manifestRoot);
  expect(hashOf(replay.evidence)).toBe(seal.evidenceHash);
  expect(hashOf(seal)).toBe(replay.digest);
  return { seal, replay, entries: lines.map((line) => JSON.parse(line)) };
}

it('an outsider recomputes the seal from what the API answers, and a changed answer does not fit it', async () => {
  const drafted = await (await call('POST', '/replays', null, g.draftBody())).json();
  const { id } = drafted;
  const planned = await (await call('POST', `/replays/${id}/plan`, id, {})).json();
  expect(planned.state).toBe('planned');
  const { seal, replay, entries } = await recomputed(id);
  expect(seal.policy).toEqual(replay.policy);
  expect(seal.consequence).toBe(replay.consequence);
  const fewer = { ...seal, policy: { ...seal.policy, approvalsNeeded: 0 } };
  expect(hashOf(fewer)).not.toBe(replay.digest);
  expect(seal).not.toHaveProperty('diversion');

  // One of them is tried as often as it may be meanwhile: planned again it is diverted, and that is sealed.
  const { lineageAttempts } = test.runtime.database.stores;
  await lineageAttempts.add(g.clusterId, 'r-earlier', [entries[2].lineageRoot], new Date());
  await call('POST', `/replays/${id}/plan`, id, {});
  const again = await recomputed(id);
  expect(again.entries.map(({ divert }) => divert)).toEqual([
    ...[undefined, undefined],
    ...['attempts_exhausted', undefined, undefined],
  ]);
  expect(again.seal.diversion).toMatchObject({ topic: g.topics.quarantine, records: 1 });
  expect(again.replay.digest).not.toBe(replay.digest);
});
