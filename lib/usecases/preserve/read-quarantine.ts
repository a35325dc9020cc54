import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import { type DeclaredQuarantine, declaredQuarantine } from '#lib/domain/flows/declared-quarantine.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { keepingOf } from '#lib/domain/flows/keeping.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import { judgeQuarantine, type QuarantineCheck, refusedBy } from '#lib/domain/replays/quarantine-checks.ts';
import type { TopicFacts } from '../evidence/context.ts';
import { findReaders } from './find-readers.ts';

export type Quarantine = DeclaredQuarantine & {
  source: TopicFacts;
  target: TopicFacts;
  checks: readonly QuarantineCheck[];
  /** Partition count by topic, of every topic of the cluster. */
  partitionsOf: ReadonlyMap<string, number>;
};

/**
 * The quarantine that the flow declares for a dead-letter topic, and how it stands now: every check is read from Kafka.
 * @throws SluiceError `no_flow`, `destination_not_allowed`, `not_found`; BrokerFailure
 */
export async function readQuarantine(
  connection: Pick<ClusterConnection, 'name' | 'admin' | 'groups'>,
  flows: readonly Flow[],
  deadLetters: string,
): Promise<Quarantine> {
  const declared = declaredQuarantine(flows, connection.name, deadLetters);
  const topics = await connection.admin.describeTopics();
  const infoOf = (name: string) => topics.find((each) => each.topic === name);
  const [from, to] = [infoOf(deadLetters), infoOf(declared.topic)];
  if (!from)
    throw new SluiceError('not_found', `There is no topic ${deadLetters} in cluster ${connection.name}.`);
  if (!to)
    throw new SluiceError(
      'destination_not_allowed',
      `The quarantine ${declared.topic} of flow ${declared.flow.name} does not exist in cluster ${connection.name}. Create it; Sluice never creates a topic to write to.`,
    );
  const [configs, readers] = await Promise.all([
    connection.admin.topicConfigs([deadLetters, declared.topic]),
    findReaders(connection.groups, declared.topic),
  ]);
  const factsOf = ({ topic, topicId, partitions }: typeof from): TopicFacts => ({
    topicId,
    partitions: partitions.length,
    config: configs.get(topic) ?? new Map(),
  });
  const checks = judgeQuarantine({
    source: {
      topic: deadLetters,
      keeping: keepingOf(configs.get(deadLetters)),
      partitions: from.partitions.length,
    },
    quarantine: { topic: declared.topic, keeping: keepingOf(configs.get(declared.topic)) },
    readers,
  });
  return {
    ...declared,
    source: factsOf(from),
    target: factsOf(to),
    checks,
    partitionsOf: new Map(topics.map(({ topic, partitions }) => [topic, partitions.length])),
  };
}

/** @throws SluiceError `destination_not_allowed` naming the first check that forbids a copy, and what to do */
export function requireSafe({ topic, checks }: Pick<Quarantine, 'topic' | 'checks'>): void {
  const refusal = refusedBy(checks);
  if (!refusal) return;
  throw new SluiceError(
    'destination_not_allowed',
    `Nothing is copied into ${topic} (check ${refusal.check}${refusal.state === 'unknown' ? ', not known' : ''}): ${refusal.sentence} ${refusal.remedy ?? ''}`.trim(),
    { fields: { check: refusal.check, checks } },
  );
}
