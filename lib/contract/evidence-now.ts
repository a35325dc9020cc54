import { z } from 'zod';
import { evidenceItem } from './evidence-item.ts';
import { instant } from './wire.ts';

/** The questions whose answer changes by itself, asked again while the plan is looked at; the frozen answers stand in `evidence`. */
export const evidenceNow = z.object({
  asOf: instant,
  /** Why nothing could be read; null when it was. */
  why: z.string().nullable(),
  items: z.array(
    evidenceItem.extend({
      /** Against the frozen answer; `other` is the same status with another content. */
      change: z.enum(['worse', 'better', 'other', 'same']),
    }),
  ),
});
export type EvidenceNow = z.infer<typeof evidenceNow>;
