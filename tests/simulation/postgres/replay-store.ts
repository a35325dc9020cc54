import type { ReplayStore } from '#lib/store/replays.ts';
import type { Statements } from './statements.ts';

/** lib/store/replays.ts over simulated rows. */
export const simulateReplays = (
  db: Statements,
): Pick<ReplayStore, 'read' | 'readForUpdate' | 'inStates' | 'update'> => ({
  read: (id) => db.run(`read replay ${id}`, (rows) => rows.get('replay', id) ?? null),

  readForUpdate: (id) =>
    db.run(`lock replay ${id}`, (rows) => {
      rows.lock('replay', id, 'update');
      return rows.get('replay', id) ?? null;
    }),

  inStates: (states, limit) =>
    db.run('look for replays', (rows) =>
      rows
        .all('replay')
        .filter((replay) => states.includes(replay.state))
        .slice(0, limit),
    ),

  update: (id, revision, change, at) =>
    db.run(`update replay ${id} ${change.state ?? ''}`, (rows) => {
      rows.lock('replay', id, 'update');
      const row = rows.get('replay', id);
      if (row?.revision !== revision) return null;
      const changed = { ...row, ...change, revision: revision + 1, updatedAt: at };
      rows.put('replay', id, changed);
      return changed;
    }),
});
