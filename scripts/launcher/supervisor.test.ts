import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { waitForLine } from './log-file.ts';
import { type Service, type ServiceSpec, superviseService } from './supervisor.ts';

let folder: string;
let service: Service | null = null;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sluice-service-'));
});
afterEach(async () => {
  await service?.stop();
  rmSync(folder, { recursive: true });
});

const logFile = () => path.join(folder, 'x.log');
const running = "console.log('up'); setInterval(() => {}, 1000);";

function supervise(program: string, more: Partial<ServiceSpec> = {}) {
  const spawned: number[] = [];
  const reports: string[] = [];
  const spec: ServiceSpec = {
    name: 'demo',
    title: 'The program',
    logFile: logFile(),
    spawn: (fd) => spawn(process.execPath, ['-e', program], { detached: true, stdio: ['ignore', fd, fd] }),
    ready: ({ logFrom, signal }) => waitForLine(logFile(), logFrom, /^up$/m, { timeoutMs: 10_000, signal }),
    stopSignal: 'SIGTERM',
    graceMs: 300,
    ...more,
  };
  service = superviseService(spec, {
    spawned: (_name, pid) => {
      spawned.push(pid);
      expect(service?.pid() ?? pid).toBe(pid);
    },
    report: (line) => reports.push(line),
    gaveUp: (reason) => reports.push(reason),
  });
  return { service, spawned, reports };
}

it('is started again when it is killed, with the last lines of its log', async () => {
  const { service: one, spawned, reports } = supervise(running);
  await one.start();
  process.kill(spawned[0] ?? 0, 'SIGKILL');
  await vi.waitFor(() => expect(spawned).toHaveLength(2), { timeout: 5000 });
  await vi.waitFor(() => expect(reports.at(-1)).toBe('The program runs again.'), { timeout: 5000 });
  expect(reports[0]).toMatch(/was ended by SIGKILL[\s\S]*\n {4}up\n/);
  expect(one.pid()).toBe(spawned[1]);
});

it('ends one that ignores the request to stop', async () => {
  const { service: one, reports } = supervise(`process.on('SIGTERM', () => {}); ${running}`);
  await one.start();
  await one.stop();
  expect(one.pid()).toBeNull();
  expect(reports).toEqual(['The program did not stop within 0.3 s: killed.']);
});

it('is started anew when that is asked for, which is no death', async () => {
  const { service: one, spawned, reports } = supervise(running);
  await one.start();
  await one.restart();
  expect(spawned).toHaveLength(2);
  expect(one.pid()).toBe(spawned[1]);
  expect(() => process.kill(spawned[0] ?? 0, 0)).toThrow('ESRCH');
  expect(reports).toEqual([]);
});

it('says so when one that was asked for can not be kept alive', async () => {
  const once = path.join(folder, 'ran');
  const program = `const fs = require('fs'); if (fs.existsSync('${once}')) process.exit(98); fs.writeFileSync('${once}', ''); ${running}`;
  const { service: one } = supervise(program, {
    hopeless: (code) => (code === 98 ? 'Port 1 is taken.' : null),
  });
  await one.start();
  await expect(one.restart()).rejects.toThrow('Port 1 is taken.');
});

it('does not try again where no restart can help', async () => {
  const { service: one, spawned } = supervise('process.exit(98)', {
    hopeless: (code) => (code === 98 ? 'Port 1 is taken.' : null),
  });
  await expect(one.start()).rejects.toThrow('Port 1 is taken.');
  expect(spawned).toHaveLength(1);
});
