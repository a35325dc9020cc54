import { spawn } from 'node:child_process';
import { once } from 'node:events';
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

it('ends a Postgres that a killed test has left in it, and no process that only had its number', async () => {
  const scratch = openScratch();
  const started = ['one', 'two'].map((name) => {
    const data = path.join(scratch.folder, name, 'postgres');
    mkdirSync(data, { recursive: true });
    // As Postgres is started: its data folder stands in its arguments, whatever the program.
    const of = name === 'one' ? data : path.join(scratch.folder, 'elsewhere');
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', '--', '-D', of, '-p', '1']);
    writeFileSync(path.join(data, 'postmaster.pid'), `${child.pid}\n${data}\n`);
    return child;
  });
  const [left, other] = started;
  if (!left || !other) throw new Error('Both were started.');
  await Promise.all(started.map((child) => once(child, 'spawn')));
  const ended = once(left, 'exit');
  scratch.remove();
  expect((await ended)[1]).toBe('SIGQUIT');
  expect(existsSync(scratch.folder)).toBe(false);
  expect(other.exitCode).toBeNull();
  other.kill();
  await once(other, 'exit');
});
