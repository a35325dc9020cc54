import { testCluster } from '#fixtures/kafka.ts';
import { connectCluster } from '#lib/broker/platformatic/connect.ts';
import { openDatabase } from '#lib/store/database.ts';
import { runIndexer } from '#lib/worker/indexer/run-indexer.ts';

/** The indexer in a process of its own, so that its time and memory are its own; ends when whoever started it lets go. */
const [appUrl = '', topic = ''] = process.argv.slice(2);
const stop = new AbortController();
process.on('message', () => process.send?.({ peakBytes: process.resourceUsage().maxRSS * 1024 }));
process.on('disconnect', () => stop.abort());
await runIndexer(
  {
    cluster: connectCluster(testCluster()),
    database: openDatabase(appUrl, { maxConnections: 4 }),
    config: { flows: [], deadLetters: { discover: [topic], topics: [] } },
    clock: () => new Date(),
    log: (message) => console.error(`indexer: ${message}`),
  },
  { signal: stop.signal },
);
process.exit(0);
