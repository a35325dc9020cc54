import { type MessageRecord, ProduceAcks, produceV11 } from '@platformatic/kafka';
import type { ClusterConfig } from '#lib/config/config.ts';
import { BrokerFailure } from '../port/failure.ts';
import type { LineWriter } from '../port/line-writer.ts';
import { createLink } from './connection.ts';

const acknowledgeMs = 8_000;

/** Plain records, outside of any transaction: for lines that may stand twice, as the principal that writes. */
export function createLineWriter(config: ClusterConfig): LineWriter {
  const link = createLink({ ...config, properties: config.writeProperties });
  return {
    async append(topic, line, timestampMs) {
      const message = {
        topic,
        partition: 0,
        key: null,
        value: Buffer.from(line),
        headers: new Map<Buffer, Buffer>(),
        timestamp: BigInt(timestampMs),
      } as unknown as MessageRecord;
      const answer = await link.toLeader({ topic, partition: 0 }, `Produce(${topic})`, (connection) =>
        produceV11.api.async(connection, ProduceAcks.ALL, acknowledgeMs, [message]),
      );
      const landed = typeof answer === 'boolean' ? undefined : answer.responses[0]?.partitionResponses[0];
      if (!landed || landed.baseOffset < 0n)
        throw new BrokerFailure('rejected', `The broker did not acknowledge a line in ${topic}.`);
      return landed.baseOffset;
    },
    close: () => link.close(),
  };
}
