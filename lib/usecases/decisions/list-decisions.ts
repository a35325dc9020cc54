import { authorize, can } from '#lib/auth/authorize.ts';
import type { RecordDecision, RecordDecisions } from '#lib/contract/decisions.ts';
import type { ReplayView } from '#lib/contract/replays.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import { decodeChunk, entriesPerChunk } from '#lib/domain/replays/manifest.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import type { RecordPlace } from '#lib/store/replay-decisions.ts';
import { scopeOf } from '../change-replay-state.ts';
import { viewReplay } from '../describe-replay.ts';
import { describeEntry } from '../read-replay-records.ts';
import type { ReplayDeps } from '../replay-deps.ts';
import { findEntry } from './find-entry.ts';

type Deps = Pick<ReplayDeps, 'database' | 'environment' | 'clock'> & {
  config: Pick<ReplayDeps['config'], 'clusters'>;
};

const listedMost = 50;

const evidenceCounts = ({ evidence }: ReplayView): RecordDecision['evidence'] => {
  const of = (status: string) => evidence.filter((item) => item.status === status).length;
  return { good: of('good'), warns: of('warns'), blocks: of('blocks'), unknown: of('unknown') };
};

/** The lineage roots of a record, however it is named: as a dead letter, as what a replay sent, or as the first of its lineage. */
async function rootsOf(deps: Deps, place: RecordPlace): Promise<string[]> {
  const { replayDecisions, manifestChunks } = deps.database.stores;
  const [letters, landed] = await Promise.all([
    replayDecisions.rootsOfDeadLetter(place),
    replayDecisions.landedAt(place),
  ]);
  const roots = new Set(letters);
  for (const { replayId, ordinal } of landed) {
    const chunk = await manifestChunks.read(replayId, Math.floor(ordinal / entriesPerChunk));
    const entry = chunk && decodeChunk(chunk.body).find((each) => each.ordinal === ordinal);
    if (entry) roots.add(entry.lineageRoot);
  }
  // Nothing failed or was sent at this place: it may be where a lineage began.
  if (roots.size === 0) roots.add(`${place.topic}-${place.partition}-${place.offset}`);
  return [...roots];
}

async function entryOf(
  deps: Deps,
  replay: Replay,
  roots: readonly string[],
): Promise<RecordDecision['record']> {
  for (const root of roots) {
    const entry = await findEntry(deps.database.stores, replay, root);
    if (entry) return describeEntry(deps, replay, entry);
  }
  return null;
}

async function decisionOf(
  deps: Deps,
  principal: Principal,
  replay: Replay,
  roots: readonly string[],
): Promise<RecordDecision> {
  const view = await viewReplay(deps, principal, replay);
  const { id, purpose, state, stateReason, createdAt, startedAt, finishedAt } = view;
  const { requester, reason, ticket, digest, policy, declaration, approvals } = view;
  return {
    replay: {
      ...{ id, purpose, state, stateReason, createdAt, startedAt, finishedAt },
      from: view.source.topic,
      to: { kind: view.destination.kind, topic: view.destination.topic },
    },
    ...{ requester, reason, ticket, digest, declaration, approvals },
    policy: policy && { version: policy.version, hash: policy.hash },
    breakGlass: view.breakGlass !== null,
    evidence: evidenceCounts(view),
    record: await entryOf(deps, replay, roots),
  };
}

/**
 * What was ever decided about a record, and what became of it: for those who were not there.
 * @throws SluiceError `not_found` for a cluster that is not configured, `forbidden` where nothing of it may be read
 */
export async function listDecisions(
  deps: Deps,
  principal: Principal,
  place: RecordPlace,
): Promise<RecordDecisions> {
  if (!deps.config.clusters.some((each) => each.name === place.cluster))
    throw new SluiceError('not_found', `No cluster is called "${place.cluster}".`);
  authorize(principal, 'read', { cluster: place.cluster });
  const { stores } = deps.database;
  const roots = await rootsOf(deps, place);
  const ids = await stores.replayDecisions.having(place.cluster, roots, listedMost);
  const decisions: RecordDecision[] = [];
  let hidden = 0;
  for (const id of ids) {
    const replay = await stores.replays.read(id);
    if (!replay) continue;
    if (can(principal, 'read', scopeOf(replay)))
      decisions.push(await decisionOf(deps, principal, replay, roots));
    else hidden += 1;
  }
  return {
    record: { ...place, offset: String(place.offset) },
    lineageRoots: roots,
    decisions,
    hidden,
    asOf: deps.clock().toISOString(),
  };
}
