import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { hashInputs } from './inputs-hash.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'sluice-hash-'));
  mkdirSync(path.join(root, 'app'));
  writeFileSync(path.join(root, 'app', 'a.ts'), 'a');
  writeFileSync(path.join(root, 'app', 'a.test.ts'), 't');
});
afterEach(() => rmSync(root, { recursive: true }));
const hash = () => hashInputs(root, ['app', 'not-there'], (file) => file.endsWith('.test.ts'));

it('stays the same when nothing, or only something skipped, changed', () => {
  const before = hash();
  writeFileSync(path.join(root, 'app', 'a.test.ts'), 'changed');
  expect(hash()).toBe(before);
});

it.each([
  ['a content', () => writeFileSync(path.join(root, 'app', 'a.ts'), 'b')],
  ['a name', () => renameSync(path.join(root, 'app', 'a.ts'), path.join(root, 'app', 'b.ts'))],
  ['what was not there', () => writeFileSync(path.join(root, 'not-there'), '')],
])('changes with %s', (_what, change) => {
  const before = hash();
  change();
  expect(hash()).not.toBe(before);
});
