import { createHash } from 'node:crypto';
import type { AlertEvent, Condition } from './alert.ts';
import type { AlertKind } from './kind.ts';

export const messageEvents = ['firing', 'reminder', 'recovered', 'test', 'test_over'] as const;
export type MessageEvent = AlertEvent | 'test' | 'test_over';

/** What is told to an endpoint, in no endpoint's shape. JSON as it stands; holds no payload and no secret. */
export type AlertMessage = {
  event: MessageEvent;
  kind: AlertKind | 'test';
  /** The same for all messages about one trouble. */
  key: string;
  severity: Condition['severity'];
  title: string;
  detail: string;
  cluster: string | null;
  flow: string | null;
  owner: string | null;
  runbook: string | null;
  /** Where it is dealt with, absolute. */
  link: string;
  /** RFC 3339: when the trouble was first seen, and when this was told. */
  since: string;
  at: string;
};

export const notifyFormats = ['generic', 'slack', 'pagerduty'] as const;
export type NotifyFormat = (typeof notifyFormats)[number];

const over: ReadonlySet<MessageEvent> = new Set(['recovered', 'test_over']);
const isOver = (message: AlertMessage) => over.has(message.event);

const words: Readonly<Record<MessageEvent, string>> = {
  firing: 'Firing',
  reminder: 'Still firing',
  recovered: 'Recovered',
  test: 'Test',
  test_over: 'Test over',
};

const cut = (text: string, most: number) => (text.length <= most ? text : `${text.slice(0, most - 1)}…`);

/** The body that an endpoint of this format gets. The same message and id always give the same bytes. */
export function renderMessage(
  format: NotifyFormat,
  message: AlertMessage,
  more: { id: string; routingKey: string | null },
): string {
  if (format === 'slack') return JSON.stringify(slackBody(message));
  if (format === 'pagerduty') return JSON.stringify(pagerDutyBody(message, more.routingKey ?? ''));
  return JSON.stringify({ version: 1, id: more.id, ...message });
}

/** Slack reads these three as markup. */
const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Slack, incoming webhooks: `text` is what notifications show, `blocks` what the channel shows. */
function slackBody(message: AlertMessage) {
  const headline = `${words[message.event]}: ${message.title}`;
  const where = [message.cluster, message.flow, message.owner].filter((part) => part !== null);
  const links = [`<${message.link}|Open in Sluice>`];
  if (message.runbook !== null && /^https?:\/\//.test(message.runbook))
    links.push(`<${message.runbook.replaceAll(/[<>|]/g, encodeURIComponent)}|Runbook>`);
  return {
    text: cut(escaped(headline), 3000),
    blocks: [
      {
        type: 'section',
        text: {
          type: 'mrkdwn',
          text: `*${cut(escaped(headline), 500)}*\n${cut(escaped(message.detail), 2000)}`,
        },
      },
      {
        type: 'context',
        elements: [
          {
            type: 'mrkdwn',
            text: cut([escaped([message.kind, ...where].join(' · ')), ...links].join(' · '), 2900),
          },
        ],
      },
    ],
  };
}

const pagerDutySeverity = { act: 'critical', warn: 'warning', info: 'info' } as const;

/** PagerDuty, Events API v2: trigger and resolve of one incident, which `dedup_key` (at most 255 characters) names. */
function pagerDutyBody(message: AlertMessage, routingKey: string) {
  return {
    routing_key: routingKey,
    event_action: isOver(message) ? 'resolve' : 'trigger',
    dedup_key: dedupKey(message.key),
    client: 'Sluice',
    client_url: message.link,
    payload: {
      summary: cut(message.title, 1024),
      source: `sluice/${message.cluster ?? 'console'}`,
      severity: pagerDutySeverity[message.severity],
      timestamp: message.at,
      component: message.flow ?? message.cluster ?? 'sluice',
      group: message.cluster ?? 'sluice',
      class: message.kind,
      custom_details: { detail: message.detail, since: message.since, owner: message.owner },
    },
    links: [
      { href: message.link, text: 'Open in Sluice' },
      ...(message.runbook !== null && /^https?:\/\//.test(message.runbook)
        ? [{ href: message.runbook, text: 'Runbook' }]
        : []),
    ],
  };
}

const longestDedupKey = 255;

/** A long key keeps its end, for people, behind a digest of the whole. */
function dedupKey(key: string): string {
  const whole = `sluice:${key}`;
  if (whole.length <= longestDedupKey) return whole;
  const digest = createHash('sha256').update(whole).digest('hex').slice(0, 32);
  return `sluice:${digest}:${whole.slice(-(longestDedupKey - 40))}`;
}
