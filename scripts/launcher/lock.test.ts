import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { takeLock } from './lock.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sluice-lock-'));
  file = path.join(folder, 'launcher.lock');
});
afterEach(() => rmSync(folder, { recursive: true }));
const soon = { running: 150, stopping: 2000 };

it('is held by one, and named to the next', async () => {
  const lock = await takeLock(file, 'http://one', soon);
  await expect(takeLock(file, 'http://two', soon)).rejects.toThrow(
    new RegExp(`already runs on this SLUICE_HOME \\(process ${process.pid}, http://one\\)`),
  );
  lock.release();
  expect(existsSync(file)).toBe(false);
});

it('waits for one that is stopping', async () => {
  const lock = await takeLock(file, 'http://one', soon);
  lock.markStopping();
  setTimeout(() => lock.release(), 400);
  await takeLock(file, 'http://two', soon);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ url: 'http://two' });
});

it.each([
  ['of a process that is gone', JSON.stringify({ pid: 2 ** 22 + 1, startedAt: '1' })],
  ['whose id another process has now', JSON.stringify({ pid: process.pid, startedAt: 'before' })],
  ['that was cut short', '{"pid":'],
])('takes over a lock %s', async (_what, content) => {
  writeFileSync(file, content);
  const lock = await takeLock(file, 'http://one', soon);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pid: process.pid });
  lock.release();
});
