import { authorize } from '#lib/auth/authorize.ts';
import type { DecideBody, LettersDecided } from '#lib/contract/dead-letter-acts.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import { type Disposition, replayableDispositions } from '#lib/domain/dead-letters/disposition.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import { describeSelection, type Selection } from '#lib/domain/replays/selection.ts';
import type { Database, Stores } from '#lib/store/database.ts';
import {
  allowedLine,
  type DeadLetterDeps,
  masksOf,
  requireTopic,
  type TopicRef,
} from './dead-letter-access.ts';
import { checkSelection } from './draft-replay.ts';

export type DecideDeps = Omit<DeadLetterDeps, 'database'> & {
  database: Pick<Database, 'stores' | 'transact'>;
};
export type LetterVerb = 'dismiss' | 'reopen';

const takes: Readonly<Record<LetterVerb, readonly Disposition[]>> = {
  dismiss: replayableDispositions,
  reopen: ['dismissed'],
};
const done = { dismiss: 'dismissed', reopen: 'reopened' } as const;
/** One transaction's worth, and how long that may take on a slow disk. */
const most = 1_000_000;
const timeoutMs = 300_000;

type Named = Partial<Record<Disposition, number>>;
const inWords = (counts: Named) =>
  Object.entries(counts)
    .map(([disposition, n]) => `${n.toLocaleString('en-US')} ${disposition.replaceAll('_', ' ')}`)
    .join(', ');

/** How many the verb takes, and what it leaves. @throws SluiceError too_large */
function judge(verb: LetterVerb, counts: Named): { taken: number; leftOut: Named } {
  const taken = takes[verb].reduce((sum, disposition) => sum + (counts[disposition] ?? 0), 0);
  const leftOut: Named = Object.fromEntries(
    Object.entries(counts).filter(([disposition]) => !takes[verb].some((each) => each === disposition)),
  );
  if (taken > most)
    throw new SluiceError(
      'too_large',
      `The selection holds ${taken.toLocaleString('en-US')} dead letters that can be ${done[verb]}; at most ${most.toLocaleString('en-US')} are at once. Narrow it by time.`,
    );
  return { taken, leftOut };
}

/** @throws SluiceError not_found, wrong_state */
function requireSome(verb: LetterVerb, topic: string, { taken, leftOut }: ReturnType<typeof judge>): void {
  if (taken > 0) return;
  if (Object.keys(leftOut).length === 0)
    throw new SluiceError(
      'not_found',
      `The selection names no dead letter of ${topic} that the index knows.`,
    );
  const wanted = takes[verb].map((each) => each.replaceAll('_', ' ')).join(' or ');
  throw new SluiceError(
    'wrong_state',
    `Nothing can be ${done[verb]}: of what the selection names nothing is ${wanted} (${inWords(leftOut)}).`,
    { fields: { leftOut } },
  );
}

/** The selection for the audit log. A long list of records would make a line of the log that nobody can read; the digest says which they were. */
const listedMost = 100;
export const auditedSelection = (selection: Selection) =>
  'records' in selection && selection.records.length > listedMost ? describeSelection(selection) : selection;

const short = (digest: string) => digest.slice(0, 12);

/** @throws SluiceError conflict, with both figures */
export function requireExpected(
  found: { records: number; digest: string },
  expected: DecideBody['expect'],
): void {
  if (!expected || (expected.records === found.records && expected.digest === found.digest)) return;
  throw new SluiceError(
    'conflict',
    `The selection is now ${found.records.toLocaleString('en-US')} dead letters (digest ${short(found.digest)}), not the ${expected.records.toLocaleString('en-US')} (digest ${short(expected.digest)}) that were looked at. Nothing was changed: look again.`,
    { fields: { expected, found } },
  );
}

/**
 * Dismisses dead letters, or reopens dismissed ones: all in one transaction with the line in the audit log, or nothing. It answers how many
 * and the digest of their coordinates; with `expect` it changes exactly those or refuses; with `dryRun` it changes nothing.
 * @throws SluiceError not_found, forbidden, bad_request, empty_selection, too_large, wrong_state, conflict
 */
export async function decideDeadLetters(
  deps: DecideDeps,
  principal: Principal,
  of: TopicRef,
  verb: LetterVerb,
  body: DecideBody,
): Promise<LettersDecided> {
  const topic = await requireTopic(deps, principal, of);
  authorize(principal, 'dead_letters.triage', { cluster: topic.cluster, flow: topic.flow });
  const { expect, reason } = body;
  const masks = masksOf(deps.config, topic);
  const checked = checkSelection(principal, body.selection, { ...topic, masks });
  const selection = 'filter' in checked ? { ...checked, now: deps.clock().toISOString() } : checked;
  const source = { clusterId: topic.clusterId, topicId: topic.topicId, selection };
  const change = async (stores: Stores): Promise<LettersDecided> => {
    await stores.dispositions.lockTopic(topic.clusterId, topic.topicId);
    const judged = judge(verb, await stores.deadLetterDecisions.countNamed(source));
    requireSome(verb, of.topic, judged);
    const decision = { reason: reason ?? '', by: principal.name, at: deps.clock() };
    const changed = await stores.deadLetterDecisions[verb](source, decision);
    requireExpected(changed, expect);
    const { leftOut } = judged;
    await stores.audit.append(
      allowedLine(principal, topic, {
        action: `dead_letters.${verb}`,
        resource: `dead-letters/${of.cluster}/${of.topic}`,
        detail: {
          ...changed,
          leftOut,
          reason,
          selection: auditedSelection(selection),
        },
      }),
    );
    return { ...changed, leftOut, dryRun: false };
  };
  if (!body.dryRun) return deps.database.transact(change, { timeoutMs });
  const { deadLetterDecisions } = deps.database.stores;
  const { leftOut } = judge(verb, await deadLetterDecisions.countNamed(source));
  const found = await (verb === 'dismiss'
    ? deadLetterDecisions.previewDismiss(source)
    : deadLetterDecisions.previewReopen(source));
  requireExpected(found, expect);
  return { ...found, leftOut, dryRun: true };
}
