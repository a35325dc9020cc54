import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import {
  launchProduct,
  makeHome,
  type ProductProcess,
  type ProductRuntime,
  readRuntime,
  removeHome,
  untilReady,
} from '#fixtures/product-process.ts';
import { type Identity, identify, isRunning } from './process-identity.ts';

/** These end what hangs: how long a start takes on a busy machine is not what is tried here. */
const startMs = 200_000;
const hangsAfterMs = 120_000;
const home = makeHome();
/** The demo's own, where it can be edited. */
const configFile = path.join(home, 'sluice.yaml');
const demo = path.resolve(import.meta.dirname, '..', '..', 'demo', 'sluice.yaml');
const ownConfig = { SLUICE_CONFIG: configFile, SLUICE_DEMO: '1' };
let product: ProductProcess;
let runtime: ProductRuntime;

/** Who runs now; the demo has processes of its own below it, and these count as well. */
function processesOf(now: ProductRuntime): Map<string, Identity> {
  const found = new Map<string, Identity>();
  for (const [name, pid] of Object.entries(now.pids)) {
    const identity = pid === null ? null : identify(pid);
    if (identity) found.set(name, identity);
  }
  return found;
}
const stillRunning = (processes: Map<string, Identity>): string[] =>
  [...processes].filter(([, identity]) => isRunning(identity)).map(([name]) => name);

async function query(sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: runtime.databaseUrl });
  await client.connect();
  return client.query(sql).then(
    (answer) => client.end().then(() => answer.rows),
    (error) => client.end().then(() => Promise.reject(error)),
  );
}

beforeAll(async () => {
  const schemas = `jsonSchemaFile: ${path.dirname(demo)}${path.sep}`;
  writeFileSync(configFile, readFileSync(demo, 'utf8').replaceAll('jsonSchemaFile: ', schemas));
  product = launchProduct(home, ownConfig);
  runtime = await untilReady(product, startMs);
}, startMs + 10_000);

afterAll(async () => {
  product.signal('SIGTERM');
  await product.ended;
  removeHome(home);
});

it('names the working processes, in a file that only its owner reads', async () => {
  expect([...processesOf(runtime).keys()].sort()).toEqual([
    'demo',
    'kafka',
    'launcher',
    'postgres',
    'web',
    'worker',
  ]);
  for (const name of ['runtime.json', 'credentials.json', 'secrets.json'])
    expect(statSync(path.join(home, name)).mode & 0o777).toBe(0o600);
  // It is said after the file is written, and comes by a pipe.
  const ready = /Sluice is ready after [\d.]+ s: {2}http:\/\/127\.0\.0\.1:\d+/;
  await vi.waitFor(() => expect(product.output()).toMatch(ready), { timeout: hangsAfterMs });
});

it('refuses a second start on the same home, and leaves the first alone', async () => {
  const second = launchProduct(home);
  expect(await second.ended).toBe(1);
  expect(second.output()).toContain(`already runs on this SLUICE_HOME (process ${runtime.pids.launcher}`);
  expect(readRuntime(home)).toEqual(runtime);
});

it('names a port that is taken, and leaves nothing running', async () => {
  const squatter = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => squatter.once('listening', resolve));
  const { port } = squatter.address() as net.AddressInfo;
  const other = makeHome();
  const refused = launchProduct(other, { PORT: String(port) });
  expect(await refused.ended).toBe(1);
  squatter.close();
  removeHome(other);
  expect(refused.output()).toContain(`Port ${port} is taken by another program.`);
});

it('says what is missing and what else would do where there is no Java', async () => {
  const tools = mkdtempSync(path.join(tmpdir(), 'sluice-path-'));
  mkdirSync(path.join(tools, 'bin'));
  for (const tool of ['id', 'test', 'chmod', 'ps'])
    symlinkSync(`/usr/bin/${tool}`, path.join(tools, 'bin', tool));
  const other = makeHome();
  const refused = launchProduct(other, { PATH: path.join(tools, 'bin') });
  expect(await refused.ended).toBe(1);
  removeHome(other);
  rmSync(tools, { recursive: true });
  expect(refused.output()).toMatch(/needs Java 17 or later.*KAFKA_BROKERS=.*docker compose/);
});

