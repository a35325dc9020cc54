import type { PrismaScope } from './prisma.ts';

export const changeKinds = ['lag', 'dead-letters', 'replay', 'audit'] as const;
export type ChangeKind = (typeof changeKinds)[number];
/** One opaque mark a kind; it differs whenever something of the kind has changed. */
export type ChangeMarks = Readonly<Record<ChangeKind, string>>;

export const createChangeStore = (db: PrismaScope) => ({
  /** Where everything stands now, in one cheap question. */
  async marks(): Promise<ChangeMarks> {
    const rows = await db.$queryRaw<Record<ChangeKind, string>[]>`
      SELECT
        coalesce((SELECT extract(epoch FROM max(tried_at)) FROM cluster_snapshot), 0)::text AS lag,
        coalesce((SELECT sum(next_offset) FROM index_cursor), 0)::text || '/' ||
          (SELECT coalesce(max(id), 0)::text || '+' || count(*)::text FROM dead_letter_change) || '/' ||
          coalesce((SELECT extract(epoch FROM max(updated_at)) FROM failure_state), 0)::text AS "dead-letters",
        coalesce((SELECT extract(epoch FROM max(updated_at)) FROM replay), 0)::text || '/' ||
          (SELECT count(*) FROM replay_batch WHERE settled_at IS NOT NULL)::text AS replay,
        (SELECT seq FROM audit_head WHERE id = 1)::text AS audit`;
    const row = rows[0];
    if (!row) throw new Error('The database gave no marks.');
    return row;
  },
});
export type ChangeStore = ReturnType<typeof createChangeStore>;
