import type { SelfHealth } from '#lib/contract/home.ts';
import type { Database } from '#lib/store/database.ts';

const workerSeenMs = 15_000;

/** Sluice's own health: how old the collector's and the index's readings are, which workers live, and where the audit log can't be anchored. */
export async function readSelf(deps: { database: Database; clock: () => Date }): Promise<SelfHealth> {
  const { stores } = deps.database;
  const [collectors, index, workers, policy, places] = await Promise.all([
    stores.selfHealth.collectors(),
    stores.selfHealth.index(),
    stores.workers.seenWithin(workerSeenMs),
    stores.policies.current(),
    stores.auditAnchors.places(),
  ]);
  const now = deps.clock();
  const behind = index.behindRecords;
  return {
    collector: collectors.map(({ cluster, asOf, roundMs }) => ({
      cluster,
      asOf: asOf?.toISOString() ?? null,
      ageMs: asOf ? Math.max(0, now.getTime() - asOf.getTime()) : null,
      roundMs,
    })),
    index: {
      caughtUp: behind === null ? null : behind === 0n,
      behindRecords: behind === null ? null : Number(behind),
      asOf: index.asOf?.toISOString() ?? null,
    },
    audit: {
      failing: places.flatMap(({ place, failingSince, error, anchoredAt }) =>
        failingSince === null
          ? []
          : [
              {
                place,
                since: failingSince.toISOString(),
                why: error ?? '',
                anchoredAt: anchoredAt?.toISOString() ?? null,
              },
            ],
      ),
    },
    workers: workers.map(({ id, seenAt, policyHash }) => ({
      id,
      seenAt: seenAt.toISOString(),
      policyCurrent: policy !== null && policyHash === policy.hash,
    })),
    asOf: now.toISOString(),
  };
}
