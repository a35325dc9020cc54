import { type AuditAction, auditActions } from '#lib/domain/audit/action.ts';
import type { FailureFact, LetterDecision, ReplayFact } from '#lib/domain/incidents/joined.ts';
import type { IncidentReach } from '#lib/domain/incidents/reach.ts';
import type { IncidentLine } from '#lib/domain/incidents/timeline.ts';
import { consolePage } from '#lib/domain/links/console-page.ts';
import type { ToldLine } from '#lib/store/incident-sources.ts';
import type { IncidentDeps } from '../deps.ts';
import { most, type Span } from './bounds.ts';
import { replayStory } from './replay-story.ts';

type Found = { lines: IncidentLine[]; letterDecisions: LetterDecision[]; gaps: string[] };

const verbs: Readonly<Partial<Record<AuditAction, string>>> = {
  'dead_letters.dismiss': 'dismissed dead letters',
  'dead_letters.reopen': 'reopened dismissed dead letters',
  'dead_letters.mute': 'muted the failure group',
  'dead_letters.unmute': 'ended the mute of the failure group',
  'dead_letters.claim': 'claimed the failure group',
  'dead_letters.release': 'released the failure group',
};
const letterActions = Object.keys(verbs) as AuditAction[];
const replayActions = auditActions.filter(
  (action) => action.startsWith('replay.') || action === 'dead_letters.preserve',
);

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const number = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** The decisions on the incident's dead letters and replays, as the audit log has them. */
export async function auditFacts(
  { database }: Pick<IncidentDeps, 'database'>,
  reach: IncidentReach,
  found: { replays: readonly ReplayFact[]; failures: readonly FailureFact[] },
  { from, to }: Span,
): Promise<Found> {
  const resources = [
    ...found.replays.map(({ id }) => `replay/${id}`),
    ...reach.topics.map(({ cluster, topic }) => `dead-letters/${cluster}/${topic}`),
    ...found.failures.map((each) => `failure-group/${each.cluster}/${each.topic}/${each.fingerprint}`),
  ];
  const lines = await database.stores.incidentSources.auditLines(
    { resources, actions: [...replayActions, ...letterActions] },
    from,
    to,
    most.auditLines + 1,
  );
  const told = lines.slice(0, most.auditLines);
  return {
    lines: told.map(lineOf),
    letterDecisions: told.flatMap(letterDecision),
    gaps:
      lines.length > most.auditLines
        ? [`Of the decisions on it only the first ${most.auditLines} are told.`]
        : [],
  };
}

function lineOf(line: ToldLine): IncidentLine {
  const { seq, at, actor, outcome, code, resource, detail, action } = line;
  const plain = { id: `audit/${seq}`, at: at.toISOString(), until: null, count: 1, actor };
  if (resource.startsWith('replay/')) {
    const id = resource.slice('replay/'.length);
    const { what, detail: why } = replayStory({ action, outcome, code, detail });
    return {
      ...{ ...plain, kind: 'replay', what: `replay ${id}: ${what}`, detail: why },
      href: consolePage.replay(id),
    };
  }
  const what = verbs[action] ?? action;
  const count =
    typeof detail.records === 'number' ? `${detail.records.toLocaleString('en-US')} records` : null;
  const until = text(detail.until);
  const [, cluster = '', topic = '', fingerprint] = resource.split('/');
  return {
    ...{ ...plain, kind: 'decision' },
    what: `${outcome === 'refused' ? 'was refused: ' : ''}${what} of ${topic}`,
    detail:
      [fingerprint, count, until && `until ${until}`, text(detail.reason)]
        .filter((part) => part !== undefined && part !== null && part !== '')
        .join(' · ') || null,
    href:
      fingerprint === undefined
        ? consolePage.topic(cluster, topic)
        : consolePage.failure(cluster, topic, fingerprint),
  };
}

function letterDecision({ action, outcome, at, actor, detail, resource }: ToldLine): LetterDecision[] {
  if (outcome !== 'allowed') return [];
  if (action !== 'dead_letters.dismiss' && action !== 'dead_letters.reopen') return [];
  return [
    {
      ...{ at: at.toISOString(), by: actor, topic: resource.split('/')[2] ?? '' },
      verb: action === 'dead_letters.dismiss' ? 'dismissed' : 'reopened',
      ...{ records: number(detail.records), reason: text(detail.reason), digest: text(detail.digest) },
    },
  ];
}
