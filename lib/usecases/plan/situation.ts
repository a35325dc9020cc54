import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import type { ReplayPolicy } from '#lib/domain/flows/policy.ts';
import { flowUnderReceivers } from '#lib/domain/flows/receivers.ts';
import { type Destination, diversionOf, flowOf, resolveDestination } from '#lib/domain/flows/resolve.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import type { DivertsTo, TopicFacts } from '../evidence/context.ts';
import type { ReplayDeps } from '../replay-deps.ts';

export type Governance = { flow: Flow | null; policy: ReplayPolicy };

/** The flow that declares a dead-letter or quarantine topic and the policy that holds for it. */
export function governanceOf(deps: Pick<ReplayDeps, 'config'>, cluster: string, topic: string): Governance {
  const flow = flowOf(deps.config.flows, cluster, topic)?.flow ?? null;
  return { flow, policy: flow?.policy ?? deps.config.defaultPolicy };
}

/** The same, with the boundary of everybody who receives what the replay sends. */
export function governanceOfReplay(
  deps: Pick<ReplayDeps, 'config'>,
  { cluster, source, destination: { kind, topic } }: Pick<Replay, 'cluster' | 'source' | 'destination'>,
): Governance & Pick<Situation, 'declared'> {
  const { flow: declared, policy } = governanceOf(deps, cluster, source.topic);
  return {
    declared,
    flow: flowUnderReceivers(declared, deps.config.flows, { cluster, kind, topic }),
    policy,
  };
}

/** @throws SluiceError `not_found` */
export function connectionOf(deps: Pick<ReplayDeps, 'clusters'>, cluster: string): ClusterConnection {
  const connection = deps.clusters.get(cluster);
  if (connection) return connection;
  throw new SluiceError(
    'not_found',
    `No cluster is called ${cluster}; there is ${[...deps.clusters.keys()].join(', ')}.`,
  );
}

/** @throws SluiceError `destination_not_allowed` for a read-only cluster */
export function requireWritable(deps: Pick<ReplayDeps, 'config'>, cluster: string): void {
  if (deps.config.clusters.find((declared) => declared.name === cluster)?.readOnly)
    throw new SluiceError(
      'destination_not_allowed',
      `Cluster ${cluster} is declared readOnly: no replay may ever write there.`,
    );
}

/**
 * Resolves a destination against the topics that exist now.
 * @throws SluiceError as `resolveDestination`; BrokerFailure
 */
export async function findDestination(
  deps: Pick<ReplayDeps, 'config' | 'clusters'>,
  request: { cluster: string; sourceTopic: string; kind: Destination['kind']; topic?: string | undefined },
  governance: Governance,
): Promise<Destination> {
  requireWritable(deps, request.cluster);
  const names = new Set(
    (await connectionOf(deps, request.cluster).admin.describeTopics()).map((topic) => topic.topic as string),
  );
  return resolveDestination({
    cluster: request.cluster,
    kind: request.kind,
    topic: request.topic,
    sourceTopic: request.sourceTopic,
    flow: governance.flow,
    flows: deps.config.flows.filter((flow) => flow.cluster === request.cluster),
    policy: governance.policy,
    exists: (topic) => names.has(topic),
  });
}

export type Situation = Governance & {
  /** The flow as it is declared: its own boundary alone. */
  declared: Flow | null;
  /** All flows of the cluster. */
  flows: readonly Flow[];
  connection: ClusterConnection;
  destination: Destination;
  source: TopicFacts;
  target: TopicFacts;
  /** Where what may not be sent on would go; null where there is no such place. */
  diversion: DivertsTo | null;
  /** Partition count by topic, of every topic of the cluster. */
  partitionsOf: ReadonlyMap<string, number>;
};

/**
 * Everything about source and destination of a replay as it is now.
 * @throws SluiceError `conflict` when the source was recreated; as `resolveDestination`; BrokerFailure
 */
export async function readSituation(
  deps: Pick<ReplayDeps, 'config' | 'clusters'>,
  replay: Pick<Replay, 'cluster' | 'source' | 'destination'>,
): Promise<Situation> {
  const governance = governanceOfReplay(deps, replay);
  const connection = connectionOf(deps, replay.cluster);
  requireWritable(deps, replay.cluster);
  const topics = await connection.admin.describeTopics();
  const byName = new Map(topics.map((topic) => [topic.topic, topic]));
  const flows = deps.config.flows.filter((flow) => flow.cluster === replay.cluster);
  const request = {
    cluster: replay.cluster,
    kind: replay.destination.kind,
    topic: replay.destination.topic,
    sourceTopic: replay.source.topic,
    flow: governance.flow,
    flows,
    policy: governance.policy,
    exists: (topic: string) => byName.has(topic),
  };
  const destination = resolveDestination(request);
  const divertsTo = diversionOf(request, destination);
  const asked = [replay.source.topic, destination.topic, ...(divertsTo ? [divertsTo] : [])];
  const configs = await connection.admin.topicConfigs(asked);
  const factsOf = (name: string): TopicFacts | null => {
    const topic = byName.get(name);
    return (
      (topic && {
        topicId: topic.topicId,
        partitions: topic.partitions.length,
        config: configs.get(name) ?? new Map(),
      }) ??
      null
    );
  };
  const source = factsOf(replay.source.topic);
  const target = factsOf(destination.topic);
  const divertedFacts = divertsTo && factsOf(divertsTo);
  if (source?.topicId !== replay.source.topicId)
    throw new SluiceError(
      'conflict',
      `${replay.source.topic} was ${source ? 'recreated' : 'deleted'} since this replay was drafted: draft a new one.`,
    );
  if (!target) throw new SluiceError('destination_not_allowed', `${destination.topic} does not exist.`);
  return {
    ...governance,
    flows,
    connection,
    destination,
    source,
    target,
    diversion: divertedFacts && divertsTo ? { topic: divertsTo, ...divertedFacts } : null,
    partitionsOf: new Map(topics.map((topic) => [topic.topic, topic.partitions.length])),
  };
}
