import { expect, it } from 'vitest';
import { evidenceText } from './evidence-text.ts';

it('says what spoke against it first, and nothing of what there was none of', () => {
  expect(evidenceText({ good: 15, warns: 2, blocks: 0, unknown: 1 })).toBe('2 warned, 1 unknown, 15 good');
  expect(evidenceText({ good: 0, warns: 0, blocks: 0, unknown: 0 })).toBe('none was frozen');
});
