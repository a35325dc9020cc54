import { type ChangeKind, type ChangeMarks, changeKinds } from '#lib/store/changes.ts';
import type { Database } from '#lib/store/database.ts';

type Listener = (kinds: readonly ChangeKind[], marks: ChangeMarks) => void;

/** Kinds whose mark differs; all of them when it is not known where the listener stood. */
export const changedKinds = (before: ChangeMarks | null, now: ChangeMarks): ChangeKind[] =>
  before === null ? [] : changeKinds.filter((kind) => before[kind] !== now[kind]);

/**
 * Watches the database for changes, once a second for all listeners together, and only while there is one. Nothing is held in
 * memory but the last marks: a listener that comes back names where it stood.
 */
export function createChangeWatch(
  database: Pick<Database, 'stores'>,
  everyMs: number,
  log: (message: string) => void,
) {
  const listeners = new Map<Listener, ChangeMarks | null>();
  let timer: NodeJS.Timeout | null = null;
  let asking = false;

  const look = async () => {
    if (asking) return;
    asking = true;
    try {
      const marks = await database.stores.changes.marks();
      for (const [listener, before] of listeners) {
        const kinds = changedKinds(before, marks);
        listeners.set(listener, marks);
        if (kinds.length > 0) listener(kinds, marks);
      }
    } catch (error) {
      log(`watching for changes: ${(error as Error).message}`);
    } finally {
      asking = false;
    }
  };

  return {
    /** @returns how to stop listening */
    listen(listener: Listener, from: ChangeMarks | null): () => void {
      listeners.set(listener, from);
      timer ??= setInterval(look, everyMs);
      void look();
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0 || timer === null) return;
        clearInterval(timer);
        timer = null;
      };
    },
  };
}
export type ChangeWatch = ReturnType<typeof createChangeWatch>;
