import type { NotifyEndpoint } from '#lib/config/config.ts';
import { retryWaitMs } from '#lib/domain/alerts/retry.ts';
import type { Database } from '#lib/store/database.ts';
import type { NotificationRow } from '#lib/store/notifications.ts';
import { sendNotification } from './send.ts';

export type DeliverDeps = {
  database: Pick<Database, 'stores'>;
  endpoints: readonly NotifyEndpoint[];
  clock: () => Date;
  log: (message: string) => void;
};

/** Longer than an attempt may take: until then nobody else takes what was taken. */
const claimMs = 30_000;
const mostAtOnce = 8;

/**
 * Sends what is due to one endpoint, of each alert only the oldest, so that a recovery never overtakes its firing. What is not taken is tried
 * again later. @returns how many were tried
 */
export async function deliverDue(
  deps: DeliverDeps,
  endpoint: NotifyEndpoint,
  stop: AbortSignal,
): Promise<number> {
  const rows = await deps.database.stores.notifications.claim(
    endpoint.name,
    deps.clock(),
    claimMs,
    mostAtOnce,
  );
  await Promise.all(rows.map((row) => deliverOne(deps, endpoint, row, stop)));
  return rows.length;
}

async function deliverOne(
  { database, clock, log }: DeliverDeps,
  endpoint: NotifyEndpoint,
  row: NotificationRow,
  stop: AbortSignal,
): Promise<void> {
  const { notifications } = database.stores;
  const sent = await sendNotification(endpoint, row, clock(), stop);
  const now = clock();
  if (sent.taken) {
    await notifications.settle(row, 'delivered', { httpStatus: sent.httpStatus, error: null }, now);
    return;
  }
  const attempt = { httpStatus: sent.httpStatus, error: sent.error };
  const nextAt = new Date(now.getTime() + retryWaitMs(row.attempts, sent.askedMs));
  if (nextAt < row.deadlineAt) await notifications.retryAt(row, nextAt, attempt);
  else if (await notifications.settle(row, 'gave_up', attempt, now))
    log(`notification ${row.id} to ${row.endpoint} given up after ${row.attempts} attempts: ${sent.error}`);
}

/** Ends what can't be delivered any more: its endpoint is not configured any longer, or its time is over. */
export async function endStranded({ database, endpoints, clock, log }: DeliverDeps): Promise<void> {
  const { notifications } = database.stores;
  const names = endpoints.map((endpoint) => endpoint.name);
  for (const row of await notifications.stranded(names, clock())) {
    const error = row.gone
      ? 'Its endpoint is not configured any longer.'
      : (row.lastError ?? 'Its time is over.');
    const attempt = { httpStatus: row.httpStatus, error };
    if (await notifications.settle(row, row.gone ? 'dropped' : 'gave_up', attempt, clock()))
      log(`notification ${row.id} to ${row.endpoint} ${row.gone ? 'dropped' : 'given up'}: ${error}`);
  }
}
