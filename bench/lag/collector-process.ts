import { testCluster } from '#fixtures/kafka.ts';
import { connectCluster } from '#lib/broker/platformatic/connect.ts';
import { openDatabase } from '#lib/store/database.ts';
import { emptyMemory } from '#lib/worker/collector/memory.ts';
import { createRound, defaultCollectorTimings } from '#lib/worker/collector/run-collector.ts';

/** One collector in a process of its own, so that its time and memory are its own: a round for every message, answered with its time. */
const [appUrl = ''] = process.argv.slice(2);
const connection = connectCluster(testCluster());
const round = createRound(
  {
    cluster: 'main',
    connection,
    database: openDatabase(appUrl, { maxConnections: 4 }),
    flows: [],
    clock: () => new Date(),
    log: (message) => console.error(`collector: ${message}`),
  },
  defaultCollectorTimings,
  emptyMemory(),
  new AbortController().signal,
);

const cpuMsSince = (before: NodeJS.CpuUsage) => {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
};

process.on('message', async () => {
  const [started, cpu] = [performance.now(), process.cpuUsage()];
  const trouble = await round();
  const ms = performance.now() - started;
  process.send?.({
    ms,
    trouble,
    cpuMs: cpuMsSince(cpu),
    rssBytes: process.memoryUsage.rss(),
    peakBytes: process.resourceUsage().maxRSS * 1024,
  });
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
