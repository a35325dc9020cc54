import { type GroupId, type TopicName, topicName } from '../kernel/brand.ts';
import { SluiceError } from '../kernel/errors.ts';
import type { DestinationKind } from '../replays/state.ts';
import type { Flow } from './flow.ts';
import type { ReplayPolicy } from './policy.ts';
import { receivingFlows, refusedWithoutFlow } from './receivers.ts';

/** Topics that are Kafka's or Sluice's own: nothing is replayed from or to them. */
export const isInternalTopic = (topic: string): boolean =>
  topic.startsWith('__') || topic.startsWith('sluice.');

export type FlowPlace = { flow: Flow; place: 'dead_letters' | 'quarantine' };

const undeclaredQuarantine = (deadLetters: string) => `${deadLetters}.quarantine`;

/** The flow whose dead-letter or quarantine topic this is; null for a topic that no flow declares. */
export function flowOf(flows: readonly Flow[], cluster: string, topic: string): FlowPlace | null {
  for (const flow of flows) {
    if (flow.cluster !== cluster) continue;
    if (flow.deadLetters === topic) return { flow, place: 'dead_letters' };
    if (flow.quarantine === topic) return { flow, place: 'quarantine' };
    if (!flow.quarantine && flow.deadLetters && topic === undeclaredQuarantine(flow.deadLetters))
      return { flow, place: 'quarantine' };
  }
  return null;
}

/** Declared, or an existing `<dead-letter topic>.quarantine`; otherwise there is none (config.md). Sluice never makes one. */
export function quarantineOf(
  flow: Flow | null,
  sourceTopic: string,
  exists: (topic: string) => boolean,
): TopicName | null {
  if (flow?.quarantine) return flow.quarantine;
  const candidate = undeclaredQuarantine(flow?.deadLetters ?? sourceTopic);
  return exists(candidate) ? topicName(candidate) : null;
}

export type Destination = {
  kind: DestinationKind;
  topic: TopicName;
  /** Groups that are to consume what is sent; empty for a quarantine. */
  targetGroups: readonly GroupId[];
};

export type DestinationRequest = {
  cluster: string;
  kind: DestinationKind;
  topic?: string | undefined;
  sourceTopic: string;
  flow: Flow | null;
  /** All flows of the cluster: who consumes a topic that is another flow's. */
  flows: readonly Flow[];
  policy: ReplayPolicy;
  exists: (topic: string) => boolean;
};

const refuse = (detail: string): never => {
  throw new SluiceError('destination_not_allowed', detail);
};

function needFlow(request: DestinationRequest): Flow {
  if (request.flow) return request.flow;
  throw new SluiceError(
    'no_flow',
    `No flow declares ${request.sourceTopic}, so it has no ${request.kind} topic. Declare a flow in the configuration, or choose a quarantine.`,
  );
}

function retryTopic(request: DestinationRequest): TopicName {
  const flow = needFlow(request);
  const [first] = flow.retryTopics;
  const topic = request.topic ? flow.retryTopics.find((declared) => declared === request.topic) : first;
  return (
    topic ??
    refuse(
      request.topic
        ? `${request.topic} is not a retry topic of the flow ${flow.name} (declared: ${flow.retryTopics.join(', ') || 'none'}).`
        : `The flow ${flow.name} declares no retry topic.`,
    )
  );
}

function originTopic(request: DestinationRequest): TopicName {
  const flow = needFlow(request);
  const unsafe = flow.groups.filter((group) => !group.replaySafe).map((group) => group.id);
  if (flow.groups.length === 0)
    refuse(
      `The flow ${flow.name} declares no group, so nobody says that reading ${flow.topic} again is safe.`,
    );
  if (unsafe.length > 0)
    refuse(
      `Every group of ${flow.topic} must be declared replay-safe for a replay to the origin; ${unsafe.join(', ')} ${unsafe.length === 1 ? 'is' : 'are'} not.`,
    );
  return flow.topic;
}

function quarantineTopic(request: DestinationRequest): TopicName {
  return (
    quarantineOf(request.flow, request.sourceTopic, request.exists) ??
    refuse(
      `There is no quarantine for ${request.sourceTopic}: declare one in the flow, or create ${undeclaredQuarantine(request.flow?.deadLetters ?? request.sourceTopic)}. Sluice never creates it.`,
    )
  );
}

const declaredTopic = (request: DestinationRequest): TopicName =>
  request.topic ? topicName(request.topic) : refuse('A destination of kind "topic" names its topic.');

const resolvers: Readonly<Record<DestinationKind, (request: DestinationRequest) => TopicName>> = {
  retry: retryTopic,
  origin: originTopic,
  topic: declaredTopic,
  quarantine: quarantineTopic,
};

/**
 * Where a replay may go (invariant 9): the flow's declared topic, a declared retry topic, a declared quarantine, or a topic that
 * the policy names. Never what a header says, never an internal topic.
 * @throws SluiceError `no_flow`, `destination_not_allowed`
 */
export function resolveDestination(request: DestinationRequest): Destination {
  const { kind, policy, flow, sourceTopic } = request;
  const permitted = kind === 'topic' ? `topic:${request.topic}` : kind;
  if (!policy.destinations.includes(permitted)) {
    if (!flow && kind !== 'quarantine') needFlow(request);
    refuse(
      `The policy of ${flow ? `flow ${flow.name}` : 'topics without a flow'} allows ${policy.destinations.join(', ')}, not ${permitted}.`,
    );
  }
  const topic = resolvers[kind](request);
  if (request.topic !== undefined && request.topic !== topic)
    refuse(`"${kind}" of ${sourceTopic} is ${topic}, not ${request.topic}.`);
  if (isInternalTopic(topic)) refuse(`${topic} is an internal topic.`);
  if (topic === sourceTopic) refuse(`${topic} is where the records are already.`);
  if (!request.exists(topic)) refuse(`${topic} does not exist; Sluice never creates a topic to write to.`);
  const { cluster } = request;
  const refused = flow ? null : refusedWithoutFlow(request.flows, { cluster, kind, topic });
  if (refused) refuse(refused);
  const consumers = kind === 'topic' ? receivingFlows(request.flows, { cluster, kind, topic })[0] : flow;
  return {
    kind,
    topic,
    targetGroups: kind === 'quarantine' ? [] : (consumers?.groups.map((group) => group.id) ?? []),
  };
}

/**
 * Where records go that may not be sent on (ADR 26): the quarantine that the flow declares, where the policy allows one and it is neither the source nor
 * the destination. Never one that is only found by its name. null where there is none: such records are left out.
 */
export function diversionOf(
  {
    flow,
    policy,
    sourceTopic,
    exists,
  }: Pick<DestinationRequest, 'flow' | 'policy' | 'sourceTopic' | 'exists'>,
  destination: Destination,
): TopicName | null {
  const topic = flow?.quarantine ?? null;
  if (topic === null || destination.kind === 'quarantine' || !policy.destinations.includes('quarantine'))
    return null;
  if (topic === sourceTopic || topic === destination.topic || isInternalTopic(topic)) return null;
  return exists(topic) ? topic : null;
}
