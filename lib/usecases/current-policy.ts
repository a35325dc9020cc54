import { policyContent } from '#lib/config/build.ts';
import type { Config } from '#lib/config/config.ts';
import { flowHash } from '#lib/domain/flows/hash.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { PolicyVersion } from '#lib/store/policies.ts';
import { type ReplayDeps, systemActor } from './replay-deps.ts';

const holder = globalThis as typeof globalThis & { sluicePolicies?: WeakMap<Config, Promise<void>> };
// Next bundles this module more than once; a second copy must not register an older file over a newer one.
holder.sluicePolicies ??= new WeakMap();
const registered = holder.sluicePolicies;

async function register({ database, config, clock }: Pick<ReplayDeps, 'database' | 'config' | 'clock'>) {
  await database.transact(async (stores) => {
    const now = clock();
    const { version, created } = await stores.policies.ensureCurrent(
      config.policyHash,
      policyContent(config),
      now,
    );
    // Also without a new policy: a database from before flows had versions has none.
    const declared = await stores.flowVersions.ensureCurrent(
      config.flows.map((flow) => ({
        ...{ cluster: flow.cluster, flow: flow.name, hash: flowHash(flow) },
        declaration: flow,
      })),
      now,
    );
    if (!created) return;
    await stores.audit.append({
      actor: systemActor,
      action: 'policy.version',
      outcome: 'allowed',
      code: null,
      resource: `policy/${version.version}`,
      detail: {
        version: version.version,
        hash: version.hash,
        flows: config.flows.map((flow) => flow.name),
        declared: declared.map(({ flow, version: declaration, hash }) => ({
          flow,
          version: declaration,
          hash,
        })),
      },
    });
  });
}

/**
 * The policy version in force, which is this process's own: its file becomes the current version when it is first used here.
 * @throws SluiceError `policy_changed` when another process has since registered another file
 */
export async function currentPolicy(
  deps: Pick<ReplayDeps, 'database' | 'config' | 'clock'>,
): Promise<PolicyVersion> {
  let once = registered.get(deps.config);
  if (!once) {
    once = register(deps).catch((error) => {
      registered.delete(deps.config);
      throw error;
    });
    registered.set(deps.config, once);
  }
  await once;
  const current = await deps.database.stores.policies.current();
  if (current?.hash !== deps.config.policyHash)
    throw new SluiceError(
      'policy_changed',
      `The policy file of this web process is not the current version (${current?.version ?? 'none'}): another process has registered a newer one. Restart this one with the same file.`,
    );
  return current;
}
