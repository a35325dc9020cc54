import { z } from 'zod';
import { errorCodes } from '#lib/domain/kernel/errors.ts';

/** Decimal string: passes 2^53 unharmed. */
export const offsetString = z
  .string()
  .regex(/^-?\d{1,19}$/)
  .meta({ description: 'decimal string' });
const inUtc = (text: string) => new Date(text).toISOString();
/** RFC 3339, UTC, milliseconds. */
export const instant = z.iso.datetime({ precision: 3 });
const anInstant =
  'must be an RFC 3339 instant with its zone, such as "2026-11-25T02:41:07Z", of the years 1 to 9999';
/** What a caller may send: any RFC 3339 instant with zone, in years that Postgres has too. It is an `instant` from then on. */
export const instantInput = z.iso
  .datetime({ offset: true, error: anInstant, abort: true })
  .refine((text) => /^\d{4}-/.test(inUtc(text)) && !inUtc(text).startsWith('0000'), {
    error: anInstant,
    abort: true,
  })
  .overwrite(inUtc);
export const durationMs = z.number();
export const partitionNumber = z.number().int().min(0);

const int64Max = 2n ** 63n - 1n;
/** Only for what a pattern before it let through. */
export const inInt64 = (text: string) => BigInt(text) <= int64Max && BigInt(text) >= -int64Max;
const anOffset = 'must be an offset as a decimal string, such as "88412"';
/** An offset that a caller names: what a log can have, and no table refuses. */
export const offsetInput = z
  .string(anOffset)
  .regex(/^\d{1,19}$/, { error: anOffset, abort: true })
  .refine(inInt64, anOffset)
  .meta({ description: 'decimal string, 0 to 2^63 - 1' });
const int32Max = 2_147_483_647;
const aPartition = `must be a partition: a whole number from 0 to ${int32Max}`;
/** A partition that a caller names. */
export const partitionInput = z
  .number(aPartition)
  .int(aPartition)
  .min(0, aPartition)
  .max(int32Max, aPartition);
/** The same in a path or a query. */
export const partitionText = z.coerce
  .number(aPartition)
  .int(aPartition)
  .min(0, aPartition)
  .max(int32Max, aPartition);
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
