import { z } from 'zod';
import { instant } from './wire.ts';

export const evidenceItem = z.object({
  /** Stable name of the question. */
  name: z.string(),
  status: z.enum(['blocks', 'warns', 'unknown', 'good']),
  /** Plain sentence for the approver. */
  sentence: z.string(),
  /** Why it is unknown. */
  why: z.string().nullable(),
  value: z.unknown(),
  /** Of how many. */
  denominator: z.number().nullable(),
  at: instant,
});
export type EvidenceItem = z.infer<typeof evidenceItem>;
