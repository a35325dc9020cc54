import type { z } from 'zod';
import type { editReplay as operation } from '#lib/contract/replays.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import { userId } from '#lib/domain/kernel/brand.ts';
import { askedTerms, termsUnder } from '#lib/domain/replays/bounds.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { changeReplayState } from './change-replay-state.ts';
import { findDestination, governanceOf } from './plan/situation.ts';
import type { ReplayDeps } from './replay-deps.ts';

type EditBody = z.output<NonNullable<(typeof operation)['body']>>;

/**
 * Changes a draft; the source stays. Bounds that are given are held against the policy anew.
 * @throws SluiceError `forbidden`, `wrong_state`, `bound_exceeds_policy`, `destination_not_allowed`, `no_flow`; BrokerFailure
 */
export async function editReplay(
  deps: ReplayDeps,
  principal: Principal,
  id: string,
  body: EditBody,
): Promise<Replay> {
  return changeReplayState(deps, principal, id, {
    verb: 'edit',
    permission: 'replay.draft',
    action: 'replay.edit',
    prepare: async (replay) => {
      if (!body.destination) return null;
      const governance = governanceOf(deps, replay.cluster, replay.source.topic);
      return findDestination(
        deps,
        { cluster: replay.cluster, sourceTopic: replay.source.topic, ...body.destination },
        governance,
      );
    },
    decide: async (replay, _stores, destination) => {
      const { policy } = governanceOf(deps, replay.cluster, replay.source.topic);
      const asked = askedTerms(policy, body, replay.asked);
      const given = {
        bounds: { ...replay.bounds, ...body.bounds },
        canary: { ...replay.canary, ...body.canary },
      };
      const person = userId(principal.userId);
      return {
        change: {
          preparedBy: replay.preparedBy.includes(person) ? replay.preparedBy : [...replay.preparedBy, person],
          ...(destination && {
            destination: {
              kind: destination.kind,
              topic: destination.topic,
              topicId: null,
              partitions: null,
            },
          }),
          ...((body.bounds || body.canary) && { asked, ...termsUnder(policy, given, asked) }),
          ...(body.reason !== undefined && { reason: body.reason }),
          ...(body.ticket !== undefined && { ticket: body.ticket }),
          ...(body.autoStart !== undefined && { autoStart: body.autoStart }),
        },
        detail: { fields: Object.keys(body) },
      };
    },
  });
}
