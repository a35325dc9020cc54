import { can } from '#lib/auth/authorize.ts';
import type { Config, NotifyEndpoint } from '#lib/config/config.ts';
import type { AlertView, EndpointView, NotificationView } from '#lib/contract/alerts.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import type { Alert } from '#lib/domain/alerts/alert.ts';
import type { Database } from '#lib/store/database.ts';
import type { NotificationRow, NotificationState } from '#lib/store/notifications.ts';
import { scopeOf } from './deps.ts';

type Deps = { database: Pick<Database, 'stores'>; config: Pick<Config, 'notify'> };

const iso = (at: Date | null) => at?.toISOString() ?? null;

const alertViewOf = (alert: Alert): AlertView => ({
  key: alert.key,
  kind: alert.kind,
  phase: alert.phase === 'recovered' ? 'recovered' : 'firing',
  severity: alert.severity,
  title: alert.title,
  detail: alert.detail,
  cluster: alert.cluster,
  flow: alert.flow,
  href: alert.href,
  owner: alert.owner,
  runbook: alert.runbook,
  since: alert.since.toISOString(),
  firedAt: iso(alert.firedAt),
  recoveredAt: iso(alert.recoveredAt),
});

/** What fires, and what recovered within a day, newest first, as far as the principal may read what it is about. */
export async function listAlerts({ database }: Deps, principal: Principal): Promise<AlertView[]> {
  const alerts = await database.stores.alerts.told();
  return alerts.filter((alert) => can(principal, 'read', scopeOf(alert))).map(alertViewOf);
}

export const notificationViewOf = (row: NotificationRow): NotificationView => ({
  id: row.id,
  endpoint: row.endpoint,
  format: row.format,
  event: row.message.event,
  kind: row.message.kind,
  severity: row.message.severity,
  title: row.message.title,
  cluster: row.message.cluster,
  flow: row.message.flow,
  state: row.state,
  attempts: row.attempts,
  createdAt: row.createdAt.toISOString(),
  nextAt: iso(row.nextAt),
  deadlineAt: row.deadlineAt.toISOString(),
  settledAt: iso(row.settledAt),
  httpStatus: row.httpStatus,
  lastError: row.lastError,
  requestedBy: row.requestedBy,
});

function mayRead(principal: Principal, { scope, message }: NotificationRow): boolean {
  if (scope === 'anyone' || message.cluster === null) return can(principal, 'read');
  return can(principal, 'read', scopeOf({ scope, cluster: message.cluster, flow: message.flow }));
}

/** A page of the delivery log, newest first; rows about what the principal may not read are left out, so a page may be short. */
export async function listNotifications(
  { database }: Deps,
  principal: Principal,
  filter: { state?: NotificationState | undefined },
  page: { limit: number; before: bigint | null },
): Promise<{ items: NotificationView[]; next: bigint | null }> {
  const rows = await database.stores.notifications.list(filter, { ...page, limit: page.limit + 1 });
  const shown = rows.slice(0, page.limit);
  return {
    items: shown.filter((row) => mayRead(principal, row)).map(notificationViewOf),
    next: rows.length > page.limit ? (shown.at(-1)?.seq ?? null) : null,
  };
}

const endpointViewOf = (endpoint: NotifyEndpoint): EndpointView => ({
  name: endpoint.name,
  format: endpoint.format,
  host: new URL(endpoint.url).host,
  signed: endpoint.secret !== null,
  on: [...endpoint.on],
  flows: endpoint.flows === null ? null : [...endpoint.flows],
});

/** The endpoints of the file in force: of their addresses only the host, of their secrets nothing. */
export const listEndpoints = ({ config }: Pick<Deps, 'config'>): EndpointView[] =>
  config.notify.map(endpointViewOf);
