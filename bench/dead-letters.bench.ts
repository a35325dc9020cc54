import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTestDatabase } from '#fixtures/database.ts';
import { testBrokers } from '#fixtures/kafka.ts';
import { kafkaTool } from '#fixtures/kafka-tools.ts';
import { workerEnvironment, workerFlags } from '../scripts/launcher/parts.ts';
import { produceDeadLetters } from './dead-letters/produce.ts';
import { measureWeb, type Question } from './web.ts';

/**
 * `npm run bench -- dead-letters [records]`: how fast dead letters can be searched with every index in place, against Kafka's own consumer
 * and kcat (where it is installed) reading the same topic in the same run; then the API's answers at that size.
 */
const records = Number(process.argv[2] ?? 1_000_000);
const topic = 'bench.orders.dlq';
const partitions = 6;
const toolTimeoutMs = 600_000;
const perSecond = (ms: number) => `${Math.round((records / ms) * 1_000).toLocaleString('en')}/s`;

/** All of the topic by kcat, each record's partition and offset written out; null where there is no kcat. */
function kcatMs(): number | null {
  const started = performance.now();
  const place = ['-b', testBrokers().join(','), '-t', topic, '-o', 'beginning'];
  const args = ['-C', '-e', '-q', '-f', '%p %o\\n', ...place];
  const read = spawnSync('kcat', args, {
    encoding: 'utf8',
    maxBuffer: 100 * records,
    timeout: toolTimeoutMs,
  });
  if (read.error && 'code' in read.error && read.error.code === 'ENOENT') return null;
  const lines = read.stdout.trimEnd().split('\n').length;
  if (read.status !== 0 || lines !== records)
    throw new Error(`kcat ended with ${read.status} after ${lines} records: ${read.stderr}`);
  return performance.now() - started;
}

const test = await createTestDatabase();
try {
  await produceDeadLetters(topic, records, partitions);
  console.log(`${records.toLocaleString('en')} dead letters of 7 failures over ${partitions} partitions`);

  const readStarted = performance.now();
  const tool = await kafkaTool(
    'consumer-perf-test',
    ['--topic', topic, '--num-records', String(records)],
    testBrokers(),
    toolTimeoutMs,
  );
  const readMs = performance.now() - readStarted;
  if (tool.code !== 0) throw new Error(`kafka-consumer-perf-test ended with ${tool.code}: ${tool.stderr}`);
  console.log(
    `kafka-consumer-perf-test.sh reads them in ${(readMs / 1_000).toFixed(1)} s: ${perSecond(readMs)}`,
  );

  const bareMs = kcatMs();
  console.log(
    bareMs === null
      ? 'kcat is not installed (Debian: apt-get install kcat): not compared with it'
      : `kcat reads them in ${(bareMs / 1_000).toFixed(1)} s: ${perSecond(bareMs)}`,
  );

  const started = performance.now();
  const indexer = fork(
    path.join(import.meta.dirname, 'dead-letters', 'indexer-process.ts'),
    [test.appUrl, topic],
    {
      execArgv: [...workerFlags],
      env: { ...process.env, ...workerEnvironment },
    },
  );
  const { deadLetters, deadLetterSummaries } = test.database.stores;
  for (;;) {
    const found = await deadLetters.findTopic('main', topic);
    const [state] = found ? await deadLetterSummaries.indexStates(found.clusterId, [found.topicId]) : [];
    if (state?.behindRecords === 0n) break;
    if (indexer.exitCode !== null) throw new Error(`The indexer ended with ${indexer.exitCode}.`);
    await sleep(250);
  }
  const indexMs = performance.now() - started;
  indexer.send('memory');
  const [{ peakBytes }] = (await once(indexer, 'message')) as [{ peakBytes: number }];
  console.log(
    `indexed in ${(indexMs / 1_000).toFixed(1)} s: ${perSecond(indexMs)}, ${(indexMs / readMs).toFixed(1)} times as long as Kafka's consumer reads${bareMs === null ? '' : `, ${(indexMs / bareMs).toFixed(1)} as kcat`}; peak ${Math.round(peakBytes / 1e6)} MB`,
  );
  indexer.disconnect();
  await once(indexer, 'exit');

  const at = `/dead-letters/main/${topic}`;
  const ask = (name: string, path: Question['path']): Question => ({ name, path, person: 'ana' });
  await measureWeb(
    test,
    [
      ask('GET /dead-letters', () => '/dead-letters'),
      ask('GET …/failures (with histogram)', () => `${at}/failures`),
      ask('GET …/records, newest page', () => `${at}/records?limit=100`),
      ask('GET …/records?q=decl', () => `${at}/records?limit=100&q=decl`),
      ask(
        'GET …/records/{partition}/{offset}',
        (n) => `${at}/records/${n % partitions}/${(n * 7919) % Math.floor(records / partitions)}`,
      ),
    ],
    40,
  );
} finally {
  await test.drop();
}
process.exit(0);
