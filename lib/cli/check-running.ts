import { withCluster } from '#lib/compose/running-clusters.ts';
import type { Config } from '#lib/config/config.ts';
import { findingKind } from '#lib/domain/checks/finding.ts';
import { checkAgainstCluster } from '#lib/usecases/checks/check-against-cluster.ts';
import type { CommandContext } from './command.ts';
import { findingLine } from './finding-line.ts';

/** Asks the clusters that the file names. @returns whether something that is not accepted is wrong */
export async function checkRunning(config: Config, { out, err }: CommandContext): Promise<boolean> {
  let wrong = false;
  for (const cluster of config.clusters) {
    const flows = config.flows.filter((flow) => flow.cluster === cluster.name);
    if (flows.length === 0) continue;
    const checked = await withCluster(cluster, (connection, registry) =>
      checkAgainstCluster(connection, flows, registry, Date.now()),
    );
    for (const { flow, findings } of checked)
      for (const finding of findings.filter(({ state }) => state !== 'passes')) {
        const kind = findingKind(finding);
        wrong ||= kind === 'wrong';
        (kind === 'wrong' ? err : out)(`${kind}: ${findingLine(flow, finding)}`);
      }
  }
  return wrong;
}
