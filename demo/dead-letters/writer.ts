import type { Kafka, Message, Producer } from 'kafkajs';
import { producerOf } from '../kafka/client.ts';
import type { DeadLetterHeaders, FailedRecord } from './failure.ts';

/** A record that failed, with the headers that tell why. */
export type DeadLetter = { record: FailedRecord; headers: DeadLetterHeaders; keepTimestamp?: boolean };

/** Key and value unchanged, on the partition of the same number as the one it failed on. */
export const deadLetterMessage = ({ record, headers, keepTimestamp = false }: DeadLetter): Message => ({
  key: record.key,
  value: record.value,
  partition: record.partition,
  headers: Object.fromEntries(headers),
  ...(keepTimestamp ? { timestamp: record.timestamp } : {}),
});

export type DeadLetterWriter = {
  /** Resolves when all are on disk; after an error some may be, and the same records come again: at least once. */
  write: (letters: readonly DeadLetter[]) => Promise<void>;
  close: () => Promise<void>;
};

/** Dead letters of one service. A producer that met an error is thrown away: kafkajs may have lost count of what it sent. */
export function createDeadLetterWriter(kafka: Kafka, topic: string): DeadLetterWriter {
  let producer: Promise<Producer> | null = null;
  const connected = async () => {
    const fresh = producerOf(kafka);
    await fresh.connect();
    return fresh;
  };
  const drop = async () => {
    const dropped = producer;
    producer = null;
    if (dropped) await (await dropped).disconnect();
  };
  return {
    async write(letters) {
      if (letters.length === 0) return;
      try {
        producer ??= connected();
        await (await producer).send({ topic, messages: letters.map(deadLetterMessage) });
      } catch (error) {
        await drop().catch(() => undefined); // the error that made us drop it is the one to report
        throw error;
      }
    },
    close: drop,
  };
}
