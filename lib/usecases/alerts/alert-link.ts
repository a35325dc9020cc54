import type { Alert, AlertEvent } from '#lib/domain/alerts/alert.ts';
import { thingOfAlert } from '#lib/domain/incidents/alert-thing.ts';
import { goHref } from '#lib/domain/links/go.ts';

/** So much of before is shown: what led up to it. */
const beforeMs = 3_600_000;

/**
 * The address in a message: it lies in chats and tickets for years, so it is the stable one. Of what is over it shows the time in which it was;
 * of what goes on, what is now.
 */
export function alertLink(
  { key, href, since }: Pick<Alert, 'key' | 'href' | 'since'>,
  event: AlertEvent,
  now: Date,
): string {
  const thing = thingOfAlert(key);
  if (thing === null) return href;
  const from = new Date(since.getTime() - beforeMs).toISOString();
  return goHref(thing, event === 'recovered' ? { from, to: now.toISOString() } : null);
}
