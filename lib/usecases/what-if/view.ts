import type { ClusterConfig } from '#lib/config/config.ts';
import type { WhatIfAnswer, WhatIfBody } from '#lib/contract/what-if.ts';
import { clientProperties, resetCommand, resetTool } from '#lib/domain/lag/reset-command.ts';
import { type ResetSituation, resetConflicts } from '#lib/domain/lag/reset-conflicts.ts';
import { type WhatIfPartition, type WhatIfTotals, whatIfTotals } from '#lib/domain/lag/what-if.ts';
import type { GroupSnapshot } from '#lib/store/lag-group-row.ts';

export type WhatIfFindings = Pick<
  ResetSituation,
  'state' | 'members' | 'target' | 'partitions' | 'topicsGone' | 'replays'
> & {
  snapshot: GroupSnapshot;
  to: WhatIfBody['to'];
  cluster: Pick<ClusterConfig, 'bootstrapServers' | 'properties'>;
  asOf: Date;
};

const text = (value: bigint | null) => (value === null ? null : String(value));

const countsOf = (of: WhatIfPartition | WhatIfTotals) => ({
  reprocessed: text(of.reprocessed),
  skipped: text(of.skipped),
  expired: text(of.expired),
  lagRecords: text(of.lagRecords),
  drainMs: of.drainMs,
});

/** What was found, as the API answers it. */
export function whatIfView(found: WhatIfFindings): WhatIfAnswer {
  const { snapshot, partitions, target, asOf } = found;
  const { groupId, type } = snapshot;
  const totals = whatIfTotals(partitions);
  return {
    cluster: snapshot.cluster,
    groupId,
    type,
    state: found.state,
    members: found.members,
    to: found.to,
    partitions: partitions.map((each) => ({
      topic: each.topic,
      partition: each.partition,
      from: text(each.from),
      to: text(each.to),
      ...countsOf(each),
      clamp: each.clamp,
      logStart: text(each.logStart),
      lastStable: text(each.lastStable),
      highWatermark: text(each.highWatermark),
      failure: each.failure,
    })),
    totals: {
      partitions: totals.partitions,
      moved: totals.moved,
      unknown: totals.unknown,
      ...countsOf(totals),
    },
    conflicts: resetConflicts({
      groupId,
      type,
      state: found.state,
      members: found.members,
      target,
      partitions,
      topicsGone: found.topicsGone,
      replays: found.replays,
    }),
    ...commandOf(found),
    asOf: asOf.toISOString(),
    ratesAsOf: snapshot.asOf.toISOString(),
  };
}

/** A connection that asks for TLS or a sign-in: Kafka's tool then needs the same settings from a file. */
const isSecured = (properties: ClusterConfig['properties']) =>
  (properties['security.protocol'] ?? 'PLAINTEXT').toUpperCase() !== 'PLAINTEXT';

function commandOf({
  snapshot,
  cluster,
  target,
  partitions,
}: WhatIfFindings): Pick<WhatIfAnswer, 'command' | 'commandNotes'> {
  const landing = partitions.filter((each) => each.to !== null);
  const byTopic = new Map(
    [...Map.groupBy(landing, (each) => each.topic)].map(([topic, of]) => [
      topic,
      of.map((each) => each.partition),
    ]),
  );
  const secured = isSecured(cluster.properties);
  const command = resetCommand({
    type: snapshot.type,
    groupId: snapshot.groupId,
    bootstrapServers: cluster.bootstrapServers,
    secured,
    target,
    partitions: byTopic,
  });
  if (command === null)
    return {
      command,
      commandNotes: [
        landing.length === 0
          ? 'There is no command, since there is no partition that can be moved.'
          : `There is no command: ${resetTool(snapshot.type)} can't move to an offset or by a shift.`,
      ],
    };
  const left = partitions.length - landing.length;
  return {
    command,
    commandNotes: [
      `${resetTool(snapshot.type)} is in the bin folder of a Kafka installation. With --dry-run it prints the new offsets and changes nothing.`,
      ...(secured
        ? [`${clientProperties} stands for a file of yours with the security settings of this cluster.`]
        : []),
      ...(left === 0
        ? []
        : [
            `${left === 1 ? '1 partition is' : `${left} partitions are`} left out, since nothing can be said of ${left === 1 ? 'it' : 'them'}.`,
          ]),
    ],
  };
}
