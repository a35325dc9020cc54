import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestDatabase } from '#fixtures/database.ts';
import { testBrokers } from '#fixtures/kafka.ts';
import { createDemoUsers, type DemoCredentials } from '#lib/auth/first-users.ts';
import { buildWeb } from '../scripts/launcher/build.ts';
import { webFlags } from '../scripts/launcher/parts.ts';
import { freePort } from '../scripts/launcher/ports.ts';

const root = path.resolve(import.meta.dirname, '..');
const distDir = '.next-test';
const warmUp = 20;

/** The value below which this share of the values lies. */
export const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ??
  Number.NaN;

export type Question = { name: string; person: 'vera' | 'ana'; path: (at: number) => string };

/** Starts the production web over the bench's database and times whole answers, one after the other, as a browser gets them. */
export async function measureWeb(
  test: TestDatabase,
  questions: readonly Question[],
  requests: number,
): Promise<void> {
  await buildWeb(root, distDir, new AbortController().signal);
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  let credentials: DemoCredentials | null = null;
  await createDemoUsers({ database: test.database, clock: () => new Date() }, origin, async (made) => {
    credentials = made;
  });
  const users = (credentials as DemoCredentials | null)?.users ?? [];
  const web = spawn(process.execPath, [...webFlags, path.join(root, 'lib', 'http', 'serve.ts')], {
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
  const get = async (person: Question['person'], at: string): Promise<string> => {
    const token = users.find(({ name }) => name === person)?.token;
    const answer = await fetch(`${origin}/api/v1${at}`, { headers: { authorization: `Bearer ${token}` } });
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
    for (const { name, person, path: at } of questions) {
      for (let n = 0; n < warmUp; n++) await get(person, at(n));
      const times: number[] = [];
      let bytes = 0;
      for (let n = 0; n < requests; n++) {
        const started = performance.now();
        bytes = (await get(person, at(n))).length;
        times.push(performance.now() - started);
      }
      const [p50, p95] = [quantile(times, 0.5), quantile(times, 0.95)];
      console.log(
        `${name}: p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms, ${Math.round(bytes / 1_000)} kB`,
      );
    }
  } finally {
    web.kill('SIGTERM');
    await once(web, 'exit');
  }
}
