import { setTimeout } from 'node:timers/promises';
import type { Sleep } from '#lib/usecases/execute/deps.ts';

/** How time passes for what waits and measures; a simulation has another. */
export type PassingTime = {
  sleep: Sleep;
  /** Milliseconds that only ever grow, whatever becomes of the clock. */
  elapsedMs: () => number;
};

/** As it passes for this process. */
export const processTime: PassingTime = {
  sleep: (ms, signal) => setTimeout(ms, undefined, { signal }).catch(() => undefined),
  elapsedMs: () => performance.now(),
};
