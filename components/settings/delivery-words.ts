import type { EndpointView, NotificationView } from '#lib/contract/alerts.ts';
import { plural } from '../ui/format.ts';
import type { SignOf } from '../ui/signs.ts';

export const deliverySigns: Readonly<Record<NotificationView['state'], SignOf>> = {
  waiting: { shape: 'wait', tone: 'accent', word: 'waiting' },
  delivered: { shape: 'check', tone: 'ok', word: 'delivered' },
  gave_up: {
    shape: 'cross',
    tone: 'act',
    word: 'given up',
    help: 'It was not taken in time and is not tried again.',
  },
  dropped: {
    shape: 'slash',
    tone: 'idle',
    word: 'dropped',
    help: 'Its endpoint was taken out of the configuration before it was delivered.',
  },
};

const events: Readonly<Record<NotificationView['event'], string>> = {
  firing: 'Firing',
  reminder: 'Still firing',
  recovered: 'Recovered',
  test: 'Test',
  test_over: 'Test over',
};
/** `Firing: payments-service stopped`. */
export const deliveryTitle = ({ event, title }: Pick<NotificationView, 'event' | 'title'>): string =>
  `${events[event]}: ${title}`;

const formats: Readonly<Record<EndpointView['format'], string>> = {
  generic: 'webhook',
  slack: 'Slack',
  pagerduty: 'PagerDuty',
};
export const formatName = (format: EndpointView['format']): string => formats[format];

/** `slo burn, group stuck · flows payments*`. */
export function wantsText({ on, flows }: Pick<EndpointView, 'on' | 'flows'>): string {
  const kinds = on.length === 0 ? 'nothing' : on.map((kind) => kind.replaceAll('_', ' ')).join(', ');
  return flows === null ? kinds : `${kinds} · flows ${flows.join(', ')}`;
}

/** What stands in the way, or how it went. */
export function deliveryNote({ state, attempts, lastError }: NotificationView): string {
  const tried = plural(attempts, 'attempt');
  if (state === 'delivered') return tried;
  if (lastError === null) return attempts === 0 ? 'not tried yet' : tried;
  return `${tried} · ${lastError}`;
}
