import type { LagMsMethod, PartitionReading } from '#lib/domain/lag/group.ts';
import { lagStatuses } from '#lib/domain/lag/status.ts';
import { ColumnReader, ColumnWriter } from './lag-columns.ts';

const version = 1;
const methods: readonly LagMsMethod[] = [null, 'interpolated', 'record'];
/** Stands for "perhaps never" where a duration would stand. */
const perhapsNever = -1;

/** Topics, and who holds a partition, are named once a group and not once a partition. Topics come first, then ids, members and hosts. */
function namesOf(partitions: readonly PartitionReading[]): ReadonlyMap<string, number> {
  const names = new Map<string, number>();
  const add = (text: string | null) => {
    if (text !== null && !names.has(text)) names.set(text, names.size);
  };
  for (const { topic } of partitions) add(topic);
  for (const { topicId } of partitions) add(topicId);
  for (const { member } of partitions) add(member);
  for (const { host } of partitions) add(host);
  return names;
}

/** The partitions of a group in a few dozen bytes each; `unpackPartitions` gives them back as they were. */
export function packPartitions(partitions: readonly PartitionReading[]): Buffer {
  const names = namesOf(partitions);
  const name = (text: string | null) => (text === null ? null : (names.get(text) ?? null));
  const writer = new ColumnWriter();
  writer.count(version);
  writer.count(partitions.length);
  writer.count(names.size);
  for (const text of names.keys()) writer.text(text);
  writer.numbers(partitions, (each) => name(each.topic));
  writer.numbers(partitions, (each) => name(each.topicId));
  writer.numbers(partitions, (each) => each.partition);
  writer.numbers(partitions, (each) => name(each.member));
  writer.numbers(partitions, (each) => name(each.host));
  writer.offsets(partitions, (each) => each.committed);
  writer.offsets(partitions, (each) => each.logStart);
  writer.offsets(partitions, (each) => each.lastStable);
  writer.offsets(partitions, (each) => each.highWatermark);
  writer.offsets(partitions, (each) => each.lagRecords);
  writer.offsets(partitions, (each) => each.lagStableRecords);
  writer.offsets(partitions, (each) => each.expiredRecords);
  writer.numbers(partitions, (each) => each.unreadSinceMs);
  writer.numbers(partitions, (each) => methods.indexOf(each.lagMsMethod));
  writer.numbers(partitions, (each) => each.lagMsError);
  writer.numbers(partitions, (each) => lagStatuses.indexOf(each.status));
  writer.numbers(partitions, (each) => each.consumeRate);
  writer.numbers(partitions, (each) => each.produceRate);
  writer.numbers(partitions, (each) => each.drainMs);
  writer.numbers(partitions, (each) => each.drainRange?.[0] ?? null);
  writer.numbers(partitions, (each) => (each.drainRange ? (each.drainRange[1] ?? perhapsNever) : null));
  writer.numbers(partitions, (each) => each.expiresAtMs);
  writer.numbers(partitions, (each) => each.committedSinceMs);
  writer.numbers(partitions, (each) => each.stuckSinceMs);
  writer.numbers(partitions, (each) => each.rewoundFrom?.atMs ?? null);
  writer.offsets(partitions, (each) => each.rewoundFrom?.offset ?? null);
  return writer.bytes();
}

/** @throws RangeError for bytes that `packPartitions` of this version did not write */
export function unpackPartitions(bytes: Uint8Array): PartitionReading[] {
  const reader = new ColumnReader(bytes);
  const written = reader.count();
  if (written !== version) throw new RangeError(`Packed partitions are of version ${written}.`);
  const count = reader.count();
  const names = Array.from({ length: reader.count() }, () => reader.text());
  const name = (index: number | null | undefined) => (index == null ? null : (names[index] ?? null));
  const numbers = () => reader.numbers(count);
  const offsets = () => reader.offsets(count);
  const [topics, topicIds, partitions] = [numbers(), numbers(), numbers()];
  const [members, hosts] = [numbers(), numbers()];
  const [committed, logStart, lastStable, highWatermark] = [offsets(), offsets(), offsets(), offsets()];
  const [lagRecords, lagStableRecords, expiredRecords] = [offsets(), offsets(), offsets()];
  const [unreadSinceMs, method, lagMsError, status] = [numbers(), numbers(), numbers(), numbers()];
  const [consumeRate, produceRate, drainMs] = [numbers(), numbers(), numbers()];
  const [drainFrom, drainTo] = [numbers(), numbers()];
  const [expiresAtMs, committedSinceMs, stuckSinceMs] = [numbers(), numbers(), numbers()];
  const [rewoundAtMs, rewoundOffset] = [numbers(), offsets()];
  return Array.from({ length: count }, (_, at): PartitionReading => {
    const [wentBackMs, wentBackFrom] = [rewoundAtMs[at] ?? null, rewoundOffset[at] ?? null];
    const [shortest, longest] = [drainFrom[at] ?? null, drainTo[at] ?? null];
    return {
      topic: name(topics[at]) ?? '',
      topicId: name(topicIds[at]),
      partition: partitions[at] ?? 0,
      member: name(members[at]),
      host: name(hosts[at]),
      committed: committed[at] ?? null,
      logStart: logStart[at] ?? null,
      lastStable: lastStable[at] ?? null,
      highWatermark: highWatermark[at] ?? null,
      lagRecords: lagRecords[at] ?? null,
      lagStableRecords: lagStableRecords[at] ?? null,
      expiredRecords: expiredRecords[at] ?? null,
      unreadSinceMs: unreadSinceMs[at] ?? null,
      lagMsMethod: methods[method[at] ?? 0] ?? null,
      lagMsError: lagMsError[at] ?? null,
      status: lagStatuses[status[at] ?? -1] ?? 'unknown',
      consumeRate: consumeRate[at] ?? null,
      produceRate: produceRate[at] ?? null,
      drainMs: drainMs[at] ?? null,
      drainRange: shortest === null ? null : [shortest, longest === perhapsNever ? null : longest],
      expiresAtMs: expiresAtMs[at] ?? null,
      committedSinceMs: committedSinceMs[at] ?? null,
      stuckSinceMs: stuckSinceMs[at] ?? null,
      rewoundFrom:
        wentBackFrom === null || wentBackMs === null ? null : { offset: wentBackFrom, atMs: wentBackMs },
    };
  });
}
