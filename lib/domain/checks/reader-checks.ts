import { type Check, fails, passes, unknown } from './check.ts';
import type { FlowFacts } from './facts.ts';

const seeGroups = 'Wait for the collector to read the cluster, or let its principal describe groups.';

export const groupAbsent: Check<FlowFacts> = {
  code: 'group_absent',
  severity: 'wrong',
  why: 'A replay waits for a group that nobody runs, and what it sends is processed by no one.',
  judge: ({ flow, groups }) =>
    flow.groups.map(({ id }) => {
      if (!groups.known) return unknown(id, groups.why, seeGroups);
      return groups.value.has(id)
        ? passes(id, `The group ${id} exists.`)
        : fails(
            id,
            `The declared group ${id} does not exist in ${flow.cluster}: it was renamed, never ran, or lost its offsets.`,
            `Correct the id in the declaration, or start the service.`,
          );
    }),
};

export const undeclaredReader: Check<FlowFacts> = {
  code: 'undeclared_reader',
  severity: 'risk',
  why: 'A replay to the origin reaches every group that reads it, also the one that nobody has asked whether it bears a record twice.',
  judge: ({ flow, groups, declaredReaders }) => {
    if (!groups.known) return [unknown(flow.topic, groups.why, seeGroups)];
    const readers = [...groups.value].filter(([, { reads }]) => reads).map(([id]) => id);
    const strangers = readers.filter((id) => !declaredReaders.has(id)).sort();
    return strangers.length === 0
      ? [
          passes(
            flow.topic,
            `Every group that reads ${flow.topic} is declared by a flow (${readers.length}).`,
          ),
        ]
      : strangers.map((id) =>
          fails(
            id,
            `The group ${id} reads ${flow.topic}, and no flow declares it.`,
            `Declare ${id} in the flow that it belongs to, with isolation and replaySafe.`,
          ),
        );
  },
};

const claimsTransactions = ({ boundary }: FlowFacts['flow']): boolean =>
  boundary.state === 'transactional' || /exactly[- ]once|transaction/i.test(boundary.delivery ?? '');

export const readsUncommitted: Check<FlowFacts> = {
  code: 'reads_uncommitted',
  severity: 'wrong',
  why: 'A group that reads uncommitted processes attempts of a replay that were aborted and are sent again.',
  judge: ({ flow }) =>
    claimsTransactions(flow)
      ? flow.groups.map(({ id, isolation }) =>
          isolation === 'read_committed'
            ? passes(id, `The group ${id} is declared to read committed records only.`)
            : fails(
                id,
                `The flow claims transactions, and its group ${id} ${isolation === null ? 'declares no isolation, which is read_uncommitted' : 'reads uncommitted'}.`,
                `Set isolation.level=read_committed in the service and declare isolation: read_committed for ${id}.`,
              ),
        )
      : [],
};
