import type { PreparedBatch } from './prepare-batch.ts';

/** A batch as it will be sent, and from where its records would have to be looked for. */
export type ReadBatch = PreparedBatch & {
  /** When its sources began to be read, and whoever owns its effects to be asked: however often it waits for its turn after that. */
  readAtMs: number;
  /** Where it ends, exclusive: entries of other shards may stand before. */
  toOrdinal: number;
  /** Whether its attempts stand already: of a batch that was read ahead they are noted ahead. */
  attemptsNoted: boolean;
  /** Destination partition → its last stable offset when it was read: not past where the batch will land. */
  startOffsets: readonly (readonly [number, string])[];
  /** The same of the quarantine; empty where nothing is diverted. */
  divertedStartOffsets: readonly (readonly [number, string])[];
};

/** What a batch may be: so many records at most, before this ordinal, at this rate. */
export type BatchBounds = { limit: number; until: number; recordsPerSecond: number };

/** A batch that is being read before its turn: from which ordinal, within which bounds, since when. */
export type BatchAhead = BatchBounds & { from: number; readAtMs: number; batch: Promise<ReadBatch> };
