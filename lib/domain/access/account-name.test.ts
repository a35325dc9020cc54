import { expect, it } from 'vitest';
import { isAccountName } from './account-name.ts';

it.each(['ana', 'Ben.Meyer', 'noor@example.com', 'u-4711', '张伟', 'cli', 'a'.repeat(100)])(
  '%s is one',
  (name) => expect(isAccountName(name)).toBe(true),
);
it.each([
  '',
  'cli:root',
  ' ana',
  'ana ',
  'a b',
  '../ben',
  '-ana',
  'System',
  'sluice',
  'anonymous',
  'a'.repeat(101),
])('%j is none: it stands for somebody else, or breaks a list', (name) =>
  expect(isAccountName(name)).toBe(false),
);
