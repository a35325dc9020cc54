import { can } from '#lib/auth/authorize.ts';
import type { ReplayView } from '#lib/contract/replays.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import type { StoredLine } from '#lib/domain/audit/chain.ts';
import type { BreakGlass } from '#lib/domain/replays/break-glass.ts';
import { divertReasons } from '#lib/domain/replays/manifest.ts';
import type { Approval, Replay } from '#lib/domain/replays/replay.ts';
import { initialRun } from '#lib/domain/replays/run.ts';
import { isTerminal } from '#lib/domain/replays/state.ts';
import type { ProgressCounts } from '#lib/store/replay-progress.ts';
import { scopeOf } from '../change-replay-state.ts';
import { actionsOf } from './actions.ts';
import { evidenceFor } from './evidence-view.ts';
import { timelineOf } from './timeline.ts';

const instant = (at: Date | null): string | null => at?.toISOString() ?? null;

function progressOf(replay: Replay, counts: ProgressCounts): ReplayView['progress'] {
  const records = replay.plan?.manifest.records ?? 0;
  const ended = counts.replayed + counts.skipped + counts.diverted + counts.failed + counts.unknown;
  return {
    records,
    ...counts,
    remaining: Math.max(0, records - ended),
  };
}

/** The steps as they run, or, before the start, as they will. */
function stepsOf(replay: Replay): ReplayView['steps'] {
  if (replay.run) return [...replay.run.steps];
  if (!replay.plan) return [];
  const terms = { canaryRecords: replay.canary.records, recordsPerSecond: replay.bounds.recordsPerSecond };
  return initialRun(replay.plan, terms, replay.createdAt).steps.map((step) => ({
    ...step,
    state: 'waiting',
    startedAt: null,
  }));
}

/** A replay on the wire, as one person sees it. Everything that is not known stands as null. */
export function replayViewOf(facts: {
  replay: Replay;
  counts: ProgressCounts;
  approvals: readonly Approval[];
  glass: BreakGlass | null;
  lines: readonly StoredLine[];
  drafts: readonly string[];
  declaration: ReplayView['declaration'];
  principal: Principal;
  demo: boolean;
  now: Date;
  evidenceNow?: ReplayView['evidenceNow'];
}): ReplayView {
  const { replay, counts, approvals, glass, lines, drafts, principal, demo, now } = facts;
  const { plan } = replay;
  return {
    id: replay.id,
    purpose: replay.purpose,
    cluster: replay.cluster,
    flow: replay.flow,
    state: replay.state,
    resumesTo: replay.resumesTo,
    stateReason: replay.stateReason,
    terminal: isTerminal(replay.state),
    requester: replay.requester,
    reason: replay.reason,
    ticket: replay.ticket,
    source: { ...replay.source, selection: plan?.selection ?? replay.source.selection },
    destination: {
      kind: replay.destination.kind,
      topic: replay.destination.topic,
      partitions: replay.destination.partitions,
    },
    bounds: replay.bounds,
    canary: replay.canary,
    ramp: [...(plan?.ramp ?? [])],
    autoStart: replay.autoStart,
    consequence: plan?.consequence ?? null,
    undo: plan?.undo ?? null,
    digest: replay.digest,
    manifest: plan
      ? {
          ...plan.manifest,
          diverted: plan.diversion?.records ?? 0,
          partitions: [...plan.manifest.partitions],
        }
      : null,
    diversion: diversionOf(replay),
    evidence: evidenceFor(plan?.evidence ?? [], can(principal, 'payload.read', scopeOf(replay))),
    evidenceNow: facts.evidenceNow ?? null,
    policy: plan ? { ...plan.policy, rules: [...plan.policy.rules] } : null,
    declaration: facts.declaration,
    plannedAt: instant(replay.plannedAt),
    expiresAt: instant(replay.expiresAt),
    startBy: instant(replay.startBy),
    createdAt: replay.createdAt.toISOString(),
    startedAt: instant(replay.startedAt),
    finishedAt: instant(replay.finishedAt),
    draftedFor: replay.draftedFor,
    drafts: [...drafts],
    progress: progressOf(replay, counts),
    steps: stepsOf(replay),
    gates: [...(replay.run?.gates ?? [])],
    readBack: readBackOf(replay),
    approvals: approvals.map(({ by, decision, digest, at, comment }) => ({
      by,
      decision,
      digest,
      at: at.toISOString(),
      comment,
    })),
    breakGlass: breakGlassOf(glass, now),
    timeline: timelineOf(lines),
    actions: actionsOf({ replay, approvals, glass, principal, demo, now }),
    asOf: now.toISOString(),
  };
}

function breakGlassOf(glass: BreakGlass | null, now: Date): ReplayView['breakGlass'] {
  if (!glass) return null;
  const { by, reason, at, reviewBy, review } = glass;
  return {
    by,
    reason,
    at: at.toISOString(),
    reviewBy: reviewBy.toISOString(),
    overdue: review === null && reviewBy < now,
    review: review && {
      by: review.by,
      verdict: review.verdict,
      comment: review.comment,
      at: review.at.toISOString(),
    },
  };
}

function readBackOf(replay: Replay): ReplayView['readBack'] {
  const found = replay.run?.readBack;
  if (!found) return null;
  const { different, missing, diverted = null } = found;
  return { ...found, diverted, different: different.length, missing: missing.length };
}

function diversionOf({ plan }: Replay): ReplayView['diversion'] {
  if (!plan?.diversion) return null;
  const { topic, partitions, records, reasons } = plan.diversion;
  return {
    ...{ topic, partitions, records },
    reasons: divertReasons.flatMap((reason) => {
      const n = reasons[reason] ?? 0;
      return n > 0 ? [{ reason, records: n }] : [];
    }),
  };
}
