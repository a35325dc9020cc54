import { randomUUID } from 'node:crypto';
import type { NotifyEndpoint } from '#lib/config/config.ts';
import {
  type Alert,
  type AlertEvent,
  type Condition,
  type Sighting,
  stepAlert,
} from '#lib/domain/alerts/alert.ts';
import type { AlertMessage } from '#lib/domain/alerts/message.ts';
import { giveUpAfterMs } from '#lib/domain/alerts/retry.ts';
import { matchesPattern } from '#lib/domain/dead-letters/discovery.ts';
import type { Stores } from '#lib/store/database.ts';
import type { Lease } from '#lib/store/leases.ts';
import type { NewNotification } from '#lib/store/notifications.ts';
import { alertLink } from './alert-link.ts';
import type { AlertDeps } from './deps.ts';
import type { Found } from './found.ts';
import { readConditions } from './read-conditions.ts';

/** Whether an endpoint wants to hear of a condition. */
const wants = (endpoint: NotifyEndpoint, { kind, flow }: Pick<Condition, 'kind' | 'flow'>): boolean =>
  endpoint.on.includes(kind) &&
  (endpoint.flows === null ||
    (flow !== null && endpoint.flows.some((pattern) => matchesPattern(pattern, flow))));

/** The message of one event of an alert. */
const messageOf = (alert: Alert, event: AlertEvent, now: Date, consoleUrl: string): AlertMessage => ({
  event,
  kind: alert.kind,
  key: alert.key,
  severity: alert.severity,
  title: alert.title,
  detail: alert.detail,
  cluster: alert.cluster,
  flow: alert.flow,
  owner: alert.owner,
  runbook: alert.runbook,
  link: `${consoleUrl}${alertLink(alert, event, now)}`,
  since: alert.since.toISOString(),
  at: now.toISOString(),
});

/**
 * One turn: looks, moves every alert one step, and writes the new states and what is to be sent in one transaction that holds only while the
 * lease does. @returns what was told; null when the lease is lost
 */
export async function evaluateAlerts(
  deps: AlertDeps,
  lease: Lease,
): Promise<{ alert: Alert; event: AlertEvent }[] | null> {
  const found = await readConditions(deps);
  const now = deps.clock();
  return deps.database.transact(async (stores) => {
    if (!(await stores.leases.holds(lease))) return null;
    const known = await stores.alerts.all();
    const { changed, gone, told } = stepAll(deps, known, found, now);
    await stores.alerts.save(changed);
    await stores.alerts.forget(gone);
    await stores.alertEvents.append(told, now);
    for (const { alert, event } of told)
      await stores.notifications.enqueue(await notificationsOf(deps, stores, alert, event, now));
    return told;
  });
}

function stepAll(deps: AlertDeps, known: readonly Alert[], found: Found, now: Date) {
  const conditions = new Map(found.conditions.map((condition) => [condition.key, condition]));
  const alerts = new Map(known.map((alert) => [alert.key, alert]));
  const sightingOf = (key: string): Sighting => {
    const condition = conditions.get(key);
    if (condition) return { seen: 'present', condition };
    return { seen: found.unknownPrefixes.some((prefix) => covers(prefix, key)) ? 'unknown' : 'absent' };
  };
  const changed: Alert[] = [];
  const gone: string[] = [];
  const told: { alert: Alert; event: AlertEvent }[] = [];
  for (const key of new Set([...alerts.keys(), ...conditions.keys()])) {
    const before = alerts.get(key) ?? null;
    const kind = before?.kind ?? conditions.get(key)?.kind;
    if (!kind) continue;
    const { alert, notify } = stepAlert(before, sightingOf(key), now, deps.timings[kind]);
    if (alert === null) gone.push(key);
    else if (before === null || !isSame(before, alert)) changed.push(alert);
    if (alert && notify) told.push({ alert, event: notify });
  }
  return { changed, gone, told };
}

/** A prefix that ends in a slash stands for everything below it, any other for one key. */
const covers = (prefix: string, key: string) =>
  prefix.endsWith('/') ? key.startsWith(prefix) : key === prefix;

const isSame = (a: Alert, b: Alert) => a === b || JSON.stringify(a) === JSON.stringify(b);

/** A firing goes to all who want it; what follows goes to those who were told that it fires. */
async function notificationsOf(
  deps: AlertDeps,
  stores: Stores,
  alert: Alert,
  event: AlertEvent,
  now: Date,
): Promise<NewNotification[]> {
  const told = event === 'firing' ? null : await stores.notifications.toldOf(alert.key, alert.since);
  return deps.config.notify
    .filter((endpoint) => (told === null ? wants(endpoint, alert) : told.includes(endpoint.name)))
    .map((endpoint) => ({
      id: randomUUID(),
      endpoint: endpoint.name,
      format: endpoint.format,
      alertSince: alert.since,
      scope: alert.scope,
      message: messageOf(alert, event, now, deps.consoleUrl),
      createdAt: now,
      deadlineAt: new Date(now.getTime() + giveUpAfterMs),
      requestedBy: null,
    }));
}
