/** One topic as it is now: a recreated one is another. */
export type TopicPlace = { clusterId: string; topicId: string };
