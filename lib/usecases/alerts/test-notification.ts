import { randomUUID } from 'node:crypto';
import { authorize } from '#lib/auth/authorize.ts';
import type { Config } from '#lib/config/config.ts';
import type { NotificationView } from '#lib/contract/alerts.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import type { AlertMessage, MessageEvent } from '#lib/domain/alerts/message.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { Database } from '#lib/store/database.ts';
import type { NewNotification } from '#lib/store/notifications.ts';
import { notificationViewOf } from './list-alerts.ts';

type Deps = { database: Database; config: Pick<Config, 'notify'>; clock: () => Date; consoleUrl: string };

/** A test that nobody takes is not worth a day. */
const testDeadlineMs = 10 * 60_000;

const testMessage = (
  event: MessageEvent,
  by: string,
  key: string,
  now: Date,
  link: string,
): AlertMessage => ({
  event,
  kind: 'test',
  key,
  severity: 'info',
  title: 'Test of a Sluice notification',
  detail: `${by} asked for it. Nothing is wrong.`,
  cluster: null,
  flow: null,
  owner: null,
  runbook: null,
  link,
  since: now.toISOString(),
  at: now.toISOString(),
});

/**
 * Puts a test for one endpoint in line, behind which nothing differs from an alert: worker, signature, retries, log. A PagerDuty incident that
 * it opens is resolved by a second message. @throws SluiceError forbidden; not_found for an endpoint that is not configured
 */
export async function testNotification(
  { database, config, clock, consoleUrl }: Deps,
  principal: Principal,
  { endpoint: name }: { endpoint: string },
): Promise<NotificationView> {
  authorize(principal, 'notification.test');
  const endpoint = config.notify.find((each) => each.name === name);
  if (!endpoint) {
    const names = config.notify.map((each) => each.name).join(', ') || 'none';
    throw new SluiceError('not_found', `No endpoint is called "${name}". In the configuration: ${names}.`);
  }
  const now = clock();
  const key = `test:${randomUUID()}`;
  const events: MessageEvent[] = endpoint.format === 'pagerduty' ? ['test', 'test_over'] : ['test'];
  const made = events.map(
    (event): NewNotification => ({
      id: randomUUID(),
      endpoint: endpoint.name,
      format: endpoint.format,
      alertSince: now,
      scope: 'anyone',
      message: testMessage(event, principal.name, key, now, `${consoleUrl}/settings`),
      createdAt: now,
      deadlineAt: new Date(now.getTime() + testDeadlineMs),
      requestedBy: principal.name,
    }),
  );
  return database.transact(async (stores) => {
    await stores.notifications.enqueue(made);
    const row = await stores.notifications.find(made[0]?.id ?? '');
    if (!row) throw new Error(`The test for ${endpoint.name} was not kept.`);
    await stores.audit.append({
      actor: principal.name,
      action: 'notification.test',
      outcome: 'allowed',
      code: null,
      resource: `notification/${endpoint.name}`,
      detail: { id: row.id, format: endpoint.format },
    });
    return notificationViewOf(row);
  });
}
