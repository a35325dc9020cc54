import type { Flow } from './flow.ts';

const topicPrefix = 'topic:';

/** Every topic that a replay of these flows may go to by their declarations (invariant 9), each once. */
export const declaredDestinations = (flows: readonly Flow[]): string[] => [
  ...new Set(
    flows.flatMap((flow) => [
      flow.topic,
      ...flow.retryTopics,
      ...(flow.quarantine ? [flow.quarantine] : flow.deadLetters ? [`${flow.deadLetters}.quarantine`] : []),
      ...flow.policy.destinations.flatMap((each) =>
        each.startsWith(topicPrefix) ? [each.slice(topicPrefix.length)] : [],
      ),
    ]),
  ),
];
