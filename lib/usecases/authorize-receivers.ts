import { authorize } from '#lib/auth/authorize.ts';
import type { Permission, Principal } from '#lib/domain/access/roles.ts';
import { receivingFlows } from '#lib/domain/flows/receivers.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import type { ReplayDeps } from './replay-deps.ts';

/**
 * Whoever answers for a replay answers for everybody who receives it: the permission is asked for on each flow that the destination belongs to, too.
 * @throws SluiceError `forbidden`
 */
export function authorizeReceivers(
  { config }: Pick<ReplayDeps, 'config'>,
  principal: Principal,
  permission: Permission,
  { cluster, flow, destination: { kind, topic } }: Pick<Replay, 'cluster' | 'flow' | 'destination'>,
): void {
  for (const receiver of receivingFlows(config.flows, { cluster, kind, topic }))
    if (receiver.name !== flow) authorize(principal, permission, { cluster, flow: receiver.name });
}
