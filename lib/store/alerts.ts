import type { Alert, AlertPhase, Condition } from '#lib/domain/alerts/alert.ts';
import type { PrismaScope } from './prisma.ts';

type Row = {
  phase: string;
  data: unknown;
  since: Date;
  firedAt: Date | null;
  notifiedAt: Date | null;
  absentSince: Date | null;
  recoveredAt: Date | null;
};

const toAlert = ({ phase, data, since, firedAt, notifiedAt, absentSince, recoveredAt }: Row): Alert => ({
  ...(data as Condition),
  phase: phase as AlertPhase,
  since,
  firedAt,
  notifiedAt,
  absentSince,
  recoveredAt,
});

const conditionOf = ({
  phase: _phase,
  since: _since,
  firedAt: _firedAt,
  notifiedAt: _notifiedAt,
  absentSince: _absentSince,
  recoveredAt: _recoveredAt,
  ...condition
}: Alert): Condition => condition;

/** Alerts as the notifier last left them, so that any worker can go on. */
export const createAlertStore = (db: PrismaScope) => ({
  /** All that are pending, firing or still listed, longest first. */
  async all(): Promise<Alert[]> {
    return (await db.alert.findMany({ orderBy: [{ since: 'asc' }, { key: 'asc' }] })).map(toAlert);
  },

  /** Firing and recently recovered, the newest first. */
  async told(): Promise<Alert[]> {
    const rows = await db.alert.findMany({
      where: { phase: { in: ['firing', 'recovered'] } },
      orderBy: [{ firedAt: 'desc' }, { key: 'asc' }],
    });
    return rows.map(toAlert);
  },

  /** How many fire, by kind. */
  async firingByKind(): Promise<Map<string, number>> {
    const rows = await db.alert.groupBy({ by: ['kind'], where: { phase: 'firing' }, _count: true });
    return new Map(rows.map((row) => [row.kind, row._count]));
  },

  /** Writes all of them in one statement. */
  async save(alerts: readonly Alert[]): Promise<void> {
    if (alerts.length === 0) return;
    const rows = alerts.map((alert) => ({ ...alert, data: conditionOf(alert) }));
    await db.$executeRaw`
      INSERT INTO alert (key, kind, phase, cluster, flow, data, since, fired_at, notified_at, absent_since, recovered_at)
      SELECT a->>'key', a->>'kind', a->>'phase', a->>'cluster', a->>'flow', a->'data', (a->>'since')::timestamptz,
        (a->>'firedAt')::timestamptz, (a->>'notifiedAt')::timestamptz, (a->>'absentSince')::timestamptz,
        (a->>'recoveredAt')::timestamptz
      FROM jsonb_array_elements(${JSON.stringify(rows).replaceAll('\\u0000', '\\ufffd')}::jsonb) AS a
      ON CONFLICT (key) DO UPDATE SET
        kind = EXCLUDED.kind, phase = EXCLUDED.phase, cluster = EXCLUDED.cluster, flow = EXCLUDED.flow, data = EXCLUDED.data,
        since = EXCLUDED.since, fired_at = EXCLUDED.fired_at, notified_at = EXCLUDED.notified_at,
        absent_since = EXCLUDED.absent_since, recovered_at = EXCLUDED.recovered_at`;
  },

  async forget(keys: readonly string[]): Promise<void> {
    if (keys.length > 0) await db.alert.deleteMany({ where: { key: { in: [...keys] } } });
  },
});
export type AlertStore = ReturnType<typeof createAlertStore>;
