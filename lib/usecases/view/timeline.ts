import type { ReplayView } from '#lib/contract/replays.ts';
import type { AuditAction } from '#lib/domain/audit/action.ts';
import type { StoredLine } from '#lib/domain/audit/chain.ts';

const said: Readonly<Partial<Record<AuditAction, string>>> = {
  'dead_letters.preserve': 'started a copy into the quarantine',
  'replay.draft': 'drafted',
  'replay.edit': 'edited the draft',
  'replay.plan': 'planned',
  'replay.submit': 'submitted for approval',
  'replay.approve': 'approved',
  'replay.reject': 'rejected',
  'replay.withdraw': 'withdrew',
  'replay.expire': 'expired',
  'replay.void': 'plan voided',
  'replay.start': 'started',
  'replay.break_glass': 'broke the glass: started it without approval',
  'replay.review': 'reviewed the start without approval',
  'replay.review_overdue': 'nobody reviewed the start without approval in time',
  'replay.first_batch_passed': 'first batch passed',
  'replay.gate_failed': 'gate failed',
  'replay.pause': 'paused',
  'replay.resume': 'resumed',
  'replay.abort': 'aborted',
  'replay.execution_closed': 'execution closed',
  'replay.verification_closed': 'verification closed',
};

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** A line of the audit log about a replay in words: what was done, and why. */
export function storyOf({
  action,
  outcome,
  code,
  detail: facts,
}: Pick<StoredLine, 'action' | 'outcome' | 'code' | 'detail'>): { what: string; detail: string | null } {
  const { reason, comment, error, detail } = facts;
  const what = said[action] ?? action;
  return {
    what: outcome === 'refused' ? `refused: ${what} (${code ?? 'no code'})` : what,
    detail: text(reason) ?? text(comment) ?? text(error) ?? text(detail),
  };
}

/** The audit lines of one replay, as its story. */
export const timelineOf = (lines: readonly StoredLine[]): ReplayView['timeline'] =>
  lines.map((line) => ({ at: line.at, actor: line.actor, ...storyOf(line) })).reverse();
