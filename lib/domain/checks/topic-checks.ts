import { type Check, fails, passes, unknown, type Verdict } from './check.ts';
import { type FlowFacts, namedTopics, type TopicFacts } from './facts.ts';

const tellMore = 'Let the principal of Sluice describe the topics and their configuration, and look again.';

/** Judges each topic that the flow names and that exists. */
const ofEachTopic = (
  { flow, topics }: FlowFacts,
  judge: (topic: string, facts: TopicFacts) => Verdict,
): Verdict[] =>
  namedTopics(flow).flatMap(({ topic }) => {
    if (!topics.known) return [unknown(topic, topics.why, tellMore)];
    const facts = topics.value.get(topic);
    return facts ? [judge(topic, facts)] : [];
  });

export const topicAbsent: Check<FlowFacts> = {
  code: 'topic_absent',
  severity: 'wrong',
  why: 'What fails can neither be seen nor sent on where the declared topic is not there.',
  judge: ({ flow, topics }) =>
    namedTopics(flow).map(({ topic, role }) => {
      if (!topics.known) return unknown(topic, topics.why, tellMore);
      return topics.value.has(topic)
        ? passes(topic, `The ${role} ${topic} exists.`)
        : fails(
            topic,
            `${topic}, declared as the ${role}, does not exist or may not be seen.`,
            `Create ${topic}, correct its name in the declaration, or let the principal of Sluice describe it.`,
          );
    }),
};

export const autoCreatedTopics: Check<FlowFacts> = {
  code: 'auto_created_topics',
  severity: 'risk',
  why: 'A misspelled retry or dead-letter topic is created in silence, with the default number of partitions and retention, and nobody reads it.',
  judge: ({ flow, autoCreate }) => [
    !autoCreate.known
      ? unknown(
          flow.cluster,
          autoCreate.why,
          'Let the principal of Sluice describe the configuration of the brokers (DESCRIBE_CONFIGS on the cluster).',
        )
      : autoCreate.value
        ? fails(
            flow.cluster,
            'The brokers create a topic for whoever names one (auto.create.topics.enable=true).',
            'Set auto.create.topics.enable=false on the brokers and create topics on purpose.',
          )
        : passes(flow.cluster, 'The brokers create no topic by themselves.'),
  ],
};

export const acknowledgedCanBeLost: Check<FlowFacts> = {
  code: 'acknowledged_can_be_lost',
  severity: 'risk',
  why: 'A record that was acknowledged by one replica alone is gone with that broker: it is neither processed nor a dead letter.',
  judge: (facts) =>
    ofEachTopic(facts, (topic, { replicas, minInSyncReplicas }) => {
      if (replicas < 2)
        return fails(
          topic,
          `${topic} has one replica: what its broker loses is lost.`,
          `Give ${topic} three replicas and min.insync.replicas=2 (kafka-reassign-partitions, kafka-configs).`,
        );
      if (minInSyncReplicas === null)
        return unknown(topic, `min.insync.replicas of ${topic} could not be read.`, tellMore);
      return minInSyncReplicas < 2
        ? fails(
            topic,
            `${topic} has ${replicas} replicas, and a write counts as done once one of them has it (min.insync.replicas=${minInSyncReplicas}).`,
            `Set min.insync.replicas=2 on ${topic}.`,
          )
        : passes(
            topic,
            `A write to ${topic} counts as done once ${minInSyncReplicas} of ${replicas} replicas have it.`,
          );
    }),
};

export const partitionsDiffer: Check<FlowFacts> = {
  code: 'partitions_differ',
  severity: 'risk',
  why: 'With another number of partitions, two records of one key may meet in another order than they were written in.',
  judge: ({ flow, topics }) => {
    if (flow.boundary.ordering === null) return [];
    if (!topics.known) return [unknown(flow.topic, topics.why, tellMore)];
    const own = topics.value.get(flow.topic)?.partitions;
    if (own === undefined) return [];
    return namedTopics(flow).flatMap(({ topic, role }) => {
      const partitions = topics.value.get(topic)?.partitions;
      if (role === 'topic' || partitions === undefined) return [];
      return partitions === own
        ? [passes(topic, `The ${role} ${topic} has ${partitions} partitions, as ${flow.topic} has.`)]
        : [
            fails(
              topic,
              `The ${role} ${topic} has ${partitions} partitions and ${flow.topic} ${own}: order by ${flow.boundary.ordering?.key} is claimed, and does not hold across them.`,
              `Create ${topic} with ${own} partitions, or declare no ordering.`,
            ),
          ];
    });
  },
};
