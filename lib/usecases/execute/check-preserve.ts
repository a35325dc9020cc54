import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { readQuarantine, requireSafe } from '../preserve/read-quarantine.ts';
import type { ExecutionDeps } from './deps.ts';
import { Hold } from './interruption.ts';

/**
 * Nobody approves a preserve, so the worker asks itself, of its own policy file and of Kafka, at the beginning of each session: what it was sealed for
 * is the quarantine that the flow of its source declares, and copies are safe there. @throws Hold; BrokerFailure
 */
export async function checkPreserve(
  deps: Pick<ExecutionDeps, 'flows' | 'clusters'>,
  replay: Replay,
): Promise<void> {
  const { source, destination, plan } = replay;
  const cluster = deps.clusters.get(replay.cluster);
  if (!cluster || !plan) throw new Hold('The preserve has no plan, or its cluster is not configured here.');
  const untouched =
    plan.headers.remove.length === 0 &&
    !plan.headers.removeFailureHeaders &&
    plan.headers.timestamp === 'replay' &&
    plan.gates.targetGroups.length === 0;
  if (destination.kind !== 'quarantine' || !untouched)
    throw new Hold('This is not a preserve as Sluice makes one: nothing is copied.');
  try {
    const quarantine = await readQuarantine(cluster, deps.flows, source.topic);
    if (quarantine.topic !== destination.topic || quarantine.target.topicId !== destination.topicId)
      throw new Hold(
        `${destination.topic} is not the quarantine that flow ${quarantine.flow.name} declares now (${quarantine.topic}): nothing is copied.`,
      );
    requireSafe(quarantine);
  } catch (error) {
    if (error instanceof SluiceError) throw new Hold(error.message);
    throw error;
  }
}
