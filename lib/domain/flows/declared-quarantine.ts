import type { TopicName } from '../kernel/brand.ts';
import { SluiceError } from '../kernel/errors.ts';
import type { Flow } from './flow.ts';
import { isInternalTopic } from './resolve.ts';

/** What a preserve of this topic's dead letters may reach: the one topic that its flow names as `quarantine`, and nothing else. */
export type DeclaredQuarantine = { flow: Flow; topic: TopicName };

const refuse = (detail: string): never => {
  throw new SluiceError('destination_not_allowed', detail);
};

/**
 * Stricter than the destination of an approved replay: only what the flow itself writes down counts, never a topic found by its name, since
 * anybody who may create topics could make that. @throws SluiceError `no_flow`, `destination_not_allowed`
 */
export function declaredQuarantine(
  flows: readonly Flow[],
  cluster: string,
  deadLetters: string,
): DeclaredQuarantine {
  const ofCluster = flows.filter((flow) => flow.cluster === cluster);
  const flow = ofCluster.find((each) => each.deadLetters === deadLetters);
  if (!flow)
    throw new SluiceError(
      'no_flow',
      `No flow declares ${deadLetters} as its dead-letter topic, so it has no declared quarantine to copy into. Declare the flow, with its quarantine, in the configuration.`,
    );
  const topic =
    flow.quarantine ??
    refuse(
      `The flow ${flow.name} declares no quarantine, and nothing is copied into one that is not declared. Name it under "quarantine" of the flow in the configuration.`,
    );
  const used = ofCluster.find(
    (other) => other.topic === topic || other.deadLetters === topic || other.retryTopics.includes(topic),
  );
  if (used)
    refuse(
      `${topic} is declared as the quarantine of flow ${flow.name}, and as a topic of flow ${used.name} that is worked on. Declare a quarantine that nothing else uses.`,
    );
  if (isInternalTopic(topic)) refuse(`${topic} is an internal topic: nothing is copied into it.`);
  return { flow, topic };
}
