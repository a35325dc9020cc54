import type { ClusterView } from '#lib/contract/clusters.ts';
import type { ContractCheck } from '#lib/contract/dead-letters.ts';
import type { EvidenceItem } from '#lib/contract/evidence-item.ts';
import type { SheetStatement } from '#lib/contract/flow-sheet.ts';
import type { FlowObjective } from '#lib/contract/flows.ts';
import type { AttentionItem } from '#lib/contract/home.ts';
import type { GateView } from '#lib/contract/replays.ts';
import type { FailureVerdict } from '#lib/domain/dead-letters/convention.ts';
import type { Disposition } from '#lib/domain/dead-letters/disposition.ts';
import type { GroupEventKind } from '#lib/domain/lag/group-sight.ts';
import type { LagStatus } from '#lib/domain/lag/status.ts';
import type { Outcome, ReplayState, Verification } from '#lib/domain/replays/state.ts';
import type { Shape, Tone } from './sign.tsx';

/** Shape, colour and word of one meaning. `help` says it in a sentence. */
export type SignOf = { shape: Shape; tone: Tone; word: string; help?: string };

export const lagSigns: Readonly<Record<LagStatus, SignOf>> = {
  expired: {
    shape: 'sand',
    tone: 'act',
    word: 'expired',
    help: 'Committed below the log start: records were deleted before they were consumed.',
  },
  ahead: {
    shape: 'ahead',
    tone: 'act',
    word: 'ahead',
    help: 'Committed past the end of the log: the topic was truncated or made anew.',
  },
  rewound: {
    shape: 'back',
    tone: 'warn',
    word: 'rewound',
    help: 'The committed offset went back and has not regained its place.',
  },
  stopped: {
    shape: 'cross',
    tone: 'act',
    word: 'stopped',
    help: 'Records wait, the offset does not move, and no member has the partition.',
  },
  stalled: {
    shape: 'square',
    tone: 'act',
    word: 'stalled',
    help: 'Records wait and the offset does not move, though a member has the partition.',
  },
  orphaned: {
    shape: 'dashed',
    tone: 'idle',
    word: 'orphaned',
    help: 'Offsets of a topic that is gone or that no member subscribes.',
  },
  lagging: {
    shape: 'triangle',
    tone: 'warn',
    word: 'lagging',
    help: 'Behind, and lag did not fall over the window.',
  },
  unknown: { shape: 'ring', tone: 'idle', word: 'unknown', help: 'Not read, so nothing is claimed.' },
  never_committed: { shape: 'dash', tone: 'idle', word: 'never committed', help: 'No offset committed yet.' },
  ok: { shape: 'dot', tone: 'ok', word: 'ok', help: 'Keeps up.' },
};

export const objectiveSigns: Readonly<Record<FlowObjective['status'], SignOf>> = {
  met: { shape: 'dot', tone: 'ok', word: 'met' },
  burning: {
    shape: 'triangle',
    tone: 'warn',
    word: 'burning',
    help: 'The error budget is spent faster than allowed, over a long and a short window.',
  },
  unknown: { shape: 'ring', tone: 'idle', word: 'unknown' },
  none: { shape: 'dash', tone: 'idle', word: 'none' },
};

export const clusterSigns: Readonly<Record<ClusterView['state'], SignOf>> = {
  ok: { shape: 'dot', tone: 'ok', word: 'ok' },
  degraded: { shape: 'triangle', tone: 'warn', word: 'degraded' },
  unreachable: { shape: 'cross', tone: 'act', word: 'unreachable' },
};