it.each(['worker', 'web'] as const)(
  'starts the %s again when it is killed, and runtime.json follows',
  async (name) => {
    const before = runtime.pids[name] ?? 0;
    process.kill(before, 'SIGKILL');
    await vi.waitFor(
      () => {
        const now = readRuntime(home)?.pids[name];
        expect(now).toBeTypeOf('number');
        expect(now).not.toBe(before);
      },
      { timeout: hangsAfterMs, interval: 50 },
    );
    expect(product.output()).toMatch(new RegExp(`The ${name} was ended by SIGKILL`));
    runtime = readRuntime(home) ?? runtime;
  },
);

it('reads its configuration again on SIGHUP, unless it can not be used, and nothing else is started anew', async () => {
  const versions = async () => (await query('SELECT count(*)::int AS n FROM policy_version'))[0]?.n;
  const before = await versions();
  const text = readFileSync(configFile, 'utf8');
  writeFileSync(configFile, `${text}\nflowz: []\n`);
  process.kill(runtime.pids.launcher ?? 0, 'SIGHUP');
  await vi.waitFor(() => expect(product.output()).toMatch(/nothing changes:[\s\S]*flowz/), {
    timeout: hangsAfterMs,
  });
  expect(readRuntime(home)?.pids).toEqual(runtime.pids);
  await sleep(1100); // signals that come closer together count as one
  writeFileSync(configFile, text.replace('team: team-payments', 'team: team-billing'));
  process.kill(runtime.pids.launcher ?? 0, 'SIGHUP');
  await vi.waitFor(() => expect(product.output()).toContain('was read again'), { timeout: hangsAfterMs });
  const { web, worker, ...others } = readRuntime(home)?.pids ?? runtime.pids;
  expect({ ...others, web: runtime.pids.web, worker: runtime.pids.worker }).toEqual(runtime.pids);
  expect([web === runtime.pids.web, worker === runtime.pids.worker]).toEqual([false, false]);
  expect(await versions()).toBe(Number(before) + 1);
  runtime = readRuntime(home) ?? runtime;
});

it('cleans up after a launcher that was killed, and keeps the data', async () => {
  await query('CREATE TABLE kept_over_kill AS SELECT 42 AS answer');
  const before = processesOf(runtime);
  process.kill(runtime.pids.launcher ?? 0, 'SIGKILL');
  await product.ended;
  await vi.waitFor(() => expect(stillRunning(before).sort()).toEqual(['kafka', 'postgres']), {
    timeout: hangsAfterMs,
  });

  product = launchProduct(home, ownConfig);
  await vi.waitFor(() => expect(readRuntime(home)?.pids.launcher).not.toBe(runtime.pids.launcher), {
    timeout: startMs,
    interval: 100,
  });
  runtime = await untilReady(product, startMs);
  expect(product.output()).toMatch(/ending kafka \(process \d+\), left behind/);
  expect(stillRunning(before)).toEqual([]);
  expect(await query('SELECT answer FROM kept_over_kill')).toEqual([{ answer: 42 }]);
});

it('stops everything that it started when told to, in order, within its time', async () => {
  const before = processesOf(runtime);
  const { port } = new URL(runtime.databaseUrl);
  product.signal('SIGINT');
  await sleep(50);
  product.signal('SIGINT'); // a terminal and npm pass the same Ctrl-C on
  expect(await product.ended).toBe(0);
  expect(stillRunning(before)).toEqual([]);
  expect(readRuntime(home)).toBeNull();
  await expect(
    new Promise((resolve, reject) =>
      net.connect(Number(port), '127.0.0.1', () => resolve('open')).once('error', reject),
    ),
  ).rejects.toThrow(/ECONNREFUSED/);
});
