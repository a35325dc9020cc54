import type { Condition } from '#lib/domain/alerts/alert.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { consolePage } from '#lib/domain/links/console-page.ts';
import { gateSentences } from '#lib/domain/replays/gates.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { replayItems } from '../attention/from-replays.ts';
import { type OpenReview, reviewItems } from '../attention/from-reviews.ts';
import { systemPrincipal } from './deps.ts';

/** An abort by a gate is over at once; it is told of for so long. */
const abortToldMs = 15 * 60_000;

/** Replays that wait for an approval, and those that a gate has stopped. */
export const replayConditions = (
  replays: readonly Replay[],
  flows: readonly Flow[],
  now: Date,
): Condition[] => replays.flatMap((replay) => [...approval(replay, flows, now), ...gate(replay, flows, now)]);

function about(replay: Replay, flows: readonly Flow[]) {
  const owner = flows.find((flow) => flow.name === replay.flow)?.owner;
  return {
    severity: 'act' as const,
    cluster: replay.cluster,
    flow: replay.flow,
    scope: 'flow' as const,
    href: consolePage.replay(replay.id),
    owner: owner?.team ?? null,
    runbook: owner?.runbook ?? null,
  };
}

function approval(replay: Replay, flows: readonly Flow[], now: Date): Condition[] {
  if (replay.state !== 'awaiting_approval') return [];
  return replayItems([replay], systemPrincipal, now).map(({ title, detail }) => ({
    ...about(replay, flows),
    // Each frozen plan asks anew.
    key: `approval_wanted:${replay.id}/${replay.digest?.slice(0, 16) ?? replay.revision}`,
    kind: 'approval_wanted' as const,
    title,
    detail,
  }));
}

/** Told again when it is overdue: that is another trouble. */
export const reviewConditions = (
  open: readonly OpenReview[],
  flows: readonly Flow[],
  now: Date,
): Condition[] =>
  open.flatMap((each) =>
    reviewItems([each], systemPrincipal, now).map(({ title, detail }) => ({
      ...about(each.replay, flows),
      key: `review_wanted:${each.replay.id}${each.glass.reviewBy < now ? '/overdue' : ''}`,
      kind: 'review_wanted' as const,
      title,
      detail,
    })),
  );

function gate(replay: Replay, flows: readonly Flow[], now: Date): Condition[] {
  const failing = replay.run?.gates.filter((each) => each.state === 'fails') ?? [];
  const stopped =
    replay.state === 'paused' ||
    (replay.state === 'aborted' && now.getTime() - replay.updatedAt.getTime() < abortToldMs);
  if (failing.length === 0 || !stopped) return [];
  const why = failing.map((each) => gateSentences[each.name] ?? each.name).join('; ');
  return [
    {
      ...about(replay, flows),
      key: `replay_gate_failed:${replay.id}`,
      kind: 'replay_gate_failed',
      title: `Replay ${replay.id} was ${replay.state} by a gate`,
      detail: `${why.charAt(0).toUpperCase()}${why.slice(1)}.`,
    },
  ];
}
