import { setTimeout as sleep } from 'node:timers/promises';
import { type Home, readJson, removeFile } from './home.ts';
import { postmasterOf } from './postmaster.ts';
import { isRunning, lookAt } from './process-identity.ts';
import { isOurs, type ProcessRecord } from './process-records.ts';
import { killGroup } from './run-command.ts';
import type { ServiceName } from './supervisor.ts';

/** The order in which things stop: whoever uses a thing before the thing. */
export const stopOrder: readonly ServiceName[] = ['demo', 'web', 'worker', 'kafka', 'postgres'];

const graceMs: Record<ServiceName, number> = {
  demo: 5000,
  web: 5000,
  worker: 10_000,
  kafka: 20_000,
  postgres: 20_000,
};

/** What a launcher that was killed left running under this home; each proven to be ours. */
export function findLeftovers(home: Home): ProcessRecord[] {
  const recorded = readJson<ProcessRecord[]>(home.processes) ?? [];
  const found = recorded.filter((record) => isOurs(record, lookAt(record.pid), home.folder));
  const postgres = found.some((record) => record.name === 'postgres') ? null : postmaster(home);
  return postgres ? [...found, postgres] : found;
}

function postmaster(home: Home): ProcessRecord | null {
  const data = readJson<{ data: string }>(home.postgresPlace)?.data;
  const seen = data ? postmasterOf(data) : null;
  return data && seen ? { name: 'postgres', pid: seen.pid, startedAt: seen.startedAt, marker: data } : null;
}

/** Ends them in order, so that their data is closed properly; their places are then free for new ones. */
export async function stopLeftovers(home: Home, report: (line: string) => void): Promise<void> {
  const left = findLeftovers(home);
  for (const name of stopOrder) {
    const record = left.find((candidate) => candidate.name === name);
    if (!record) continue;
    report(`ending ${name} (process ${record.pid}), left behind by a start that was killed`);
    process.kill(record.pid, name === 'postgres' ? 'SIGINT' : 'SIGTERM');
    const deadline = Date.now() + graceMs[name];
    while (isRunning(record) && Date.now() < deadline) await sleep(50);
    if (isRunning(record)) killGroup(record.pid, 'SIGKILL');
    while (isRunning(record)) await sleep(20);
  }
  removeFile(home.processes);
  removeFile(home.runtime);
}
