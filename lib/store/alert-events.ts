import type { Prisma } from '#generated/prisma/client.ts';
import type { Alert, AlertEvent, Condition } from '#lib/domain/alerts/alert.ts';
import type { PrismaScope } from './prisma.ts';

/** What was told of an alert. */
export type ToldAlert = {
  id: bigint;
  key: string;
  event: AlertEvent;
  at: Date;
  cluster: string;
  condition: Pick<Condition, 'kind' | 'severity' | 'title' | 'detail' | 'flow' | 'scope' | 'href'>;
};

const keepMs = 30 * 24 * 3_600_000;
const storable = (text: string) => text.toWellFormed().replaceAll('\0', '\ufffd');

/** The story of alerts: each firing, reminder and recovery as it was told, whether there was an endpoint or not. */
export const createAlertEventStore = (db: PrismaScope) => ({
  /** Call inside the transaction that moved the alerts. */
  async append(told: readonly { alert: Alert; event: AlertEvent }[], at: Date): Promise<void> {
    if (told.length === 0) return;
    await db.alertEvent.createMany({
      data: told.map(({ alert, event }) => {
        const { key, cluster, kind, severity, title, detail, flow, scope, href } = alert;
        const words = { title: storable(title), detail: storable(detail) };
        return {
          ...{ key, event, at, cluster },
          data: { kind, severity, flow, scope, href, ...words } satisfies Prisma.InputJsonObject,
        };
      }),
    });
  },

  /** Of some clusters within [from, to], oldest first. */
  async between(clusters: readonly string[], from: Date, to: Date, limit: number): Promise<ToldAlert[]> {
    const rows = await db.alertEvent.findMany({
      where: { cluster: { in: [...clusters] }, at: { gte: from, lte: to } },
      orderBy: [{ at: 'asc' }, { id: 'asc' }],
      take: limit,
    });
    return rows.map(({ data, event, ...row }) => ({
      ...row,
      event: event as AlertEvent,
      condition: data as ToldAlert['condition'],
    }));
  },

  /** Answers how many were too old. */
  async prune(now: Date): Promise<number> {
    const { count } = await db.alertEvent.deleteMany({
      where: { at: { lt: new Date(now.getTime() - keepMs) } },
    });
    return count;
  },
});
export type AlertEventStore = ReturnType<typeof createAlertEventStore>;
