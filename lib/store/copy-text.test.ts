import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantMaxMs } from '#lib/domain/dead-letters/hops.ts';
import { instant, text } from './copy-text.ts';

describe('the text format of COPY', () => {
  it('has instants as ISO 8601 has them, whatever was written before', () => {
    const ms = fc.oneof(
      fc.integer({ min: 0, max: instantMaxMs }),
      // Of few minutes, so that what is known of them is asked for.
      fc
        .tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 59_999 }))
        .map(([m, rest]) => m * 60_000 + rest),
    );
    fc.assert(
      fc.property(fc.array(ms, { minLength: 1, maxLength: 8 }), (all) => {
        for (const each of all) expect(instant(new Date(each))).toBe(new Date(each).toISOString());
      }),
      { numRuns: 500 },
    );
    expect(instant(null)).toBe('\\N');
  });

  it('escapes what would end a field or a row', () => {
    expect(text('a\tb\nc\rd\\e')).toBe('a\\tb\\nc\\rd\\\\e');
    expect(text(null)).toBe('\\N');
    expect(text('\\N')).toBe('\\\\N');
  });
});
