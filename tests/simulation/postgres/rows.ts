import type { AuditEntry } from '#lib/domain/audit/line.ts';
import type { BatchRow, LandingRange } from '#lib/domain/replays/batch.ts';
import type { SealedChunk } from '#lib/domain/replays/manifest.ts';
import type { Approval, Replay } from '#lib/domain/replays/replay.ts';
import type { DispositionChange, LetterPlace } from '#lib/store/dispositions.ts';
import type { Lease } from '#lib/store/leases.ts';
import type { PolicyVersion } from '#lib/store/policies.ts';
import type { ReturnedLetter, Watermark } from '#lib/store/replay-returns.ts';

/** What each simulated table holds; a row is replaced, never changed in place. */
export type Rows = {
  replay: Replay;
  approval: Approval & { replayId: string };
  batch: BatchRow;
  landing: LandingRange & { replayId: string; batchId: string };
  lease: Lease & { expiresAtMs: number };
  policy: PolicyVersion;
  chunk: SealedChunk & { replayId: string };
  disposition: LetterPlace & DispositionChange;
  /** Dead letters that came of replayed records, as the indexer found them. */
  letter: Omit<ReturnedLetter, 'batchId'> & { topic: string };
  returned: { replayId: string; ordinal: number; letter: ReturnedLetter };
  watermark: Watermark & { replayId: string };
  pace: { nextSendAtMs: number; judgedAtMs: number };
  reservation: { replayId: string };
  attempt: { replayId: string; lineageRoot: string };
  audit: AuditEntry;
};
export type TableName = keyof Rows;
