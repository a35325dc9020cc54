import type { ITopicConfig } from 'kafkajs';

const partitions = 6;
const days = (count: number) => String(count * 86_400_000);
const mebibytes = (count: number) => String(count * 1_048_576);

/** Names of every topic and group of the platform, the same as in sluice.yaml when the prefix is empty. */
export const topologyOf = (prefix: string) => ({
  topics: {
    orders: `${prefix}orders.v1`,
    reservations: `${prefix}inventory.reservations.v1`,
    paymentsRetry: `${prefix}orders.v1.payments.retry`,
    paymentsDeadLetters: `${prefix}orders.v1.payments.dlq`,
    paymentsQuarantine: `${prefix}orders.v1.payments.quarantine`,
    inventoryRetry: `${prefix}orders.v1.inventory.retry`,
    inventoryDeadLetters: `${prefix}orders.v1.inventory.dlq`,
    inventoryQuarantine: `${prefix}orders.v1.inventory.quarantine`,
    notificationsRetry: `${prefix}orders.v1.notifications.retry`,
    notificationsDeadLetters: `${prefix}dead-letter-topic-notifications`,
    notificationsQuarantine: `${prefix}orders.v1.notifications.quarantine`,
    analyticsDeadLetters: `${prefix}orders.v1.analytics.dlq`,
    analyticsQuarantine: `${prefix}orders.v1.analytics.quarantine`,
    fraudRetry: `${prefix}orders.v1.fraud.retry`,
    fraudDeadLetters: `${prefix}orders.v1.fraud.dlq`,
    fraudQuarantine: `${prefix}orders.v1.fraud.quarantine`,
  },
  groups: {
    payments: `${prefix}payments-service`,
    inventory: `${prefix}inventory-service`,
    reservations: `${prefix}inventory-projection`,
    notifications: `${prefix}notifications-service`,
    analytics: `${prefix}analytics-service`,
    fraud: `${prefix}fraud-service`,
  },
});

export type Topology = ReturnType<typeof topologyOf>;

/** Flow topics are kept a week, dead letters a fortnight, quarantine a quarter; what runs by itself is bounded in bytes, so that a demo left running stays small. */
export function topicConfigs({ topics }: Topology): ITopicConfig[] {
  const keep = (topic: string) =>
    topic.endsWith('.quarantine')
      ? { retentionMs: days(90), retentionBytes: '-1' }
      : topic.endsWith('.dlq') || topic.includes('dead-letter-topic')
        ? { retentionMs: days(14), retentionBytes: mebibytes(256) }
        : { retentionMs: days(7), retentionBytes: mebibytes(128) };
  return Object.values(topics).map((topic) => {
    const { retentionMs, retentionBytes } = keep(topic);
    return {
      topic,
      numPartitions: partitions,
      replicationFactor: -1,
      configEntries: [
        { name: 'cleanup.policy', value: 'delete' },
        { name: 'retention.ms', value: retentionMs },
        { name: 'retention.bytes', value: retentionBytes },
        { name: 'segment.bytes', value: mebibytes(32) },
      ],
    };
  });
}
