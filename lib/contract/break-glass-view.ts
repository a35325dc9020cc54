import { z } from 'zod';
import { reviewVerdicts } from '#lib/domain/replays/break-glass.ts';
import { instant } from './wire.ts';

/** Who started a replay without approval, why, and what the other person said who has to review it. */
export const breakGlassView = z.object({
  by: z.string(),
  reason: z.string(),
  at: instant,
  reviewBy: instant,
  /** True when nobody reviewed it in time, until somebody does. */
  overdue: z.boolean(),
  review: z
    .object({ by: z.string(), verdict: z.enum(reviewVerdicts), comment: z.string(), at: instant })
    .nullable(),
});
