import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { identify, isRunning, lookAt } from './process-identity.ts';
import { isOurs, type ProcessRecord } from './process-records.ts';

const record: ProcessRecord = { name: 'kafka', pid: 500, startedAt: '1234', marker: '/home/kafka' };
const seen = {
  pid: 500,
  startedAt: '1234',
  command: 'java -cp x kafka.Kafka /home/kafka/server.properties',
  environment: null,
};

it('knows its own process by start and command line', () => {
  expect(isOurs(record, seen, '/home')).toBe(true);
});

it.each([
  ['it is gone', null],
  ['another process has the id now', { ...seen, startedAt: '9999' }],
  ['the command line is a stranger', { ...seen, command: 'java -jar other.jar' }],
  ['it belongs to another home', { ...seen, command: 'node web', environment: 'SLUICE_HOME=/home2\0A=1' }],
])('leaves a process alone when %s', (_why, now) => {
  expect(isOurs(record, now, '/home')).toBe(false);
});

it('knows a part that renamed itself by the home it was given', () => {
  const renamed = { ...seen, command: 'next-server', environment: 'A=1\0SLUICE_HOME=/home\0' };
  expect(isOurs(record, renamed, '/home')).toBe(true);
});

it('sees a real process come and go', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', 'marker-in-argv'], {
    stdio: 'ignore',
  });
  await once(child, 'spawn');
  const identity = identify(child.pid ?? 0);
  expect(identity && isRunning(identity)).toBe(true);
  expect(lookAt(child.pid ?? 0)?.command).toContain('marker-in-argv');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(identity && isRunning(identity)).toBe(false);
});
