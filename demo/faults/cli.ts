import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { reasonOf } from '../log.ts';
import { readFaults, readInstance, requestFault } from './control.ts';
import { type FaultName, faultNames, faults, isFaultName } from './fault.ts';
import { findRunning, homesOf } from './runtime-file.ts';

// npm run demo -- heal|break <fault>, or status. Exit code 0: it is so in the running services; 1: it is not; 2: not understood.

const acknowledgeWithinMs = 5000;
const pollMs = 50;
const aliveWithinMs = 8000;

const usage = [
  'npm run demo -- break <fault>    turn a fault on',
  'npm run demo -- heal <fault>     turn it off',
  'npm run demo -- status           show them all',
  '',
  'Faults:',
  ...faultNames.map((name) => `  ${name.padEnd(10)}${faults[name]}`),
].join('\n');

type Command = { kind: 'status' } | { kind: 'set'; name: FaultName; enabled: boolean };

export function parseCommand(args: readonly string[]): Command | { kind: 'wrong'; problem: string } {
  const [verb, fault, ...rest] = args;
  if (verb === undefined) return { kind: 'wrong', problem: 'Say what to do.' };
  if (verb === 'status')
    return fault === undefined
      ? { kind: 'status' }
      : { kind: 'wrong', problem: `status takes no "${fault}".` };
  if (verb !== 'heal' && verb !== 'break')
    return { kind: 'wrong', problem: `There is no command "${verb}".` };
  if (fault === undefined) return { kind: 'wrong', problem: `Say which fault to ${verb}.` };
  if (!isFaultName(fault)) return { kind: 'wrong', problem: `There is no fault "${fault}".` };
  if (rest.length > 0)
    return { kind: 'wrong', problem: `One fault at a time, not also "${rest.join(' ')}".` };
  return { kind: 'set', name: fault, enabled: verb === 'break' };
}

async function demoHealth(client: pg.Client): Promise<string> {
  const instance = await readInstance(client);
  if (!instance) return 'the demo is not running';
  const seconds = Math.round(instance.heartbeatAgeMs / 1000);
  return instance.heartbeatAgeMs < aliveWithinMs
    ? `the demo (pid ${instance.pid}) is running but did not answer`
    : `the demo (pid ${instance.pid}) was last seen ${seconds} s ago`;
}

async function showStatus(client: pg.Client): Promise<number> {
  const rows = new Map((await readFaults(client)).map((row) => [row.name, row]));
  const instance = await readInstance(client);
  const alive = instance !== null && instance.heartbeatAgeMs < aliveWithinMs;
  for (const name of faultNames) {
    const row = rows.get(name);
    const state = row?.enabled ? 'on' : 'off';
    const since = row ? ` since ${row.changedAt.toISOString()}` : '';
    const pending = row && row.appliedRevision !== row.revision ? ', not yet taken over by the services' : '';
    console.log(`${name.padEnd(10)}${state.padEnd(5)}${faults[name]}${since}${pending}`);
  }
  if (!alive) console.error(`This is what was asked for last: ${await demoHealth(client)}.`);
  return alive ? 0 : 1;
}

async function setFault(client: pg.Client, name: FaultName, enabled: boolean): Promise<number> {
  const startedAt = Date.now();
  const revision = await requestFault(client, name, enabled);
  while (Date.now() - startedAt < acknowledgeWithinMs) {
    const row = (await readFaults(client)).find((candidate) => candidate.name === name);
    if (row && row.appliedRevision >= revision) {
      if (row.revision !== revision) {
        console.error(
          `${name} was set again by somebody else meanwhile: it is ${row.enabled ? 'on' : 'off'}.`,
        );
        return row.enabled === enabled ? 0 : 1;
      }
      console.log(
        `${name} is ${enabled ? 'on' : 'off'} in the running services (${Date.now() - startedAt} ms).`,
      );
      return 0;
    }
    await sleep(pollMs);
  }
  console.error(
    `${name} is not known to be ${enabled ? 'on' : 'off'}: no acknowledgement within ${acknowledgeWithinMs / 1000} s, and ${await demoHealth(client)}. The wish is kept; the demo takes it over when it runs.`,
  );
  return 1;
}

async function run(args: readonly string[]): Promise<number> {
  const command = parseCommand(args);
  if (command.kind === 'wrong') {
    console.error(`${command.problem}\n\n${usage}`);
    return 2;
  }
  const repository = path.resolve(import.meta.dirname, '../..');
  const { databaseUrl, file } = findRunning(homesOf(process.env, process.cwd(), repository));
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 3000 });
  client.on('error', () => undefined); // the query under way fails with it and is reported
  try {
    await client.connect();
  } catch (error) {
    throw new Error(
      `Sluice's Postgres does not answer (${reasonOf(error)}), by the address in ${file}. Is it still running?`,
    );
  }
  try {
    const present = await client.query("select to_regclass('demo_control.instance') is not null as present");
    if (present.rows[0]?.present !== true)
      throw new Error('The demo has never run on this database: start Sluice without SLUICE_DEMO=0.');
    return command.kind === 'status'
      ? await showStatus(client)
      : await setFault(client, command.name, command.enabled);
  } finally {
    await client.end();
  }
}

if (import.meta.main) {
  try {
    process.exitCode = await run(process.argv.slice(2));
  } catch (error) {
    console.error(reasonOf(error));
    process.exitCode = 1;
  }
}
