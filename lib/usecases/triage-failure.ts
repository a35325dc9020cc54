import { authorize } from '#lib/auth/authorize.ts';
import type { FailureStateView } from '#lib/contract/dead-letter-acts.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import type { AuditAction } from '#lib/domain/audit/action.ts';
import { quietUntilProblem } from '#lib/domain/dead-letters/quiet-until.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { FailureChange, FailureState } from '#lib/store/failure-states.ts';
import { allowedLine, requireTopic, type TopicRef } from './dead-letter-access.ts';
import { failureStateView } from './dead-letter-views.ts';
import type { DecideDeps } from './decide-dead-letters.ts';

type FailureRef = TopicRef & { fingerprint: string };
/** What can be done about a failure group. None of it changes a record. */
export type FailureAct =
  | { verb: 'mute'; until: Date; reason: string }
  | { verb: 'snooze'; until: Date }
  | { verb: 'claim'; takeOver: boolean }
  | { verb: 'unmute' | 'unsnooze' | 'release' };

/** @throws SluiceError bad_request */
function requireUntil(until: Date, now: Date): void {
  const problem = quietUntilProblem(until, now);
  if (problem)
    throw new SluiceError('bad_request', `body.until ${problem}. It can be at most 30 days ahead.`);
}

/** What the act changes in what stands now. @throws SluiceError bad_request, conflict */
function changeOf(act: FailureAct, known: FailureState | null, name: string, now: Date): FailureChange {
  switch (act.verb) {
    case 'mute':
      requireUntil(act.until, now);
      return { mutedUntil: act.until, muteReason: act.reason, mutedBy: name };
    case 'unmute':
      return { mutedUntil: null, muteReason: null, mutedBy: null };
    case 'snooze':
      requireUntil(act.until, now);
      return { snoozedUntil: act.until, snoozedBy: name };
    case 'unsnooze':
      return { snoozedUntil: null, snoozedBy: null };
    case 'claim':
      if (known?.claimedBy && known.claimedBy !== name && !act.takeOver)
        throw new SluiceError(
          'conflict',
          `${known.claimedBy} has this failure group since ${known.claimedAt?.toISOString()}. Ask them, or send takeOver: true.`,
          { fields: { claimedBy: known.claimedBy } },
        );
      return { claimedBy: name, claimedAt: now };
    case 'release':
      return { claimedBy: null, claimedAt: null };
  }
}

const actionOf: Readonly<Record<FailureAct['verb'], AuditAction>> = {
  mute: 'dead_letters.mute',
  unmute: 'dead_letters.unmute',
  snooze: 'dead_letters.snooze',
  unsnooze: 'dead_letters.unsnooze',
  claim: 'dead_letters.claim',
  release: 'dead_letters.release',
};

/**
 * Mutes, snoozes or claims a failure group, or ends that; with the line in the audit log in one transaction.
 * @throws SluiceError not_found, forbidden, bad_request, conflict (somebody else has it)
 */
export async function triageFailure(
  deps: DecideDeps,
  principal: Principal,
  of: FailureRef,
  act: FailureAct,
): Promise<FailureStateView> {
  const topic = await requireTopic(deps, principal, of);
  authorize(principal, 'dead_letters.triage', { cluster: topic.cluster, flow: topic.flow });
  const place = { clusterId: topic.clusterId, topicId: topic.topicId, fingerprint: of.fingerprint };
  if (!(await deps.database.stores.failureStates.isKnown(place)))
    throw new SluiceError('not_found', `${of.topic} has no failure group "${of.fingerprint}".`);
  return deps.database.transact(async (stores) => {
    const now = deps.clock();
    const known = await stores.failureStates.readForUpdate(place, now);
    const change = changeOf(act, known, principal.name, now);
    await stores.failureStates.change(place, change, now);
    await stores.audit.append(
      allowedLine(principal, topic, {
        action: actionOf[act.verb],
        resource: `failure-group/${of.cluster}/${of.topic}/${of.fingerprint}`,
        detail: {
          fingerprint: of.fingerprint,
          ...('until' in act ? { until: act.until } : {}),
          ...('reason' in act ? { reason: act.reason } : {}),
          was: known ? failureStateView(known) : null,
        },
      }),
    );
    const after = (await stores.failureStates.readForUpdate(place, now)) ?? undefined;
    return { fingerprint: of.fingerprint, ...failureStateView(after) };
  });
}
