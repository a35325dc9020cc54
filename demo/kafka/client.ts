import { Kafka, logLevel, Partitioners, type Producer } from 'kafkajs';
import { log } from '../log.ts';
import { type Topology, topicConfigs } from '../topology.ts';

/** Each service has a client of its own, so that the broker and the console see its name. */
export const kafkaFor = (brokers: string[], clientId: string): Kafka =>
  new Kafka({
    brokers,
    clientId,
    logLevel: logLevel.NOTHING, // it reports what it then recovers from; what it doesn't is thrown, and logged here
    connectionTimeout: 3000,
    retry: { initialRetryTime: 100, maxRetryTime: 5000, retries: 6 },
  });

/**
 * Waits for every replica, never creates a topic by accident. Idempotent, because a retry inside kafkajs sends again also
 * what had arrived: without it the first orders on new topics were seen twice. After an error that reaches the caller the
 * producer has to be thrown away: kafkajs may have lost count of what it sent.
 */
export const producerOf = (kafka: Kafka): Producer =>
  kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
  });

/** Creates what is missing; an existing topic is left as it is. */
export async function ensureTopics(kafka: Kafka, topology: Topology): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const existing = new Set(await admin.listTopics());
    const missing = topicConfigs(topology).filter(({ topic }) => !existing.has(topic));
    if (missing.length === 0) return;
    await admin.createTopics({ topics: missing, waitForLeaders: true, timeout: 15_000 });
    log('platform', `created ${missing.length} topics`);
  } finally {
    await admin.disconnect();
  }
}
