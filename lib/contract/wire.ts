import { z } from 'zod';
import { errorCodes } from '#lib/domain/kernel/errors.ts';

/** Decimal string: passes 2^53 unharmed. */
export const offsetString = z
  .string()
  .regex(/^-?\d{1,19}$/)
  .meta({ description: 'decimal string' });
/** RFC 3339, UTC, milliseconds. */
export const instant = z.iso.datetime({ precision: 3 });
/** What a caller may send: any RFC 3339 instant with zone. */
export const instantInput = z.iso.datetime({ offset: true });
export const durationMs = z.number();
export const partitionNumber = z.number().int().min(0);
export const sha256Text = z.string().regex(/^[0-9a-f]{64}$/);
export const reasonText = z.string().trim().min(1).max(2000);

/** `?limit=&cursor=` of every list. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z.string().max(500).optional(),
};
export const listOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

export const problem = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.enum(errorCodes),
  explain: z
    .object({
      permission: z.string(),
      resource: z.string(),
      heldRoles: z.array(z.string()),
      grantedBy: z.array(z.string()),
    })
    .optional(),
});
export type Problem = z.infer<typeof problem>;
