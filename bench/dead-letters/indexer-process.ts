import { testCluster } from '#fixtures/kafka.ts';
import { connectCluster } from '#lib/broker/platformatic/connect.ts';
import { openDatabase } from '#lib/store/database.ts';
import { keepCounts } from '#lib/worker/indexer/keep-counts.ts';
import { runIndexer } from '#lib/worker/indexer/run-indexer.ts';

/** The indexer in a process of its own, so that its time and memory are its own; ends when whoever started it lets go. */
const [appUrl = '', topic = ''] = process.argv.slice(2);
const stop = new AbortController();
process.on('message', () => process.send?.({ peakBytes: process.resourceUsage().maxRSS * 1024 }));
process.on('disconnect', () => stop.abort());
const deps = {
  cluster: connectCluster(testCluster()),
  database: openDatabase(appUrl, { maxConnections: 4 }),
  config: { flows: [], deadLetters: { discover: [topic], topics: [] } },
  clock: () => new Date(),
  log: (message: string) => console.error(`indexer: ${message}`),
};
await Promise.all([runIndexer(deps, { signal: stop.signal }), keepCounts(deps, { signal: stop.signal })]);
process.exit(0);
