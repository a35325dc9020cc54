import type { LogRecord } from '#lib/domain/kernel/record.ts';

/**
 * Reads what a replay wrote, read_committed, by another client than the writer's, so that one's fault can't hide in the other.
 * `to` is exclusive; every committed record in [from, to) of each partition is handed over once, in offset order per partition.
 */
export type ReadBack = {
  readRange(request: {
    topic: string;
    ranges: readonly { partition: number; from: bigint; to: bigint }[];
    timeoutMs: number;
    onRecord: (record: LogRecord) => void;
  }): Promise<void>;
};
