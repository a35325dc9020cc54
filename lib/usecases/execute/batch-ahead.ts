import type { PreparedBatch } from './prepare-batch.ts';

/** A batch as it will be sent, and from where its records would have to be looked for. */
export type ReadBatch = PreparedBatch & {
  /** Destination partition → its last stable offset when it was read: not past where the batch will land. */
  startOffsets: readonly (readonly [number, string])[];
  /** The same of the quarantine; empty where nothing is diverted. */
  divertedStartOffsets: readonly (readonly [number, string])[];
};

/** A batch that is being read before its turn: from which ordinal, of at most how many records, since when. */
export type BatchAhead = { from: number; limit: number; readAtMs: number; batch: Promise<ReadBatch> };
