import { isTerminal, type ReplayState } from './state.ts';

export const replayVerbs = [
  'edit',
  'plan',
  'submit',
  'approve',
  'reject',
  'withdraw',
  'start',
  'break-glass',
  'pause',
  'resume',
  'abort',
  'review',
] as const;
export type ReplayVerb = (typeof replayVerbs)[number];

type Subject = { state: ReplayState; run: { approvalRound: number } | null };
export type Capability = { allowed: true; reason: null } | { allowed: false; reason: string };

/** In which states each verb holds (design.md, "Replay: the life of one"). */
const holdsIn: Readonly<Record<ReplayVerb, readonly ReplayState[]>> = {
  edit: ['draft'],
  plan: ['draft', 'planned', 'blocked'],
  submit: ['planned'],
  approve: ['awaiting_approval'],
  reject: ['awaiting_approval'],
  withdraw: ['draft', 'planned', 'blocked', 'awaiting_approval', 'approved'],
  start: ['approved'],
  'break-glass': ['planned', 'awaiting_approval'],
  pause: ['canary', 'ramping'],
  resume: ['paused'],
  abort: ['canary', 'ramping', 'paused'],
  // Also of what has ended: a review looks back.
  review: [
    'canary',
    'ramping',
    'paused',
    'completed',
    'verifying',
    'verified',
    'came_back',
    'indeterminate',
    'aborted',
  ],
};

const stateInWords: Readonly<Record<ReplayState, string>> = {
  draft: 'it is a draft: plan it first',
  planned: 'it is planned and not yet submitted',
  blocked: 'its plan is blocked: see what blocks it, then plan again',
  awaiting_approval: 'it is waiting for approval',
  rejected: 'it was rejected',
  expired: 'it has expired',
  withdrawn: 'it was withdrawn',
  approved: 'it is approved and not yet started',
  canary: 'its first batch is under way',
  ramping: 'it is running',
  paused: 'it is paused',
  completed: 'everything has been sent',
  verifying: 'everything has been sent and is being verified',
  verified: 'it is verified',
  came_back: 'it has ended with records that came back',
  indeterminate: 'it has ended indeterminate',
  aborted: 'it was aborted',
};

/** True when a came-back gate has asked for fresh approvals of the rest. */
const wantsFreshApproval = (replay: Subject) =>
  replay.state === 'paused' && (replay.run?.approvalRound ?? 0) > 0;

function judge(verb: ReplayVerb, replay: Subject): Capability {
  if (holdsIn[verb].includes(replay.state)) return { allowed: true, reason: null };
  if (verb === 'approve' && wantsFreshApproval(replay)) return { allowed: true, reason: null };
  const when = isTerminal(replay.state) ? 'This replay is closed' : 'Not in this state';
  return { allowed: false, reason: `${when}: ${stateInWords[replay.state]}.` };
}

/**
 * Capability table of a replay by its state alone; who is asking is another question. The API refuses and the buttons
 * explain by the same answer.
 */
export const replayCan: Readonly<Record<ReplayVerb, (replay: Subject) => Capability>> = {
  edit: (replay) => judge('edit', replay),
  plan: (replay) => judge('plan', replay),
  submit: (replay) => judge('submit', replay),
  approve: (replay) => judge('approve', replay),
  reject: (replay) => judge('reject', replay),
  withdraw: (replay) => judge('withdraw', replay),
  start: (replay) => judge('start', replay),
  pause: (replay) => judge('pause', replay),
  resume: (replay) => judge('resume', replay),
  abort: (replay) => judge('abort', replay),
  'break-glass': (replay) => judge('break-glass', replay),
  review: (replay) => judge('review', replay),
};
