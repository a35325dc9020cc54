import type { ReplayPaceStore } from '#lib/store/replay-paces.ts';
import type { Statements } from './statements.ts';

/** lib/store/replay-paces.ts over simulated rows, by the database's time. */
export const simulatePaces = (db: Statements): ReplayPaceStore => ({
  judged: (replayId) =>
    db.run(`judged ${replayId}`, (rows) => {
      rows.lock('pace', replayId, 'update');
      const nextSendAtMs = rows.get('pace', replayId)?.nextSendAtMs ?? db.now();
      rows.put('pace', replayId, { nextSendAtMs, judgedAtMs: db.now() });
    }),

  take: (replayId, { records, recordsPerSecond, judgedWithinMs }) =>
    db.run(`take ${records} of the rate of ${replayId}`, (rows) => {
      rows.lock('pace', replayId, 'update');
      const row = rows.get('pace', replayId);
      if (!row || (row.judgedAtMs <= db.now() - judgedWithinMs && db.broken !== 'gates_not_asked'))
        return 'unjudged';
      if (row.nextSendAtMs > db.now() && db.broken !== 'rate_not_shared')
        return { tooEarlyMs: Math.ceil(row.nextSendAtMs - db.now()) };
      rows.put('pace', replayId, { ...row, nextSendAtMs: db.now() + (records / recordsPerSecond) * 1000 });
      return { taken: true };
    }),
});
