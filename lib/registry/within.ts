import { createContext, Script } from 'node:vm';
import { TooMuch } from '#lib/domain/schemas/problem.ts';

/** A context only so that its clock can end what runs: the work itself is our own code, with its own objects. */
const context: { work: () => void } = { work: () => undefined };
const script = new Script('work()');
createContext(context);

/**
 * Runs synchronous work, and ends it when it takes too long: a regular expression that a schema brings, or a schema that costs more to read
 * than it is worth. @throws TooMuch when the time is over; what `work` throws
 */
export function within<T>(maxMs: number, what: string, work: () => T): T {
  let done: { value: T } | null = null;
  context.work = () => {
    done = { value: work() };
  };
  try {
    script.runInContext(context, { timeout: maxMs });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
      throw new TooMuch(`${what} took more than ${maxMs} ms`);
    if (error instanceof RangeError) throw new TooMuch(`${what} nests too deep`);
    throw error;
  } finally {
    context.work = () => undefined;
  }
  const finished = done as { value: T } | null;
  if (finished === null) throw new TooMuch(`${what} did not end`);
  return finished.value;
}