export const groupEventSigns: Readonly<Record<GroupEventKind, SignOf>> = {
  appeared: { shape: 'dash', tone: 'idle', word: 'appeared' },
  deleted: { shape: 'slash', tone: 'warn', word: 'deleted' },
  became_empty: { shape: 'cross', tone: 'warn', word: 'became empty' },
  members_replaced: { shape: 'diamond', tone: 'accent', word: 'members replaced' },
  member_replaced: { shape: 'dash', tone: 'idle', word: 'member replaced' },
  member_joined: { shape: 'dash', tone: 'idle', word: 'member joined' },
  member_left: { shape: 'dash', tone: 'idle', word: 'member left' },
  rebalanced: { shape: 'return', tone: 'idle', word: 'rebalanced' },
  offsets_reset: { shape: 'back', tone: 'warn', word: 'offsets reset' },
  status_changed: { shape: 'triangle', tone: 'warn', word: 'status changed' },
};

export const replaySigns: Readonly<Record<ReplayState, SignOf>> = {
  draft: { shape: 'pen', tone: 'idle', word: 'draft' },
  planned: { shape: 'diamond', tone: 'accent', word: 'planned' },
  blocked: { shape: 'slash', tone: 'warn', word: 'blocked' },
  awaiting_approval: { shape: 'wait', tone: 'accent', word: 'awaiting approval' },
  rejected: { shape: 'slash', tone: 'idle', word: 'rejected' },
  expired: { shape: 'sand', tone: 'idle', word: 'expired' },
  withdrawn: { shape: 'dash', tone: 'idle', word: 'withdrawn' },
  approved: { shape: 'check', tone: 'accent', word: 'approved, not started' },
  canary: { shape: 'play', tone: 'accent', word: 'first batch' },
  ramping: { shape: 'play', tone: 'accent', word: 'ramping' },
  paused: { shape: 'pause', tone: 'warn', word: 'paused' },
  completed: { shape: 'play', tone: 'accent', word: 'sent, not yet verified' },
  verifying: { shape: 'play', tone: 'accent', word: 'verifying' },
  verified: { shape: 'dot', tone: 'ok', word: 'verified' },
  came_back: { shape: 'return', tone: 'act', word: 'came back' },
  indeterminate: { shape: 'ring', tone: 'warn', word: 'indeterminate' },
  aborted: { shape: 'slash', tone: 'warn', word: 'aborted' },
};

export const dispositionSigns: Readonly<Record<Disposition, SignOf>> = {
  open: { shape: 'square', tone: 'warn', word: 'open' },
  in_replay: { shape: 'play', tone: 'accent', word: 'in replay' },
  replayed: { shape: 'check', tone: 'accent', word: 'replayed' },
  consumed_past: { shape: 'dot', tone: 'ok', word: 'consumed past' },
  came_back: { shape: 'return', tone: 'act', word: 'came back' },
  quarantined: { shape: 'pause', tone: 'idle', word: 'quarantined' },
  dismissed: { shape: 'dash', tone: 'idle', word: 'dismissed' },
  expired: { shape: 'sand', tone: 'act', word: 'expired' },
  unrecoverable: { shape: 'slash', tone: 'act', word: 'unrecoverable' },
};

export const verdictSigns: Readonly<Record<FailureVerdict, SignOf>> = {
  transient: { shape: 'back', tone: 'idle', word: 'transient', help: 'May pass once the cause is gone.' },
  poison: { shape: 'slash', tone: 'warn', word: 'poison', help: 'Will fail again however often it is sent.' },
  ambiguous_effect: {
    shape: 'triangle',
    tone: 'warn',
    word: 'ambiguous effect',
    help: 'The effect may already have happened.',
  },
  unknown: { shape: 'ring', tone: 'idle', word: 'unknown' },
};

export const evidenceSigns: Readonly<Record<EvidenceItem['status'], SignOf>> = {
  blocks: { shape: 'slash', tone: 'act', word: 'blocks' },
  warns: { shape: 'triangle', tone: 'warn', word: 'warns' },
  unknown: { shape: 'ring', tone: 'idle', word: 'unknown' },
  good: { shape: 'dot', tone: 'ok', word: 'good' },
};

