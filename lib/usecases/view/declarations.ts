import { hashPolicy } from '#lib/config/build.ts';
import type { Config } from '#lib/config/config.ts';
import type { DeclarationRef } from '#lib/contract/replays.ts';
import { flowHash } from '#lib/domain/flows/hash.ts';
import type { Sha256 } from '#lib/domain/kernel/brand.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import type { Database } from '#lib/store/database.ts';

type Hashes = ReadonlyMap<string, Sha256>;
type Deps = { database: Pick<Database, 'stores'> };

/** A version never changes: it is read and hashed once in the life of a process. */
const known = new WeakMap<object, Map<number, Hashes>>();
const keyOf = (cluster: string, flow: string) => JSON.stringify([cluster, flow]);

async function hashesOf({ database }: Deps, version: number): Promise<Hashes> {
  const ofDatabase = known.get(database) ?? new Map<number, Hashes>();
  known.set(database, ofDatabase);
  const kept = ofDatabase.get(version);
  if (kept) return kept;
  const row = await database.stores.policies.contentOf(version);
  const content = row?.content as Pick<Config, 'flows' | 'defaultPolicy'> | undefined;
  // Only what hashes to what the seal covers says what was declared.
  const hashes: Hashes =
    row && content && Array.isArray(content.flows) && hashPolicy(content) === row.hash
      ? new Map(content.flows.map((flow) => [keyOf(flow.cluster, flow.name), flowHash(flow)]))
      : new Map();
  if (row) ofDatabase.set(version, hashes);
  return hashes;
}

/**
 * By replay, the declaration of its flow that it was planned under. It is found by the policy version that the seal names and whose hash the seal covers, so no other
 * declaration can be put in its place; null where nothing was planned, no flow declares the source, or that version can't be told any more.
 */
export async function declarationsOf(
  deps: Deps,
  replays: readonly Pick<Replay, 'id' | 'cluster' | 'flow' | 'policyVersion'>[],
): Promise<Map<string, DeclarationRef | null>> {
  const refs = replays.map(async ({ id, cluster, flow, policyVersion }) => {
    if (flow === null || policyVersion === null) return [id as string, null] as const;
    const hash = (await hashesOf(deps, policyVersion)).get(keyOf(cluster, flow));
    return [id as string, hash ? { flow: flow as string, hash: hash as string } : null] as const;
  });
  return new Map(await Promise.all(refs));
}
