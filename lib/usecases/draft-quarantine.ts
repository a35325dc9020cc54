import type { Flow } from '#lib/domain/flows/flow.ts';
import { flowOf, quarantineOf } from '#lib/domain/flows/resolve.ts';
import { type ReplayId, topicId, topicName, userId } from '#lib/domain/kernel/brand.ts';
import { tightenBounds, tightenCanary } from '#lib/domain/replays/bounds.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { countOf } from '#lib/domain/replays/sentences.ts';
import type { Stores } from '#lib/store/database.ts';
import { newReplayId } from './new-replay-id.ts';
import { systemActor } from './replay-deps.ts';

/** Nothing of it writes to Kafka: people end replays too. */
type DraftingDeps = { flows: readonly Flow[]; newId: () => string };

/** As many as one selection may name. */
const recordsMax = 10_000;

/**
 * Drafts what takes the records that came back into the declared quarantine (invariant 10): nothing is frozen, held or sent, and a
 * person has to plan it and another one to approve it. Call it in the transaction that ends the replay, so that it happens once.
 * Where the flow declares no quarantine, or its policy does not allow one, there is no draft.
 * @returns the ids of the drafts, none when nothing came back
 */
async function draftQuarantine(
  deps: DraftingDeps,
  stores: Stores,
  replay: Replay,
  now: Date,
): Promise<ReplayId[]> {
  if (replay.destination.kind === 'quarantine') return [];
  const drafted: ReplayId[] = [];
  const returned = await stores.replayReturns.letters(replay.id);
  for (const [topic, letters] of Map.groupBy(returned, (letter) => letter.topic)) {
    const flow = flowOf(deps.flows, replay.cluster, topic)?.flow ?? null;
    // What is not declared is not known to exist from here: a draft names no topic that a plan would have to refuse.
    const quarantine = flow && quarantineOf(flow, topic, () => false);
    if (!flow || !quarantine || !flow.policy.destinations.includes('quarantine')) continue;
    const { policy } = flow;
    const most = Math.min(recordsMax, policy.maxRecords);
    for (let at = 0; at < letters.length; at += most) {
      const some = letters.slice(at, at + most);
      const id = newReplayId(deps.newId());
      await stores.replays.create({
        id,
        purpose: 'replay',
        draftedFor: replay.id,
        cluster: replay.cluster,
        clusterId: replay.clusterId,
        flow: flow.name,
        state: 'draft',
        requesterId: userId(systemActor),
        requester: systemActor,
        preparedBy: [],
        reason: `${countOf(some.length, 'record')} came back from replay ${replay.id}`,
        ticket: replay.ticket,
        autoStart: false,
        source: {
          topic: topicName(topic),
          topicId: topicId(some[0]?.topicId ?? ''),
          selection: {
            records: some.map(({ partition, offset }) => ({ partition, offset: String(offset) })),
          },
        },
        destination: { kind: 'quarantine', topic: quarantine, topicId: null, partitions: null },
        bounds: tightenBounds(policy),
        canary: tightenCanary(policy),
        asked: [],
        createdAt: now,
      });
      await stores.audit.append({
        actor: systemActor,
        action: 'replay.draft',
        outcome: 'allowed',
        code: null,
        resource: `replay/${id}`,
        detail: { source: topic, destination: quarantine, records: some.length, cameBackFrom: replay.id },
      });
      drafted.push(id);
    }
  }
  return drafted;
}

/** A replay that ends lets go of its records, and what came back gets its draft. Call it in the transaction that ends it. */
export async function letGo(deps: DraftingDeps, stores: Stores, replay: Replay, now: Date): Promise<void> {
  await stores.replayReservations.release(replay.id);
  await draftQuarantine(deps, stores, replay, now);
}
