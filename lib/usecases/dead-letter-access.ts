import { authorize } from '#lib/auth/authorize.ts';
import type { Config } from '#lib/config/config.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import type { AuditEntry } from '#lib/domain/audit/line.ts';
import { type Masks, parseMasks } from '#lib/domain/dead-letters/masks.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { Database } from '#lib/store/database.ts';
import type { TopicRow } from '#lib/store/dead-letters.ts';

export type TopicRef = { cluster: string; topic: string };
export type DeadLetterDeps = {
  database: Pick<Database, 'stores'>;
  config: Pick<Config, 'clusters' | 'flows' | 'deadLetters'>;
  clock: () => Date;
};

/** The indexed topic, if the principal may read it. @throws SluiceError not_found, forbidden */
export async function requireTopic(
  { database, config }: Pick<DeadLetterDeps, 'database' | 'config'>,
  principal: Principal,
  { cluster, topic }: TopicRef,
): Promise<TopicRow> {
  if (!config.clusters.some((each) => each.name === cluster))
    throw new SluiceError('not_found', `No cluster is called "${cluster}".`);
  authorize(principal, 'read', { cluster });
  const found = await database.stores.deadLetters.findTopic(cluster, topic);
  if (!found)
    throw new SluiceError(
      'not_found',
      `"${topic}" is not a dead-letter or quarantine topic of cluster ${cluster} that the index knows.`,
    );
  authorize(principal, 'read', { cluster, flow: found.flow });
  return found;
}

export const flowOf = (
  config: Pick<Config, 'flows'>,
  topic: Pick<TopicRow, 'cluster' | 'flow'>,
): Flow | null =>
  config.flows.find((flow) => flow.cluster === topic.cluster && flow.name === topic.flow) ?? null;

export const masksOf = (config: Pick<Config, 'flows'>, topic: Pick<TopicRow, 'cluster' | 'flow'>): Masks =>
  parseMasks(flowOf(config, topic)?.mask ?? []);

/** A line of the audit log for what somebody was let do on a topic: `detail` beside which topic it was, and by which way they came. */
export const allowedLine = (
  principal: Principal,
  topic: TopicRow,
  { action, resource, detail }: Pick<AuditEntry, 'action' | 'resource' | 'detail'>,
): AuditEntry => ({
  actor: principal.name,
  action,
  outcome: 'allowed',
  code: null,
  resource,
  detail: {
    cluster: topic.cluster,
    topic: topic.topic,
    topicId: topic.topicId,
    flow: topic.flow,
    ...detail,
    via: principal.via,
  },
});
