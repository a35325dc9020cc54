import type { LogRecord } from '#lib/domain/kernel/record.ts';

/**
 * Reads what a replay wrote, read_committed, by another client than the writer's, so that one's fault can't hide in the other.
 * `to` is exclusive; a partition may have several ranges, apart from each other, and what is between them is passed over. Every committed record in
 * [from, to) is handed over once, in offset order per partition. What an open transaction hides is waited for; what the log does not have (deleted from
 * its start, or cut back) is not. A read that has not got everything by `timeoutMs` ends then; nothing is handed over after it has ended. What `onRecord`
 * throws ends it. @throws BrokerFailure
 */
export type ReadBack = {
  readRange(request: {
    topic: string;
    ranges: readonly { partition: number; from: bigint; to: bigint }[];
    timeoutMs: number;
    onRecord: (record: LogRecord) => void;
  }): Promise<void>;
};
