import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestDatabase } from '#fixtures/database.ts';
import { testBrokers } from '#fixtures/kafka.ts';
import { createDemoUsers, type DemoCredentials } from '#lib/auth/first-users.ts';
import { buildWeb } from '../../scripts/launcher/build.ts';
import type { LagWorld } from './world.ts';

const root = path.resolve(import.meta.dirname, '..', '..');
const distDir = '.next-test';
const warmUp = 20;
const requests = 200;

/** Starts the production web over the bench's database and times whole answers, one after the other, as a browser gets them. */
export async function measureApi(
  test: TestDatabase,
  world: LagWorld,
  quantile: (values: readonly number[], share: number) => number,
  port: number,
): Promise<void> {
  await buildWeb(root, distDir, new AbortController().signal);
  const origin = `http://127.0.0.1:${port}`;
  let credentials: DemoCredentials | null = null;
  await createDemoUsers({ database: test.database, clock: () => new Date() }, origin, async (made) => {
    credentials = made;
  });
  const token = (credentials as DemoCredentials | null)?.users.find((user) => user.name === 'vera')?.token;
  const web = spawn(process.execPath, [path.join(root, 'lib', 'http', 'serve.ts')], {
    cwd: root,
    env: {
      ...process.env,
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: String(port),
      SLUICE_DIST_DIR: distDir,
      SLUICE_APP_DATABASE_URL: test.appUrl,
      SLUICE_DEMO_IDENTITIES: '1',
      KAFKA_BROKERS: testBrokers().join(','),
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const get = async (at: string): Promise<string> => {
    const answer = await fetch(`${origin}${at}`, { headers: { authorization: `Bearer ${token}` } });
    const body = await answer.text();
    if (!answer.ok) throw new Error(`${at}: ${answer.status} ${body}`);
    return body;
  };
  try {
    for (const until = Date.now() + 30_000; ; await sleep(100)) {
      const live = await fetch(`${origin}/health/live`).catch(() => null);
      if (live?.ok) break;
      if (Date.now() > until) throw new Error('The web did not answer within 30 s.');
    }
    const group = (at: number) => encodeURIComponent(world.groups[at % world.groups.length] ?? '');
    const measured: readonly [string, (at: number) => string][] = [
      ['GET /clusters/{c}/groups?limit=100', () => '/api/v1/clusters/main/groups?limit=100'],
      ['GET /clusters/{c}/groups/{g}', (at) => `/api/v1/clusters/main/groups/${group(at * 37)}`],
      ['GET …/history (1 h)', (at) => `/api/v1/clusters/main/groups/${group(at * 37)}/history`],
    ];
    for (const [name, at] of measured) {
      for (let n = 0; n < warmUp; n++) await get(at(n));
      const times: number[] = [];
      let bytes = 0;
      for (let n = 0; n < requests; n++) {
        const started = performance.now();
        bytes = (await get(at(n))).length;
        times.push(performance.now() - started);
      }
      console.log(
        `${name}: p50 ${quantile(times, 0.5).toFixed(1)} ms, p95 ${quantile(times, 0.95).toFixed(1)} ms, ${Math.round(bytes / 1_000)} kB`,
      );
    }
  } finally {
    web.kill('SIGTERM');
    await once(web, 'exit');
  }
}
