import type { ReplayView } from '#lib/contract/replays.ts';
import type { ReplayVerb } from '#lib/domain/replays/replay-can.ts';
import type { ReplayState } from '#lib/domain/replays/state.ts';
import { formatCount, plural } from '../ui/format.ts';

/** The verbs that belong to each state, the one that moves the replay on first. */
const inState: Readonly<Record<ReplayState, readonly ReplayVerb[]>> = {
  draft: ['plan', 'edit', 'withdraw'],
  blocked: ['plan', 'submit', 'withdraw'],
  planned: ['submit', 'plan', 'break-glass', 'withdraw'],
  awaiting_approval: ['approve', 'reject', 'break-glass', 'withdraw'],
  approved: ['start', 'withdraw'],
  canary: ['pause', 'abort', 'review'],
  ramping: ['pause', 'abort', 'review'],
  paused: ['resume', 'approve', 'abort', 'review'],
  completed: ['review'],
  verifying: ['review'],
  rejected: [],
  expired: [],
  withdrawn: [],
  verified: ['review'],
  came_back: ['review'],
  indeterminate: ['review'],
  aborted: ['review'],
};

export type Action = { verb: ReplayVerb; allowed: boolean; reason: string | null };

/** What the API says of a verb; a verb that it does not name is not offered. */
export function actionOf(replay: Pick<ReplayView, 'actions'>, verb: ReplayVerb): Action | null {
  const said = replay.actions.find((each) => each.action === verb);
  return said ? { verb, allowed: said.allowed, reason: said.reason } : null;
}

/** Offered where it holds, or is demanded of somebody: elsewhere these would only be noise. */
const isOffered = (replay: ReplayView, { verb, allowed }: Action): boolean =>
  verb === 'break-glass'
    ? allowed
    : verb !== 'review' || allowed || (replay.breakGlass !== null && replay.breakGlass.review === null);

/** The actions of the moment. A fresh approval of the rest is offered only where a gate asked for one. */
export const actionsNow = (replay: ReplayView): Action[] =>
  inState[replay.state]
    .map((verb) => actionOf(replay, verb))
    .filter((action) => action !== null)
    .filter((action) => isOffered(replay, action))
    .filter(
      (action) =>
        !(replay.state === 'paused' && action.verb === 'approve') ||
        action.allowed ||
        actionOf(replay, 'resume')?.allowed === false,
    );

const approvalsGiven = (replay: ReplayView) =>
  new Set(
    replay.approvals
      .filter((one) => one.decision === 'approve' && one.digest === replay.digest)
      .map((one) => one.by),
  ).size;

/** Approvals still wanted before this one. A paused replay's fresh round is counted by the API alone. */
const isLastApproval = (replay: ReplayView) =>
  replay.state === 'paused' || approvalsGiven(replay) + 1 >= (replay.policy?.approvalsNeeded ?? 1);

const firstBatch = (replay: ReplayView) =>
  Math.min(replay.canary.records, replay.manifest?.records ?? replay.canary.records);

/** The button says what happens. */
export function verbText(replay: ReplayView, verb: ReplayVerb): string {
  switch (verb) {
    case 'approve':
      if (replay.state === 'paused') return `Approve the other ${formatCount(replay.progress.remaining)}`;
      if (!isLastApproval(replay))
        return `Approve; ${approvalsGiven(replay) + 1} of ${replay.policy?.approvalsNeeded ?? 1}`;
      return replay.autoStart
        ? `Approve and send the first ${formatCount(firstBatch(replay))}`
        : `Approve; ${replay.requester} starts`;
    case 'start':
      return `Start: send the first ${formatCount(firstBatch(replay))}`;
    case 'resume':
      return `Resume with ${plural(replay.progress.remaining, 'record')}`;
    case 'plan':
      return replay.state === 'draft' ? 'Plan: freeze and check' : 'Plan again';
    case 'submit':
      return 'Submit for approval';
    case 'edit':
      return 'Edit draft';
    case 'withdraw':
      return 'Withdraw';
    case 'reject':
      return 'Reject';
    case 'break-glass':
      return `Start without approval: send the first ${formatCount(firstBatch(replay))}`;
    case 'review':
      return 'Review the start without approval';
    case 'pause':
      return 'Pause';
    case 'abort':
      return 'Abort';
  }
}

/** What stands in the toast once the API has said yes. */
export const doneText: Readonly<Record<Exclude<ReplayVerb, 'edit'>, string>> = {
  plan: 'Planned',
  submit: 'Submitted for approval',
  approve: 'Approved',
  reject: 'Rejected',
  withdraw: 'Withdrawn',
  start: 'Started',
  'break-glass': 'Started without approval; a review is demanded within 24 h',
  review: 'Reviewed',
  pause: 'Pausing after the open batch',
  resume: 'Resumed',
  abort: 'Aborting after the open batch',
};

/** Verbs that ask once, naming what and how many, because what they cause can't be taken back. */
export const askedVerbs = [
  'approve',
  'reject',
  'withdraw',
  'start',
  'resume',
  'abort',
  'break-glass',
  'review',
] as const;
export type AskedVerb = (typeof askedVerbs)[number];

/** What the reader has looked at; an approval names exactly this. */
export type Seen = { digest: string; policyVersion: number };
export const isAsked = (verb: string): verb is AskedVerb => (askedVerbs as readonly string[]).includes(verb);
