import { killHook } from '#lib/compose/kill-hook.ts';
import { composeWorker } from '#lib/compose/worker.ts';
import { runWorker } from './run-worker.ts';

const stop = new AbortController();
const end = (why: string) => {
  if (stop.signal.aborted) return;
  console.log(`worker: stopping (${why})`);
  stop.abort();
};
process.on('SIGTERM', () => end('SIGTERM'));
process.on('SIGINT', () => end('SIGINT'));
// The launcher is gone: go too, so that nothing is left behind.
process.on('disconnect', () => end('the launcher is gone'));

try {
  const runtime = await composeWorker(process.env, { reach: killHook(process.env) });
  await runWorker(runtime, stop.signal);
  process.exit(0);
} catch (error) {
  console.error(`worker: ${(error as Error).stack ?? error}`);
  process.exit(1);
}
