import type { ReplayView } from '#lib/contract/replays.ts';
import type { ReplayFact } from '#lib/domain/incidents/joined.ts';
import type { IncidentReach } from '#lib/domain/incidents/reach.ts';
import { systemPrincipal } from '../../alerts/deps.ts';
import { viewReplay } from '../../describe-replay.ts';
import type { IncidentDeps } from '../deps.ts';
import { most, type Span } from './bounds.ts';

/** Each takes several connections for a moment, and others want some too. */
const atOnce = 4;

type Deps = Pick<IncidentDeps, 'database' | 'environment' | 'clock'>;

const factOf = (view: ReplayView): ReplayFact => {
  const { records: _records, ...progress } = view.progress;
  return {
    ...{ id: view.id, purpose: view.purpose, state: view.state, stateReason: view.stateReason },
    ...{ terminal: view.terminal, requester: view.requester, reason: view.reason, ticket: view.ticket },
    ...{ cluster: view.cluster, from: view.source.topic, to: view.destination.topic, digest: view.digest },
    policyVersion: view.policy?.version ?? null,
    createdAt: view.createdAt,
    finishedAt: view.finishedAt,
    records: view.manifest?.records ?? 0,
    progress,
    approvals: view.approvals,
    breakGlass: view.breakGlass && {
      ...{ by: view.breakGlass.by, at: view.breakGlass.at, reason: view.breakGlass.reason },
      reviewedBy: view.breakGlass.review?.by ?? null,
    },
    evidence: view.evidence.map(({ status, sentence, why }) => ({ status, sentence, why })),
    drafts: view.drafts,
  };
};

/** Where a replay of another flow touches the same topics, it is for those who read that flow. */
function isOwn(reach: IncidentReach, replay: Pick<ReplayView, 'id' | 'flow'>): boolean {
  return replay.flow === null || reach.flows.includes(replay.flow) || reach.replays.includes(replay.id);
}

/**
 * Replays that belong to the incident, oldest first, as somebody sees them who may not see payloads: failing samples are withheld from
 * everybody, since exports travel.
 */
export async function replayFacts(
  deps: Deps,
  reach: IncidentReach,
  { from, to }: Span,
): Promise<{ replays: ReplayFact[]; replaysLeftOut: number }> {
  const { incidentSources, replays } = deps.database.stores;
  const ids = await incidentSources.replayIds(
    {
      clusters: reach.clusters,
      flows: reach.flows,
      topics: reach.topics.map(({ topic }) => topic),
      ids: reach.replays,
    },
    from,
    to,
    most.replays + 1,
  );
  const read = async (id: string): Promise<ReplayFact[]> => {
    const replay = await replays.read(id);
    return replay && isOwn(reach, replay) ? [factOf(await viewReplay(deps, systemPrincipal, replay))] : [];
  };
  const wanted = ids.slice(0, most.replays).reverse();
  const facts: ReplayFact[] = [];
  for (let at = 0; at < wanted.length; at += atOnce)
    facts.push(...(await Promise.all(wanted.slice(at, at + atOnce).map(read))).flat());
  return { replays: facts, replaysLeftOut: Math.max(0, ids.length - most.replays) };
}
