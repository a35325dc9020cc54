import { can } from '#lib/auth/authorize.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import { consolePage } from '#lib/domain/links/console-page.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { countText, durationText, type Found } from './severity.ts';

const running = ['canary', 'ramping', 'completed', 'verifying'];

function whatWaits(
  replay: Replay,
  principal: Principal,
  now: Date,
): Pick<Found, 'kind' | 'severity' | 'title' | 'verb' | 'since'> | null {
  const left = (until: Date | null) =>
    until ? ` · ${durationText(Math.max(0, until.getTime() - now.getTime()))} left` : '';
  const scope = { cluster: replay.cluster, ...(replay.flow ? { flow: replay.flow } : {}) };
  if (replay.state === 'awaiting_approval') {
    const mine =
      can(principal, 'replay.approve', scope) && !replay.preparedBy.some((id) => id === principal.userId);
    return {
      kind: 'approval',
      severity: mine ? 'act' : 'info',
      title: `Replay ${replay.id} waits for ${mine ? 'your approval' : 'approval'}${left(replay.expiresAt)}`,
      verb: mine ? 'review' : 'look',
      since: replay.submittedAt?.toISOString() ?? null,
    };
  }
  if (replay.state === 'approved')
    return {
      kind: 'replay',
      severity: replay.requesterId === principal.userId ? 'act' : 'info',
      title: `Replay ${replay.id} is approved and waits to be started${left(replay.startBy)}`,
      verb: 'start',
      since: replay.approvedAt?.toISOString() ?? null,
    };
  if (replay.state === 'paused')
    return {
      kind: 'replay',
      severity: 'act',
      title: `Replay ${replay.id} is paused`,
      verb: 'decide',
      since: replay.updatedAt.toISOString(),
    };
  if (replay.state === 'draft' && replay.draftedFor !== null)
    return {
      kind: 'replay',
      severity: can(principal, 'replay.plan', scope) ? 'act' : 'info',
      title: `Replay ${replay.id} is drafted for what came back from ${replay.draftedFor}`,
      verb: 'plan',
      since: replay.createdAt.toISOString(),
    };
  if (running.includes(replay.state))
    return {
      kind: 'replay',
      severity: 'info',
      title: `Replay ${replay.id} is running`,
      verb: 'watch',
      since: replay.startedAt?.toISOString() ?? null,
    };
  return null;
}

/** Replays that wait for a person, first of all for the one who asks. */
export function replayItems(replays: readonly Replay[], principal: Principal, now: Date): Found[] {
  return replays.flatMap((replay) => {
    const waits = whatWaits(replay, principal, now);
    if (!waits) return [];
    const records = replay.plan
      ? `${countText(replay.plan.manifest.records, 'record')} → ${replay.destination.topic}`
      : replay.destination.topic;
    return [
      {
        ...waits,
        detail: [
          `${replay.requester}: "${replay.reason}"`,
          records,
          replay.state === 'paused' ? replay.stateReason : null,
        ]
          .filter((part) => part !== null)
          .join(' · '),
        resource: `replay/${replay.id}`,
        href: consolePage.replay(replay.id),
        owner: null,
        runbook: null,
      },
    ];
  });
}
