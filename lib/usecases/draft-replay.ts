import { authorize } from '#lib/auth/authorize.ts';
import type { DraftBody } from '#lib/contract/replays.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import { parseMasks } from '#lib/domain/dead-letters/masks.ts';
import { isInternalTopic } from '#lib/domain/flows/resolve.ts';
import { clusterId, clusterName, topicId, topicName, userId } from '#lib/domain/kernel/brand.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import { askedTerms, tightenBounds, tightenCanary } from '#lib/domain/replays/bounds.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { describeSelection, type Selection } from '#lib/domain/replays/selection.ts';
import { newReplayId } from './new-replay-id.ts';
import { connectionOf, findDestination, governanceOf } from './plan/situation.ts';
import type { ReplayDeps } from './replay-deps.ts';
import { type FilterScope, requireFilter } from './require-filter.ts';

/**
 * Stored and shown as it was asked for, a filter in its normal form; a selection that names nothing was refused by the contract.
 * @throws SluiceError `empty_selection`, `bad_request`, `forbidden`
 */
export function checkSelection(principal: Principal, selection: Selection, scope: FilterScope): Selection {
  if (selection.from && selection.to && new Date(selection.from) >= new Date(selection.to))
    throw new SluiceError('empty_selection', 'The selection is empty: "from" is not before "to".');
  if (!('filter' in selection)) return selection;
  return { ...selection, filter: requireFilter(principal, selection.filter, scope).normal };
}

/**
 * Notes what somebody wants to replay; nothing is frozen, reserved or sent.
 * @throws SluiceError `not_found`, `forbidden`, `no_flow`, `destination_not_allowed`, `bound_exceeds_policy`, `bad_request`
 */
export async function draftReplay(deps: ReplayDeps, principal: Principal, body: DraftBody): Promise<Replay> {
  const connection = connectionOf(deps, body.cluster);
  const governance = governanceOf(deps, body.cluster, body.source.topic);
  const flow = governance.flow?.name ?? null;
  authorize(principal, 'replay.draft', { cluster: body.cluster, flow });
  const masks = parseMasks(governance.flow?.mask ?? []);
  const selection = checkSelection(principal, body.source.selection, { cluster: body.cluster, flow, masks });
  if (isInternalTopic(body.source.topic))
    throw new SluiceError(
      'bad_request',
      `${body.source.topic} is an internal topic: nothing is replayed from it.`,
    );
  const [source] = await connection.admin.describeTopics([body.source.topic]);
  if (!source)
    throw new SluiceError('not_found', `There is no topic ${body.source.topic} in cluster ${body.cluster}.`);
  if (body.source.topicId && body.source.topicId !== source.topicId)
    throw new SluiceError(
      'conflict',
      `${body.source.topic} was recreated: its id is ${source.topicId}, not ${body.source.topicId}.`,
    );
  const destination = await findDestination(
    deps,
    { cluster: body.cluster, sourceTopic: body.source.topic, ...body.destination },
    governance,
  );
  const cluster = await connection.admin.describeCluster();
  const now = deps.clock();
  return deps.database.transact(async (stores) => {
    const replay = await stores.replays.create({
      purpose: 'replay',
      draftedFor: null,
      id: newReplayId(),
      cluster: clusterName(body.cluster),
      clusterId: clusterId(cluster.clusterId),
      flow,
      state: 'draft',
      requesterId: userId(principal.userId),
      requester: principal.name,
      preparedBy: [userId(principal.userId)],
      reason: body.reason,
      ticket: body.ticket ?? null,
      autoStart: body.autoStart ?? false,
      source: {
        topic: topicName(body.source.topic),
        topicId: topicId(source.topicId),
        selection,
      },
      destination: { kind: destination.kind, topic: destination.topic, topicId: null, partitions: null },
      bounds: tightenBounds(governance.policy, body.bounds),
      canary: tightenCanary(governance.policy, body.canary),
      asked: askedTerms(governance.policy, body, []),
      createdAt: now,
    });
    await stores.audit.append({
      actor: principal.name,
      action: 'replay.draft',
      outcome: 'allowed',
      code: null,
      resource: `replay/${replay.id}`,
      detail: {
        source: replay.source.topic,
        destination: replay.destination.topic,
        selection: describeSelection(replay.source.selection),
        reason: replay.reason,
        ticket: replay.ticket,
      },
    });
    return replay;
  });
}
