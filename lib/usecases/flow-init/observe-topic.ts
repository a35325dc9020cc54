import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import { analyse } from '#lib/domain/dead-letters/analyse.ts';
import { matchesPattern } from '#lib/domain/dead-letters/discovery.ts';
import { validText } from '#lib/domain/dead-letters/header-encoding.ts';
import type { ObservedDeadLetters, ObservedTopic } from '#lib/domain/flows/init/observed.ts';
import { observeFields } from '#lib/domain/flows/init/observed-fields.ts';
import { quarantineOf, retryTopicsOf } from '#lib/domain/flows/init/related-topics.ts';
import { keepingOf } from '#lib/domain/flows/keeping.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { LogRecord } from '#lib/domain/kernel/record.ts';
import type { SchemaRegistry } from '#lib/registry/port.ts';
import { isRegistered } from '../checks/read-subject.ts';
import { findReaders } from '../preserve/find-readers.ts';

/** So many of the newest records of each partition are looked at. */
const newest = 20;
const partitionsMost = 6;
const fetchBytes = 1_048_576;
const maxWaitMs = 500;

type Described = { topic: string; topicId: string; partitions: readonly { partition: number }[] };

/** The newest records of a topic, a few of each of its first partitions. One that can't be read is left out. */
async function newestOf({ groups, reader }: ClusterConnection, of: Described): Promise<LogRecord[]> {
  const places = of.partitions
    .slice(0, partitionsMost)
    .map(({ partition }) => ({ topic: of.topic, partition }));
  const [ends, starts] = await Promise.all([
    groups.listOffsets(places, 'last_stable'),
    groups.listOffsets(places, 'earliest'),
  ]);
  const startOf = new Map(starts.map(({ partition, offset }) => [partition, offset]));
  const found: LogRecord[] = [];
  for (const { partition, offset: end } of ends) {
    const start = startOf.get(partition);
    if (end === null || start === undefined || start === null || end <= start) continue;
    const from = end - BigInt(newest) > start ? end - BigInt(newest) : start;
    for (let offset = from; offset < end; ) {
      const answer = await reader.fetch({
        ...{ topicId: of.topicId, partition, offset, maxBytes: fetchBytes, maxWaitMs },
        isolation: 'read_committed',
      });
      found.push(...answer.records);
      if (answer.nextOffset <= offset) break;
      offset = answer.nextOffset;
    }
  }
  return found;
}

/** By how often each is there, most often first. */
const byFrequency = (values: readonly string[]): string[] =>
  [...Map.groupBy(values, (value) => value)]
    .sort((a, b) => b[1].length - a[1].length)
    .map(([value]) => value);

async function observeDeadLetters(
  cluster: ClusterConnection,
  candidate: Described,
  origin: string,
  names: readonly string[],
): Promise<ObservedDeadLetters | null> {
  const analysed = (await newestOf(cluster, candidate)).map((record) => analyse(record, candidate.topic));
  const here = analysed.filter((each) => each.origin.topic === origin);
  if (here.length === 0) return null;
  return {
    topic: candidate.topic,
    partitions: candidate.partitions.length,
    looked: analysed.length,
    fromHere: here.length,
    groups: byFrequency(here.flatMap(({ origin: { group } }) => (group === null ? [] : [group]))),
    retryTopics: retryTopicsOf(candidate.topic, names),
    quarantine: quarantineOf(candidate.topic, names),
  };
}

async function subjectOf(registry: SchemaRegistry | null, topic: string): Promise<string | null> {
  if (registry === null) return null;
  const subject = `${topic}-value`;
  return (await isRegistered(registry, subject)) ? subject : null;
}

/**
 * What can be seen of a topic from outside: who reads it, where what failed on it goes, what its records look like. Reads a few records of it and of every
 * topic that may hold dead letters; nothing is written and no offset is committed.
 * @param discover patterns of dead-letter topics
 * @throws SluiceError `not_found`; BrokerFailure; RegistryFailure
 */
export async function observeTopic(
  cluster: ClusterConnection,
  registry: SchemaRegistry | null,
  topic: string,
  discover: readonly string[],
): Promise<ObservedTopic> {
  const all = (await cluster.admin.describeTopics()).filter(({ internal }) => !internal);
  const found = all.find((each) => each.topic === topic);
  if (!found)
    throw new SluiceError(
      'not_found',
      `There is no topic ${topic} in ${cluster.name}, or it may not be seen.`,
    );
  const names = all.map((each) => each.topic);
  const candidates = all.filter((each) => discover.some((pattern) => matchesPattern(pattern, each.topic)));
  const deadLetters: ObservedDeadLetters[] = [];
  for (const candidate of candidates) {
    const seen = await observeDeadLetters(cluster, candidate, topic, names);
    if (seen) deadLetters.push(seen);
  }
  const [readers, configs, records, subject] = await Promise.all([
    findReaders(cluster.groups, topic),
    cluster.admin.topicConfigs([topic]),
    newestOf(cluster, found),
    subjectOf(registry, topic),
  ]);
  const { retentionMs } = keepingOf(configs.get(topic));
  const texts = records.map(({ key, value }) => ({
    key: key && validText(key),
    value: value && validText(value),
  }));
  return {
    ...{ cluster: cluster.name, topic, partitions: found.partitions.length, subject },
    retentionMs: typeof retentionMs === 'number' ? retentionMs : null,
    readers: readers.reading,
    unknownReaders: readers.unknown,
    sample: {
      records: records.length,
      withKey: records.filter(({ key }) => key !== null).length,
      ...observeFields(texts),
    },
    deadLetters,
  };
}
