import type { deliveryStates } from '#lib/contract/alerts.ts';
import type { AlertMessage, NotifyFormat } from '#lib/domain/alerts/message.ts';
import type { PrismaScope } from './prisma.ts';

export type NotificationState = (typeof deliveryStates)[number];

export type NewNotification = {
  id: string;
  endpoint: string;
  format: NotifyFormat;
  alertSince: Date;
  scope: 'cluster' | 'flow' | 'anyone';
  message: AlertMessage;
  createdAt: Date;
  deadlineAt: Date;
  requestedBy: string | null;
};
export type NotificationRow = NewNotification & {
  seq: bigint;
  state: NotificationState;
  attempts: number;
  nextAt: Date | null;
  settledAt: Date | null;
  httpStatus: number | null;
  lastError: string | null;
};
export type Attempt = { httpStatus: number | null; error: string | null };

const shape = {
  seq: true,
  id: true,
  endpoint: true,
  format: true,
  alertSince: true,
  scope: true,
  message: true,
  createdAt: true,
  deadlineAt: true,
  requestedBy: true,
  state: true,
  attempts: true,
  nextAt: true,
  settledAt: true,
  httpStatus: true,
  lastError: true,
} as const;

const toRow = (row: { format: string; scope: string; state: string; message: unknown }) =>
  row as unknown as NotificationRow;