export const contractSigns: Readonly<Record<ContractCheck['state'], SignOf>> = {
  fits: { shape: 'dot', tone: 'ok', word: 'fits today’s contract' },
  violates: { shape: 'cross', tone: 'act', word: 'breaks today’s contract' },
  unknown: { shape: 'ring', tone: 'idle', word: 'contract unknown' },
};

export const gateSigns: Readonly<Record<GateView['state'], SignOf>> = {
  holds: { shape: 'dot', tone: 'ok', word: 'holds' },
  fails: { shape: 'cross', tone: 'act', word: 'fails' },
  unknown: { shape: 'ring', tone: 'idle', word: 'unknown' },
};

export const outcomeSigns: Readonly<Record<Outcome | 'pending', SignOf>> = {
  replayed: { shape: 'check', tone: 'ok', word: 'replayed' },
  skipped: { shape: 'dash', tone: 'idle', word: 'skipped' },
  diverted: { shape: 'pause', tone: 'warn', word: 'diverted' },
  failed: { shape: 'cross', tone: 'act', word: 'failed' },
  unknown: { shape: 'ring', tone: 'warn', word: 'unknown' },
  pending: { shape: 'wait', tone: 'idle', word: 'pending' },
};

export const verificationSigns: Readonly<Record<Verification, SignOf>> = {
  consumed_past: { shape: 'dot', tone: 'ok', word: 'consumed past' },
  came_back: { shape: 'return', tone: 'act', word: 'came back' },
  waiting: { shape: 'wait', tone: 'idle', word: 'waiting' },
  indeterminate: { shape: 'ring', tone: 'warn', word: 'indeterminate' },
};

const attentionShapes: Readonly<Record<AttentionItem['kind'], Shape>> = {
  lag: 'cross',
  dead_letters: 'square',
  approval: 'wait',
  replay: 'play',
  expiry: 'sand',
  cluster: 'cross',
  declaration: 'cross',
  sluice: 'triangle',
};
const attentionTones = { act: 'act', warn: 'warn', info: 'accent' } as const;

/** The sign before a line of "Needs you". */
export const attentionSign = (item: Pick<AttentionItem, 'kind' | 'severity' | 'lagStatus'>): SignOf => ({
  shape: item.lagStatus ? lagSigns[item.lagStatus].shape : attentionShapes[item.kind],
  tone: item.kind === 'approval' && item.severity !== 'act' ? 'accent' : attentionTones[item.severity],
  word: { act: 'act now', warn: 'look soon', info: 'for your information' }[item.severity],
});

/** Of where a declaration and what runs disagree. */
export const findingSigns: Readonly<Record<'wrong' | 'risk' | 'unknown' | 'accepted', SignOf>> = {
  wrong: {
    shape: 'cross',
    tone: 'act',
    word: 'wrong',
    help: 'A replay or a guarantee rests on what is not so.',
  },
  risk: {
    shape: 'triangle',
    tone: 'warn',
    word: 'risk',
    help: 'It holds today, and nothing makes it hold.',
  },
  unknown: { shape: 'ring', tone: 'idle', word: 'unknown', help: 'Not read, so nothing is claimed.' },
  accepted: {
    shape: 'dashed',
    tone: 'idle',
    word: 'accepted',
    help: 'Somebody has decided to live with it, with a reason, until a day.',
  },
};

/** How a statement or a guarantee of a boundary sheet stands. */
export const statementSigns: Readonly<Record<SheetStatement['state'], SignOf>> = {
  said: { shape: 'dash', tone: 'idle', word: 'as declared' },
  holds: { shape: 'dot', tone: 'ok', word: 'holds' },
  fails: { shape: 'cross', tone: 'act', word: 'does not hold' },
  accepted: { ...findingSigns.accepted, word: 'lived with' },
  unknown: { shape: 'ring', tone: 'idle', word: 'unknown', help: 'Not read, so nothing is claimed.' },
};
