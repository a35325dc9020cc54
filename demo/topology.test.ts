import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { topicConfigs, topologyOf } from './topology.ts';

type Declared = {
  flows: {
    topic: string;
    groups: { id: string }[];
    retryTopics?: string[];
    deadLetters?: string | { topic: string };
    quarantine?: string;
  }[];
};
const { flows } = parse(readFileSync(path.join(import.meta.dirname, 'sluice.yaml'), 'utf8')) as Declared;
const topology = topologyOf('');

it('is what sluice.yaml declares: every topic and every group', () => {
  const declared = flows.flatMap(({ topic, retryTopics = [], deadLetters, quarantine }) => [
    topic,
    ...retryTopics,
    ...(deadLetters ? [typeof deadLetters === 'string' ? deadLetters : deadLetters.topic] : []),
    ...(quarantine ? [quarantine] : []),
  ]);
  expect([...new Set(declared)].sort()).toEqual(Object.values(topology.topics).sort());
  expect(flows.flatMap(({ groups }) => groups.map(({ id }) => id)).sort()).toEqual(
    Object.values(topology.groups).sort(),
  );
});

it('keeps dead letters longer than the flow, and quarantine longest', () => {
  const retentionOf = (name: string, limit = 'retention.ms') =>
    Number(
      topicConfigs(topology)
        .find(({ topic }) => topic === name)
        ?.configEntries?.find((entry) => entry.name === limit)?.value,
    );
  expect(retentionOf(topology.topics.paymentsDeadLetters)).toBeGreaterThan(
    retentionOf(topology.topics.orders),
  );
  expect(retentionOf(topology.topics.notificationsDeadLetters)).toBe(
    retentionOf(topology.topics.paymentsDeadLetters),
  );
  expect(retentionOf(topology.topics.paymentsQuarantine)).toBeGreaterThan(
    retentionOf(topology.topics.paymentsDeadLetters),
  );
  expect(retentionOf(topology.topics.paymentsQuarantine, 'retention.bytes')).toBe(-1);
});
