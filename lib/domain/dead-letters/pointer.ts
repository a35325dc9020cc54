import type { LogRecord } from '../kernel/record.ts';
import { kafkaTextOfId } from './topic-id.ts';

/** What a pointer says of the record whose failure it stands for. */
export type PointedAt = {
  topic: string;
  /** Where the pointer gave the topic by its id, in Kafka's text form: only the topic of this id is meant. */
  topicIdText: string | null;
  partition: number;
  offset: bigint;
  /** When the pointer was written: what it points at was there before. */
  notAfterMs: number;
};

/** What stands at that place now. Null is unknown. */
export type SourceFacts = {
  /** Null when no topic of the name is there. */
  topic: { topicId: string; partitions: number } | null;
  record: LogRecord | null;
  /** Why a record that is there can't be read. */
  unreadable: string | null;
  logStart: bigint | null;
  lastStable: bigint | null;
  highWatermark: bigint | null;
};

export type JudgedSource =
  | { state: 'read'; record: LogRecord }
  /** It will never be read: `detail` says what was found instead. */
  | { state: 'unrecoverable'; detail: string }
  /** It may be read later, or elsewhere. */
  | { state: 'unreadable'; detail: string };

const lost = (detail: string): JudgedSource => ({ state: 'unrecoverable', detail });

/**
 * Whether the record that a pointer means is still there. Another one is never taken for it: the topic's id has to be the pointer's where it
 * names one, and what was written after the pointer is not what the pointer means, whatever its offset.
 */
export function judgeSource(of: PointedAt, facts: SourceFacts): JudgedSource {
  const place = `${of.topic}-${of.partition} at ${of.offset}`;
  const { topic, record, logStart, lastStable, highWatermark } = facts;
  if (topic === null) return lost(`The source topic ${of.topic} was deleted.`);
  if (of.topicIdText !== null && kafkaTextOfId(topic.topicId) !== of.topicIdText)
    return lost(`The source topic ${of.topic} was deleted and created anew: it has another id by now.`);
  if (of.partition >= topic.partitions)
    return lost(`The source topic ${of.topic} has no partition ${of.partition}: it was created anew.`);
  if (logStart !== null && of.offset < logStart)
    return lost(
      `The source has expired: the log of ${of.topic}-${of.partition} starts at ${logStart}, and the record was at ${of.offset}.`,
    );
  if (facts.unreadable !== null)
    return { state: 'unreadable', detail: `${place} is there and can't be read: ${facts.unreadable}.` };
  if (record?.timestampMs === null && of.topicIdText === null)
    return { state: 'unreadable', detail: `${place} carries no time by which to tell that it is the one.` };
  if (record !== null && record.timestampMs !== null && record.timestampMs > of.notAfterMs)
    return lost(
      `What stands in ${place} is from ${new Date(record.timestampMs).toISOString()}, which is after this dead letter was written: the topic was created anew, or its producer's clock was ahead. It is not taken for the record that failed.`,
    );
  if (record !== null) return { state: 'read', record };
  if (highWatermark !== null && of.offset >= highWatermark)
    return lost(
      `The source log ends before it: ${of.topic}-${of.partition} ends at ${highWatermark}, and the record was at ${of.offset}. The topic was created anew, or its log cut back.`,
    );
  if (lastStable !== null && of.offset >= lastStable)
    return { state: 'unreadable', detail: `The transaction that ${place} belongs to is still open.` };
  return lost(
    `No committed record stands in ${place} any more: compaction took it, or its transaction was aborted.`,
  );
}
