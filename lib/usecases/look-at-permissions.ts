import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import { declaredDestinations } from '#lib/domain/flows/declared-destinations.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import type { Database } from '#lib/store/database.ts';

export type PermissionDeps = {
  database: Database;
  workerId: string;
  /** With the principal that writes. */
  cluster: Pick<ClusterConnection, 'name' | 'admin'>;
  flows: readonly Flow[];
  clock: () => Date;
};

/** Asks Kafka what this worker may write to, of every declared destination, and keeps the answer. Sends nothing. @throws BrokerFailure */
export async function lookAtPermissions(deps: PermissionDeps): Promise<void> {
  const { cluster, flows, workerId } = deps;
  const topics = declaredDestinations(flows.filter((flow) => flow.cluster === cluster.name));
  const allowed = await cluster.admin.mayWrite(topics);
  const told = topics.map((topic) => {
    const answer = allowed.get(topic);
    const why =
      answer === undefined
        ? 'The topic is not there, or the worker may not see it.'
        : answer === null
          ? 'The broker did not tell which operations it allows.'
          : null;
    return { topic, allowed: answer ?? null, why };
  });
  await deps.database.transact((stores) =>
    stores.writePermissions.save(cluster.name, workerId, told, deps.clock()),
  );
}
