import { isFailureHeader } from '#lib/domain/dead-letters/failure-headers.ts';
import type { ExecutionDeps } from '#lib/usecases/execute/deps.ts';
import { dispatchReplays } from '#lib/worker/replay-dispatcher.ts';
import { stallMs } from './network.ts';
import type { SimulatedProcess } from './simulated-process.ts';
import type { World } from './world.ts';

export const timings = {
  ...{ leaseMs: 3000, transactionTimeoutMs: 4000, callTimeoutMs: 400 },
  ...{ observeMs: 1500, judgedWithinMs: 4000 },
};
/** Small, so that a replay of a few records is many batches, each read while the one before is sent. */
const batches = { mostRecords: 3, worthReadingAhead: 1, closedAtOnce: 4 };
const lookMs = 2000;
const clockOffMs = 3_600_000;
const longStallMs = 40_000;
/** What only a fault of the simulation itself would bring about. */
const ownFault = /is not a function|Cannot read prop|is not iterable|is not defined/;

/** Starts a worker with the product's own dispatcher and executor; when it dies, another is started in its place. */
export function startWorker(world: World): SimulatedProcess {
  const { timeline, random } = world;
  const own = world.newProcess('worker');
  if (world.enabled('clock_off') && random.chance(0.5)) {
    own.clockOffMs = random.pick([clockOffMs, -clockOffMs]);
    world.counts.clock_off++;
  }
  own.onEnd(() => {
    if (!world.healed) timeline.after(random.between(300, 4000), () => world.healed || startWorker(world));
  });
  world.workers.push(own);
  const execution = executionOf(world, own);
  const { database, sleep, log } = execution;
  const runtime = {
    database,
    workerId: own.name,
    timings,
    execution,
    log,
    sleep,
    elapsedMs: () => timeline.nowMs,
  };
  dispatchReplays(runtime, new AbortController().signal, lookMs).catch((error: Error) =>
    world.violate(`the dispatcher of ${own.name} ended: ${error.stack}`),
  );
  return own;
}

/** What a worker's process executes with. */
export function executionOf(world: World, own: SimulatedProcess): ExecutionDeps {
  const { timeline, kafka, postgres, governed } = world;
  const { flows, defaultPolicy, policyHash } = governed;
  return {
    database: postgres.connect(own),
    clusters: new Map([['main', kafka.connect(own)]]),
    writing: new Map([['main', kafka.connect(own)]]),
    writers: new Map([['main', kafka.writer(own)]]),
    readBacks: new Map([['main', kafka.readBack(own)]]),
    policyHash: () => policyHash,
    flows,
    defaultPolicy,
    probes: new Map(),
    readTarget: async () => ({
      state: world.targetStopped ? 'stopped' : 'running',
      lagRecords: 0n,
      asOf: timeline.date(),
    }),
    isFailureHeader,
    clock: () => timeline.date(own),
    sleep: (ms, signal) => timeline.sleep(ms, signal, own),
    newId: world.newId,
    timings,
    batches,
    reach: (point) => strikeAt(world, own, point),
    log: (message) => {
      world.trace(() => `${own.name} says: ${message}`);
      if (ownFault.test(message)) world.violate(`the simulation lacks something: ${message}`);
    },
  };
}

/** The named moments of an execution are met more often than chance would have it. */
function strikeAt(world: World, own: SimulatedProcess, point: string): void {
  const { random, weather, timeline, counts } = world;
  if (!random.chance(weather.rate)) return;
  if (random.chance(0.5) && world.enabled('worker_killed')) {
    counts.worker_killed++;
    world.trace(() => `${own.name}: dies at ${point}`);
    own.kill();
  } else if (world.enabled('worker_stalled')) {
    counts.worker_stalled++;
    // What it still has to write by then is found by others, who may come to the end of it all before this one wakes.
    const ms = point === 'outcome_written' ? random.between(5000, longStallMs) : stallMs(random);
    own.stalledUntilMs = timeline.nowMs + ms;
    world.trace(() => `${own.name}: stops at ${point} until ${own.stalledUntilMs}`);
  }
}
