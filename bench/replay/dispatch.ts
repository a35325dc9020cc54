import { executorOf } from '#fixtures/executor.ts';
import { testCluster } from '#fixtures/kafka.ts';
import { testPolicyHash } from '#fixtures/replay.ts';
import { connectCluster } from '#lib/broker/platformatic/connect.ts';
import { processTime } from '#lib/compose/process-time.ts';
import { defaultPolicy } from '#lib/domain/flows/policy.ts';
import { openDatabase } from '#lib/store/database.ts';
import { dispatchReplays } from '#lib/worker/replay-dispatcher.ts';

/** Executes replays as a worker does, and nothing else that a worker does, until it is told to stop. */
const [appUrl = '', workerId = ''] = process.argv.slice(2);
const database = openDatabase(appUrl, { maxConnections: 10 });
const cluster = connectCluster(testCluster());
const execution = executorOf({
  database,
  clusters: new Map([['main', cluster]]),
  policyHash: () => testPolicyHash,
  flows: [],
  defaultPolicy,
});
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
const { timings } = execution;
const log = (message: string) => console.error(`${workerId}: ${message}`);
await dispatchReplays({ database, workerId, timings, execution, log, ...processTime }, stop.signal, 100);
await Promise.all([cluster.close(), database.close()]);
process.exit(0);
