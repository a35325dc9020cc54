import { markdownText } from '../kernel/markdown-text.ts';
import { consolePage } from '../links/console-page.ts';
import { atTime } from './about.ts';
import type { IncidentDocument } from './document.ts';
import type { IncidentLine } from './timeline.ts';
import { timeText } from './words.ts';

const word = { note: 'note', incident: 'incident', decision: 'decision' } as const;

function line({ at, until, count, kind, actor, what, detail }: IncidentLine): string {
  const when = until === null ? timeText(at) : `${timeText(at)} to ${timeText(until)}`;
  const who = actor === null ? '' : `${markdownText(actor)} `;
  const times = count > 1 ? ` (${count} times)` : '';
  const more = detail === null || detail === '' ? '' : `: ${markdownText(detail)}`;
  return `- ${when} · ${kind in word ? word[kind as keyof typeof word] : kind} · ${who}${markdownText(what)}${times}${more}`;
}

/**
 * The incident for those who were not there, as Markdown that means nothing but its text: whatever records, brokers and people wrote is
 * escaped.
 * @param origin where links lead, without a slash at the end
 */
export function incidentMarkdown(document: IncidentDocument, origin: string): string {
  const { incident, closing, joined, span } = document;
  const whole = { from: joined.from, to: joined.to };
  const link = (href: string) => `<${origin}${href.replaceAll('>', '%3E').replaceAll(' ', '%20')}>`;
  return [
    `# Incident ${incident.id}: ${markdownText(incident.title)}`,
    '',
    closing === null
      ? `Open since ${timeText(incident.openedAt)}, opened by ${markdownText(incident.openedBy)}.`
      : `Closed at ${timeText(closing.at)} by ${markdownText(closing.by)}: ${markdownText(closing.text)}`,
    '',
    `As of ${timeText(joined.asOf)}${document.kept ? ', as it stood when it was closed' : ''}. Times are UTC. Timeline from ${timeText(span.from)} to ${timeText(span.to)}.`,
    '',
    '## What it is about',
    ...incident.about.map(
      ({ name, thing, cluster, flow, href }) =>
        `- ${thing.kind.replaceAll('_', ' ')} ${markdownText(name)} (cluster ${markdownText(cluster)}${flow === null ? ', no declared flow' : `, flow ${markdownText(flow)}`}): ${link(atTime(href, whole))}`,
    ),
    `- this incident: ${link(atTime(consolePage.incident(incident.id), span))}`,
    ...document.handover.flatMap(({ title, sentences }) => [
      '',
      `## ${title}`,
      ...sentences.map((each) => `- ${markdownText(each)}`),
    ]),
    '',
    '## Timeline',
    ...document.timeline.map(line),
    ...(document.leftOut > 0
      ? [`- … ${document.leftOut.toLocaleString('en-US')} more lines are left out.`]
      : []),
    '',
    'Keys and values of records are in no part of this. Failure groups are called by their exceptions, as far as masks let them.',
    '',
  ].join('\n');
}
