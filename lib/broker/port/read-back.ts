import type { LogRecord } from '#lib/domain/kernel/record.ts';

/**
 * Reads what a replay wrote, read_committed, by another client than the writer's, so that one's fault can't hide in the other.
 * `to` is exclusive; a partition may have several ranges, apart from each other, and what is between them is passed over; every committed record in [from, to) of each partition is handed over once, in offset order per
 * partition. What an open transaction hides is waited for; what the log does not have (deleted from its start, or cut back) is
 * not. Nothing is handed over after it has ended, which it does by `timeoutMs` in any case. What `onRecord` throws ends it.
 * @throws BrokerFailure
 */
export type ReadBack = {
  readRange(request: {
    topic: string;
    ranges: readonly { partition: number; from: bigint; to: bigint }[];
    timeoutMs: number;
    onRecord: (record: LogRecord) => void;
  }): Promise<void>;
};
