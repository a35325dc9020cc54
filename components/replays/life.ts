import type { ReplayView } from '#lib/contract/replays.ts';
import type { ReplayState } from '#lib/domain/replays/state.ts';
import { formatCount, formatRate } from '../ui/format.ts';

export type LifeStep = {
  name: string;
  state: ReplayView['steps'][number]['state'];
  /** What belongs to the step: approvals given, records, rate. */
  note: string | null;
};

/** How far each state has come along draft, plan, approval. */
const behind: Readonly<Record<ReplayState, number>> = {
  draft: 0,
  blocked: 1,
  planned: 2,
  withdrawn: 2,
  awaiting_approval: 2,
  rejected: 2,
  expired: 2,
  approved: 3,
  canary: 3,
  ramping: 3,
  paused: 3,
  completed: 3,
  verifying: 3,
  verified: 3,
  came_back: 3,
  indeterminate: 3,
  aborted: 3,
};
const stoppedBeforeStart: ReadonlySet<ReplayState> = new Set(['rejected', 'expired', 'withdrawn']);

const stepNote = (step: ReplayView['steps'][number]): string | null =>
  step.name === 'verification'
    ? null
    : step.records !== null
      ? `${formatCount(step.records)} records`
      : step.recordsPerSecond === null
        ? null
        : `${formatRate(step.recordsPerSecond)}/s`;

/** The life of a replay as a line of steps, from draft to verification. */
export function lifeOf(
  replay: Pick<ReplayView, 'state' | 'steps' | 'policy' | 'approvals' | 'digest' | 'startedAt'>,
): LifeStep[] {
  const { state, steps, policy, approvals, digest } = replay;
  // Whoever was stopped before its start was stopped at the approval, or at the plan when there is none.
  const done = stoppedBeforeStart.has(state) && digest === null ? 1 : behind[state];
  const at = (place: number): LifeStep['state'] => {
    if (place < done) return 'passed';
    if (place > done) return 'waiting';
    if (stoppedBeforeStart.has(state) || (state === 'blocked' && place === 1)) return 'failed';
    return state === 'planned' ? 'waiting' : 'running';
  };
  const given = new Set(
    approvals.filter((one) => one.decision === 'approve' && one.digest === digest).map((one) => one.by),
  ).size;
  return [
    { name: 'draft', state: at(0), note: null },
    { name: 'plan', state: at(1), note: null },
    {
      name: 'approval',
      state: at(2),
      note: policy ? `${formatCount(given)} of ${formatCount(policy.approvalsNeeded)}` : null,
    },
    ...steps.map((step) => ({ name: step.name, state: step.state, note: stepNote(step) })),
  ];
}