/** Outbox and delivery log: what is to be sent is written with the change that it tells of, and what became of it stands beside. */
export const createNotificationStore = (db: PrismaScope) => ({
  /** Puts messages in line, in this order. A firing or recovery of an episode that an endpoint already has is left out. */
  async enqueue(notifications: readonly NewNotification[]): Promise<void> {
    for (const { message, ...rest } of notifications)
      await db.$executeRaw`
        INSERT INTO notification (id, endpoint, format, alert_key, alert_since, event, kind, cluster, flow, scope, message,
          created_at, requested_by, state, next_at, deadline_at)
        VALUES (${rest.id}, ${rest.endpoint}, ${rest.format}, ${message.key}, ${rest.alertSince}, ${message.event}, ${message.kind},
          ${message.cluster}, ${message.flow}, ${rest.scope}, ${JSON.stringify(message)}::jsonb, ${rest.createdAt},
          ${rest.requestedBy}, 'waiting', ${rest.createdAt}, ${rest.deadlineAt})
        ON CONFLICT DO NOTHING`;
  },

  /** Endpoints that were told that this episode fires: they are the ones to hear of its end. */
  async toldOf(alertKey: string, alertSince: Date): Promise<string[]> {
    const rows = await db.notification.findMany({
      where: { alertKey, alertSince, event: 'firing', state: { not: 'dropped' } },
      select: { endpoint: true },
    });
    return rows.map((row) => row.endpoint);
  },

  /**
   * Takes what is due for an endpoint, only the first of each alert, and counts the attempt. While `holdMs` lasts nobody else takes it,
   * so that a worker that dies in the middle costs a wait, and two workers never send the same at once.
   */
  async claim(endpoint: string, now: Date, holdMs: number, limit: number): Promise<NotificationRow[]> {
    const claimed = await db.$queryRaw<{ id: string }[]>`
      UPDATE notification SET attempts = attempts + 1, next_at = ${new Date(now.getTime() + holdMs)}::timestamptz
      WHERE id IN (
        SELECT n.id FROM notification n
        WHERE n.state = 'waiting' AND n.endpoint = ${endpoint} AND n.next_at <= ${now}::timestamptz
          AND NOT EXISTS (SELECT 1 FROM notification before WHERE before.state = 'waiting' AND before.endpoint = n.endpoint
            AND before.alert_key = n.alert_key AND before.seq < n.seq)
        ORDER BY n.seq LIMIT ${limit} FOR UPDATE SKIP LOCKED
      ) AND state = 'waiting' AND next_at <= ${now}::timestamptz
      RETURNING id`;
    const rows = await db.notification.findMany({
      where: { id: { in: claimed.map((each) => each.id) } },
      orderBy: { seq: 'asc' },
      select: shape,
    });
    return rows.map(toRow);
  },

  /** The end of a notification, once: false when it had already ended. */
  async settle(
    row: Pick<NotificationRow, 'id' | 'endpoint'>,
    state: Exclude<NotificationState, 'waiting'>,
    attempt: Attempt,
    now: Date,
  ): Promise<boolean> {
    const changed = await db.$executeRaw`
      WITH done AS (
        UPDATE notification SET state = ${state}, settled_at = ${now}, next_at = NULL, http_status = ${attempt.httpStatus},
          last_error = ${attempt.error}
        WHERE id = ${row.id} AND state = 'waiting' RETURNING endpoint
      )
      INSERT INTO notification_count (endpoint, outcome, count) SELECT endpoint, ${state}, 1 FROM done
      ON CONFLICT (endpoint, outcome) DO UPDATE SET count = notification_count.count + 1`;
    return changed === 1;
  },

  /** The attempt failed and another one follows. */
  async retryAt(
    row: Pick<NotificationRow, 'id' | 'endpoint'>,
    nextAt: Date,
    attempt: Attempt,
  ): Promise<void> {
    await db.$executeRaw`
      WITH kept AS (
        UPDATE notification SET next_at = ${nextAt}, http_status = ${attempt.httpStatus}, last_error = ${attempt.error}
        WHERE id = ${row.id} AND state = 'waiting' RETURNING endpoint
      )
      INSERT INTO notification_count (endpoint, outcome, count) SELECT endpoint, 'failed_attempt', 1 FROM kept
      ON CONFLICT (endpoint, outcome) DO UPDATE SET count = notification_count.count + 1`;
  },

  /** Waiting messages for endpoints that are no longer there, or whose time is over. */
  async stranded(
    endpoints: readonly string[],
    now: Date,
  ): Promise<(Pick<NotificationRow, 'id' | 'endpoint' | 'httpStatus' | 'lastError'> & { gone: boolean })[]> {
    const rows = await db.notification.findMany({
      where: {
        state: 'waiting',
        OR: [{ endpoint: { notIn: [...endpoints] } }, { deadlineAt: { lte: now } }],
      },
      select: { id: true, endpoint: true, httpStatus: true, lastError: true },
      take: 500,
    });
    return rows.map((row) => ({ ...row, gone: !endpoints.includes(row.endpoint) }));
  },

  async find(id: string): Promise<NotificationRow | null> {
    const row = await db.notification.findUnique({ where: { id }, select: shape });
    return row && toRow(row);
  },

  /** Newest first; `before` is the last seq of the page before. */
  async list(
    filter: { state?: NotificationState | undefined },
    page: { limit: number; before: bigint | null },
  ): Promise<NotificationRow[]> {
    const rows = await db.notification.findMany({
      where: {
        ...(filter.state === undefined ? {} : { state: filter.state }),
        ...(page.before === null ? {} : { seq: { lt: page.before } }),
      },
      orderBy: { seq: 'desc' },
      take: page.limit,
      select: shape,
    });
    return rows.map(toRow);
  },

  /** Forgets what ended before. */
  async prune(before: Date): Promise<number> {
    const { count } = await db.notification.deleteMany({ where: { settledAt: { lt: before } } });
    return count;
  },

  /** How deliveries went, ever, and what waits now and since when. */
  async counts(): Promise<{
    ended: { endpoint: string; outcome: string; count: bigint }[];
    waiting: { endpoint: string; count: number; oldestAt: Date }[];
  }> {
    const [ended, waiting] = await Promise.all([
      db.notificationCount.findMany({ orderBy: [{ endpoint: 'asc' }, { outcome: 'asc' }] }),
      db.notification.groupBy({
        by: ['endpoint'],
        where: { state: 'waiting' },
        _count: true,
        _min: { createdAt: true },
        orderBy: { endpoint: 'asc' },
      }),
    ]);
    return {
      ended,
      waiting: waiting.flatMap(({ endpoint, _count, _min }) =>
        _min.createdAt ? [{ endpoint, count: _count, oldestAt: _min.createdAt }] : [],
      ),
    };
  },
});
export type NotificationStore = ReturnType<typeof createNotificationStore>;
