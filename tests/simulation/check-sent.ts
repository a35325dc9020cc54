import type { LogRecord } from '#lib/domain/kernel/record.ts';
import { replayItem } from '#lib/domain/replays/outgoing.ts';
import { deadLetters, destinationTopic, quarantineTopic } from './dead-letters.ts';
import type { SubmittedReplay } from './submitted-replay.ts';
import type { World } from './world.ts';

const decoder = new TextDecoder();

function headerOf(record: LogRecord, name: string): string | null {
  const found = record.headers.find((header) => decoder.decode(header.name) === name);
  return found?.value ? decoder.decode(found.value) : null;
}

/** How many committed copies of each entry there ever were, over every incarnation of the destination. */
export type Copies = ReadonlyMap<string, number>;
export const copyName = (replayId: string, ordinal: number): string => `${replayId}/${ordinal}`;

/**
 * What an outside reader finds: nothing but entries of the manifests, where and with the bytes that were frozen, those of a key in the order of
 * the origin. Aborted records are looked at too: they were sent.
 */
export function checkSent(world: World): Copies {
  const copies = new Map<string, number>();
  const items = new Map<
    string,
    { each: SubmittedReplay; entry: SubmittedReplay['manifest']['entries'][number] }
  >(
    world.replays.flatMap((each) =>
      each.manifest.entries.map(
        (entry) => [`${each.replay.id} ${replayItem(entry)}`, { each, entry }] as const,
      ),
    ),
  );
  for (const { topic, partitions } of world.kafka.everything)
    partitions.forEach((log, partition) => {
      const lastOfKey = new Map<string, number>();
      for (const { state, record } of log.slots) {
        const id = record && headerOf(record, 'sluice-replay-id');
        if (!record || id === null) continue;
        const found = items.get(`${id} ${headerOf(record, 'sluice-replay-item')}`);
        if (!found) {
          world.violate(`${id} sent a record that is not in its manifest`);
          continue;
        }
        const { each, entry } = found;
        checkRecord(world, each, entry, record, { topic, partition });
        if (state !== 'committed') continue;
        const name = copyName(each.replay.id, entry.ordinal);
        copies.set(name, (copies.get(name) ?? 0) + 1);
        const key = `${each.replay.id} ${entry.keyHash}`;
        if (entry.ordinal < (lastOfKey.get(key) ?? -1))
          world.violate(`${each.replay.id}: the order of a key did not hold in partition ${partition}`);
        lastOfKey.set(key, entry.ordinal);
      }
    });
  return copies;
}

function checkRecord(
  world: World,
  { replay }: SubmittedReplay,
  entry: SubmittedReplay['manifest']['entries'][number],
  record: LogRecord,
  { topic, partition }: { topic: string; partition: number },
): void {
  const frozen = deadLetters[Number(entry.offset)];
  if (record.key !== frozen?.key || record.value !== frozen?.value)
    world.violate(`${replay.id}/${entry.ordinal} was not sent byte for byte`);
  if (topic !== (entry.divert ? quarantineTopic : destinationTopic))
    world.violate(`${replay.id}/${entry.ordinal} was sent to ${topic}`);
  if (partition !== entry.destinationPartition)
    world.violate(`${replay.id}/${entry.ordinal} was sent to partition ${partition}`);
}
