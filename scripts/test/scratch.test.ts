import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { openScratch } from './scratch.ts';

it('is a folder that others may pass through, and that goes away with what is in it', () => {
  const scratch = openScratch();
  writeFileSync(path.join(scratch.folder, 'file'), '');
  expect(statSync(scratch.folder).mode & 0o777).toBe(0o711);
  scratch.remove();
  expect(existsSync(scratch.folder)).toBe(false);
});

it('removes what a killed run has left in memory, and nothing of one that runs', () => {
  const first = openScratch();
  const beside = path.dirname(first.folder);
  const left = path.join(beside, 'sluice-tests-999999999-left');
  mkdirSync(left, { recursive: true });
  const second = openScratch();
  expect(existsSync(first.folder)).toBe(true);
  expect(existsSync(left)).toBe(beside !== '/dev/shm');
  for (const scratch of [first, second]) scratch.remove();
  rmSync(left, { recursive: true, force: true });
});
