import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { selection } from './replays.ts';
import { instantInput, offsetInput, partitionInput } from './wire.ts';

const said = (schema: z.ZodType, value: unknown) => {
  const result = schema.safeParse(value);
  return result.success ? null : result.error.issues.map((issue) => issue.message).join('; ');
};

describe('a place in a topic that a caller names', () => {
  it.each(['0', '88412', '9223372036854775807'])('has the offset %s', (offset) =>
    expect(said(offsetInput, offset)).toBeNull(),
  );
  it.each(['-1', '9223372036854775808', '9999999999999999999', '1e3', '', 5])(
    'has no offset %s, which no log has and no table holds',
    (offset) =>
      expect(said(offsetInput, offset)).toBe('must be an offset as a decimal string, such as "88412"'),
  );
  it.each([0, 2_147_483_647])('has the partition %d', (partition) =>
    expect(said(partitionInput, partition)).toBeNull(),
  );
  it.each([-1, 2_147_483_648, 3_000_000_000, 1.5])('has no partition %d', (partition) =>
    expect(said(partitionInput, partition)).toBe('must be a partition: a whole number from 0 to 2147483647'),
  );

  it.each([
    ['offset', { partition: 0, offset: '9999999999999999999' }],
    ['partition', { partition: 3_000_000_000, offset: '1' }],
  ])('is refused in a selection, by its %s', (field, record) => {
    const { error } = z.object({ selection }).safeParse({ selection: { records: [record] } });
    expect(JSON.stringify(error?.issues)).toContain(`"records",0,"${field}"]`);
  });
});

describe('an instant that a caller sends', () => {
  it.each([
    ['2026-11-25T02:41:07+05:30', '2026-11-24T21:11:07.000Z'],
    ['2026-11-25T02:41:07.123456Z', '2026-11-25T02:41:07.123Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('%s is %s from then on', (sent, kept) => expect(instantInput.parse(sent)).toBe(kept));

  it.each([
    'yesterday',
    '2026-02-30T00:00:00Z',
    '2026-11-25T02:41:07',
    '0000-01-01T00:00:00Z',
    '0001-01-01T00:00:00+14:00',
    '9999-12-31T23:59:59-14:00',
  ])('%s is none', (sent) =>
    expect(said(instantInput, sent)).toBe(
      'must be an RFC 3339 instant with its zone, such as "2026-11-25T02:41:07Z", of the years 1 to 9999',
    ),
  );

  it('is kept so in a selection', () => {
    expect(selection.parse({ all: true, from: '2026-11-25T02:41:07+05:30' })).toEqual({
      all: true,
      from: '2026-11-24T21:11:07.000Z',
    });
  });
});
