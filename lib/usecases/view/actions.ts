import { can, explain } from '#lib/auth/authorize.ts';
import { tokenBarsApproval } from '#lib/auth/may-approve.ts';
import type { ReplayView } from '#lib/contract/replays.ts';
import { sentenceOf } from '#lib/domain/access/decide.ts';
import type { Permission, Principal } from '#lib/domain/access/roles.ts';
import { approvalsMissing } from '#lib/domain/replays/approvals.ts';
import type { BreakGlass } from '#lib/domain/replays/break-glass.ts';
import type { Approval, Replay } from '#lib/domain/replays/replay.ts';
import { type ReplayVerb, replayCan, replayVerbs } from '#lib/domain/replays/replay-can.ts';
import { scopeOf } from '../change-replay-state.ts';

const permissionFor: Readonly<Record<ReplayVerb, Permission>> = {
  edit: 'replay.draft',
  plan: 'replay.plan',
  submit: 'replay.submit',
  approve: 'replay.approve',
  reject: 'replay.reject',
  withdraw: 'replay.withdraw',
  start: 'replay.start',
  'break-glass': 'replay.break_glass',
  pause: 'replay.pause',
  resume: 'replay.resume',
  abort: 'replay.abort',
  review: 'replay.review',
};

type Asked = {
  replay: Replay;
  approvals: readonly Approval[];
  glass: BreakGlass | null;
  principal: Principal;
  demo: boolean;
  now: Date;
};

const expired = (limit: Date | null, now: Date) => limit !== null && limit <= now;

function reviewObstacle({ replay, glass, principal, demo }: Asked): string | null {
  if (!glass) return 'It was not started without approval: there is nothing to review.';
  if (glass.review) return `${glass.review.by} has reviewed it.`;
  if (glass.userId === principal.userId || replay.preparedBy.some((person) => person === principal.userId))
    return 'You have prepared or started this replay: somebody else has to review it.';
  return tokenBarsApproval(principal, demo)
    ? 'A token cannot review here: sign in with your password.'
    : null;
}

/** What stands in the way of one verb besides state and permission; null when nothing does. */
function obstacle(verb: ReplayVerb, asked: Asked): string | null {
  const { replay, approvals, glass, principal, demo, now } = asked;
  if (verb === 'review') return reviewObstacle(asked);
  const decides = verb === 'approve' || verb === 'reject';
  if (decides && replay.preparedBy.some((person) => person === principal.userId))
    return 'You have prepared this replay: somebody else has to decide.';
  if (decides && approvals.some((one) => one.userId === principal.userId && one.digest === replay.digest))
    if (replay.state !== 'paused') return 'You have already decided on this seal.';
  if ((verb === 'approve' || verb === 'break-glass') && tokenBarsApproval(principal, demo))
    return 'A token cannot approve here: sign in with your password.';
  if (
    (verb === 'approve' || verb === 'submit' || verb === 'break-glass') &&
    replay.state !== 'paused' &&
    expired(replay.expiresAt, now)
  )
    return 'The plan has expired: its evidence is too old.';
  if (verb === 'break-glass' && !replay.plan?.breakGlass?.allowed)
    return `It can't be started without approval: ${replay.plan?.breakGlass?.reasons.join('; ') ?? 'its plan does not say that it may'}.`;
  if (verb === 'start' && expired(replay.startBy, now)) return 'The approval has expired.';
  if (
    verb === 'start' &&
    replay.requesterId !== principal.userId &&
    !can(principal, 'replay.approve', scopeOf(replay))
  )
    return `Only ${replay.requester}, who asked for it, or an approver can start it.`;
  const missing = verb === 'resume' ? approvalsMissing(replay, approvals, glass) : 0;
  if (missing > 0)
    return `Records came back: the rest needs ${missing} fresh approval${missing === 1 ? '' : 's'} first.`;
  return null;
}

/** Every verb with the answer to "may I, now?" and why not: what the buttons show is what the API would say. */
export const actionsOf = (asked: Asked): ReplayView['actions'] =>
  replayVerbs.map((action) => {
    const { replay, principal } = asked;
    const permission = permissionFor[action];
    const capability = replayCan[action](replay);
    const reason = !capability.allowed
      ? capability.reason
      : !can(principal, permission, scopeOf(replay))
        ? sentenceOf(explain(principal, permission, scopeOf(replay)))
        : obstacle(action, asked);
    return { action, allowed: reason === null, reason };
  });
