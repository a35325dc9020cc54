import { z } from 'zod';
import { alertKinds } from '#lib/domain/alerts/kind.ts';
import { messageEvents, notifyFormats } from '#lib/domain/alerts/message.ts';
import { operation } from './operation.ts';
import { instant, listOf, pageQuery } from './wire.ts';

const severity = z.enum(['act', 'warn', 'info']);

export const alertView = z.object({
  key: z.string(),
  kind: z.enum(alertKinds),
  phase: z.enum(['firing', 'recovered']),
  severity,
  title: z.string(),
  detail: z.string(),
  cluster: z.string(),
  flow: z.string().nullable(),
  href: z.string(),
  owner: z.string().nullable(),
  runbook: z.string().nullable(),
  /** When it was first seen. */
  since: instant,
  firedAt: instant.nullable(),
  recoveredAt: instant.nullable(),
});
export type AlertView = z.infer<typeof alertView>;

export const deliveryStates = ['waiting', 'delivered', 'gave_up', 'dropped'] as const;
export const notificationView = z.object({
  /** What the receiver got as `Sluice-Notification-Id`. */
  id: z.string(),
  endpoint: z.string(),
  format: z.enum(notifyFormats),
  event: z.enum(messageEvents),
  kind: z.enum([...alertKinds, 'test']),
  severity,
  title: z.string(),
  cluster: z.string().nullable(),
  flow: z.string().nullable(),
  state: z.enum(deliveryStates),
  attempts: z.number().int(),
  createdAt: instant,
  /** When it is tried next; null once it has ended. */
  nextAt: instant.nullable(),
  /** When it is given up. */
  deadlineAt: instant,
  settledAt: instant.nullable(),
  httpStatus: z.number().int().nullable(),
  lastError: z.string().nullable(),
  requestedBy: z.string().nullable(),
});
export type NotificationView = z.infer<typeof notificationView>;

export const endpointView = z.object({
  name: z.string(),
  format: z.enum(notifyFormats),
  /** The rest of its address is a secret. */
  host: z.string(),
  signed: z.boolean(),
  on: z.array(z.enum(alertKinds)),
  flows: z.array(z.string()).nullable(),
});
export type EndpointView = z.infer<typeof endpointView>;

export const listAlerts = operation({
  id: 'listAlerts',
  method: 'GET',
  path: '/alerts',
  summary: 'Alerts that fire or recovered within a day, newest first',
  permission: 'read',
  query: z.strictObject(pageQuery),
  answer: listOf(alertView),
});
export const listNotifications = operation({
  id: 'listNotifications',
  method: 'GET',
  path: '/notifications',
  summary: 'The delivery log, newest first',
  permission: 'read',
  query: z.strictObject({ ...pageQuery, state: z.enum(deliveryStates).optional() }),
  answer: listOf(notificationView),
});
export const listEndpoints = operation({
  id: 'listEndpoints',
  method: 'GET',
  path: '/notifications/endpoints',
  summary: 'The endpoints in force',
  permission: 'read',
  query: z.strictObject(pageQuery),
  answer: listOf(endpointView),
});
export const testNotification = operation({
  id: 'testNotification',
  method: 'POST',
  path: '/notifications/test',
  summary: 'Send a test to one endpoint, the way every alert goes',
  permission: 'notification.test',
  body: z.strictObject({ endpoint: z.string().min(1).max(100) }),
  answer: notificationView,
  status: 202,
});
