import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTestDatabase } from '#fixtures/database.ts';
import { testBrokers } from '#fixtures/kafka.ts';
import { kafkaTool } from '#fixtures/kafka-tools.ts';
import { workerEnvironment, workerFlags } from '../scripts/launcher/parts.ts';
import { commitEverywhere, lagWorld, makeTopics, produceEverywhere } from './lag/world.ts';
import { measureWeb, quantile } from './web.ts';

/**
 * `npm run bench -- lag [groups] [topics] [partitions of each]`: full rounds of the collector (collect, evaluate, store) over many groups, against
 * kafka-consumer-groups.sh over the same groups in the same run; then the API's answers at that size.
 */
const [groups = 1_000, topics = 50, partitions = 100] = process.argv.slice(2).map(Number);
const world = lagWorld({ groups, topics, partitions });
const rounds = 12;
const toolTimeoutMs = 300_000;

type Round = { ms: number; cpuMs: number; trouble: string | null; rssBytes: number; peakBytes: number };
const seconds = (ms: number) => `${(ms / 1_000).toFixed(3)} s`;
const megabytes = (bytes: number) => `${Math.round(bytes / 1_000_000)} MB`;

const test = await createTestDatabase();
try {
  console.log(`${groups} groups x ${partitions} partitions over ${topics * partitions} partitions`);
  await makeTopics(world);
  await produceEverywhere(world, 3);
  await commitEverywhere(world, 3n);

  const collector = fork(path.join(import.meta.dirname, 'lag', 'collector-process.ts'), [test.appUrl], {
    execArgv: [...workerFlags],
    env: { ...process.env, ...workerEnvironment },
  });
  await once(collector, 'message');
  const round = async (): Promise<Round> => {
    collector.send('round');
    const [answer] = (await once(collector, 'message')) as [Round];
    if (answer.trouble) throw new Error(`The collector's round failed: ${answer.trouble}`);
    return answer;
  };
  const measure = async (what: string, between: (at: number) => Promise<void>) => {
    const measured: Round[] = [];
    for (let at = 0; at < rounds; at++) {
      await between(at);
      measured.push(await round());
    }
    const times = measured.map((each) => each.ms);
    const resident = measured.map((each) => each.rssBytes);
    console.log(
      `${what}: median ${seconds(quantile(times, 0.5))}, slowest ${seconds(Math.max(...times))}, processor ${seconds(
        quantile(
          measured.map((each) => each.cpuMs),
          0.5,
        ),
      )}; resident ${megabytes(quantile(resident, 0.5))}, peak ${megabytes(Math.max(...measured.map((each) => each.peakBytes)))}`,
    );
    return quantile(times, 0.5);
  };
  await round();
  await round();
  const still = await measure('a round, all caught up and nothing moved', () => sleep(2_000));
  const moving = await measure('a round, every group moved on every partition', async (at) => {
    await produceEverywhere(world, 1);
    await commitEverywhere(world, BigInt(4 + at));
  });

  const started = performance.now();
  const tool = await kafkaTool(
    'consumer-groups',
    ['--describe', '--all-groups', '--offsets'],
    testBrokers(),
    toolTimeoutMs,
  );
  const toolMs = performance.now() - started;
  const rows = tool.stdout.split('\n').filter((line) => line.startsWith('bench.')).length;
  console.log(
    `kafka-consumer-groups.sh --all-groups: ${seconds(toolMs)}, ${rows} rows, ended with ${tool.code}`,
  );
  console.log(
    `ratio: ${(toolMs / still).toFixed(0)} times faster with nothing moved, ${(toolMs / moving).toFixed(0)} times with everything moved`,
  );
  collector.disconnect();
  const group = (at: number) => encodeURIComponent(world.groups[(at * 37) % world.groups.length] ?? '');
  const ask = (name: string, path: (at: number) => string) => ({ name, path, person: 'vera' as const });
  await measureWeb(
    test,
    [
      ask('GET /clusters/{c}/groups?limit=100', () => '/clusters/main/groups?limit=100'),
      ask('GET /clusters/{c}/groups/{g}', (at) => `/clusters/main/groups/${group(at)}`),
      ask('GET …/history (1 h)', (at) => `/clusters/main/groups/${group(at)}/history`),
    ],
    200,
  );
} finally {
  await test.drop();
}
process.exit(0);
