import type { CheckCode } from '../../checks/check.ts';
import type { FlowFinding } from '../../checks/finding.ts';
import type { Effect, Flow } from '../flow.ts';
import { stateOf } from './check-statements.ts';
import type { Measured } from './measured.ts';
import type { Guarantee, StatementState } from './sheet.ts';

type Promised = Pick<Guarantee, 'what' | 'mechanism' | 'ends'> & {
  codes: readonly CheckCode[];
  /** Only findings on this; all of them where it is left out. */
  where?: string;
};

const external = ({ boundary }: Flow) => boundary.effects.some((effect) => effect.external);

const mechanisms: Readonly<Record<Flow['boundary']['state'], string>> = {
  transactional: 'Offsets and results are committed together, in one transaction.',
  external: 'Offsets are committed after the work is done: what was done and not committed is done again.',
  none: 'The committed offsets of the group alone say how far it is.',
};

function deliveryEnds(flow: Flow): string {
  if (external(flow)) return 'At the provider: what is done there is in no transaction.';
  switch (flow.boundary.state) {
    case 'transactional':
      return 'At the destination: a reader that reads uncommitted sees aborted attempts, and nothing that is done outside is in the transaction.';
    case 'external':
      return 'At the sink: it has to bear the same record twice.';
    case 'none':
      return 'At the group: what it does with a record is not declared.';
  }
}

const delivery = (flow: Flow): Promised => ({
  what:
    flow.boundary.delivery === null
      ? 'How often a record is processed is not declared'
      : `Delivery: ${flow.boundary.delivery}`,
  mechanism: mechanisms[flow.boundary.state],
  ends: deliveryEnds(flow),
  codes: ['group_absent', 'reads_uncommitted'],
});

const order = ({ boundary: { ordering } }: Flow): Promised[] =>
  ordering === null
    ? []
    : [
        {
          what: ordering.required
            ? `Records of one ${ordering.key} are processed in their order`
            : `Records of one ${ordering.key} are processed in their order as long as none fails; the flow does not need more`,
          mechanism:
            'The key decides the partition, and one member reads a partition. A replay sends each key in its order, and holds back what stands behind a record that failed.',
          ends: 'At the retry topic: what is tried again is overtaken by what came after it.',
          codes: ['keys_missing', 'partitions_differ'],
        },
      ];

const contract = ({ boundary }: Flow): Promised[] => {
  if (boundary.contract === null) return [];
  const inRegistry = 'subject' in boundary.contract;
  return [
    {
      what: `Records fit ${'subject' in boundary.contract ? `the subject ${boundary.contract.subject}` : boundary.contract.jsonSchemaFile}`,
      mechanism: inRegistry
        ? 'The registry lets no incompatible version in; a replay holds every record against today’s.'
        : 'A replay holds every record against the schema file of this declaration.',
      ends: 'At the producer: nothing here stops one that writes without asking.',
      codes: ['contract_absent', 'contract_unguarded', 'contract_broken'],
    },
  ];
};

const kept = (): Promised => ({
  what: 'A record that was acknowledged is not lost',
  mechanism: 'Replicas of every partition, and min.insync.replicas of them before it is acknowledged.',
  ends: 'At retention: a record that nobody reads in time is deleted.',
  codes: ['topic_absent', 'acknowledged_can_be_lost'],
});

const effect = ({ what, external: outside, idempotencyKey, probe }: Effect): Promised => ({
  what:
    idempotencyKey === null
      ? `“${what}” can happen twice for one record`
      : `“${what}” happens once for each ${idempotencyKey}`,
  mechanism:
    idempotencyKey === null
      ? 'None: no idempotency key is declared.'
      : `It is done under that key. ${probe === null ? 'Nobody can be asked whether it was done.' : `${probe.name} is asked before a replay whether it was done.`}`,
  ends: outside
    ? 'At the provider: it protects for as long as it remembers keys, and nothing undoes it.'
    : 'At the sink: it protects for as long as it remembers keys.',
  codes: ['effect_without_key', 'effect_key_not_found'],
  where: what,
});

const failed = ({ deadLetters, quarantine }: Flow): Promised =>
  deadLetters === null
    ? {
        what: 'What becomes of a record that fails is not declared',
        mechanism: 'None: no dead-letter topic is declared.',
        ends: 'At the group.',
        codes: [],
      }
    : {
        what: 'A record that fails is kept until somebody has decided on it',
        mechanism: `The group writes it to ${deadLetters}${quarantine === null ? '' : `; before retention takes it, it can be preserved in ${quarantine}`}.`,
        ends: `At the retention of ${deadLetters}, and at a group that drops what it could not write there.`,
        codes: [
          'dead_letters_kept_too_short',
          'dead_letters_compacted',
          'source_kept_too_short',
          'quarantine_missing',
        ],
      };

const worst: readonly StatementState[] = ['fails', 'unknown', 'accepted', 'holds'];

function judged({ codes, where, ...promise }: Promised, checked: Measured['checked']): Guarantee {
  if (codes.length === 0) return { ...promise, state: 'said', because: [] };
  if (checked === null)
    return { ...promise, state: 'unknown', because: ['The worker has not looked at this declaration yet.'] };
  const bears = (finding: FlowFinding) =>
    codes.includes(finding.code) && (where === undefined || finding.where === where);
  const found = checked.findings.filter(bears);
  const states = new Set(found.map(stateOf));
  return {
    ...promise,
    state: worst.find((state) => states.has(state)) ?? 'said',
    because: [...new Set(found.filter(({ state }) => state !== 'passes').map(({ what }) => what))],
  };
}

/** No rule looks at it: the worker itself keeps it, for every record of every batch. */
function governed({ policy, boundary }: Flow): Guarantee {
  const approvals = policy.approvals === 1 ? 'one other person has' : `${policy.approvals} other people have`;
  return {
    what:
      boundary.replay === 'never'
        ? 'Nothing is sent again; records can only be set aside'
        : `A record is sent again only after ${approvals} approved exactly this set of records${policy.breakGlass.allowed ? '; a small set without effects outside may be started by one person, and is reviewed afterwards' : ''}`,
    mechanism:
      'The worker holds every batch against the seal, the policy and the hash of each record before it sends, and commits records and progress in one transaction.',
    ends: 'At the group: that it has consumed past a record does not say that the business succeeded.',
    state: 'holds',
    because: [],
  };
}

/** Each promise of a flow with its mechanism and where it ends, and what was found that bears on it. Pure and total. */
export const guaranteesOf = (flow: Flow, checked: Measured['checked']): Guarantee[] => [
  ...[
    delivery(flow),
    ...order(flow),
    ...contract(flow),
    kept(),
    ...flow.boundary.effects.map(effect),
    failed(flow),
  ].map((promise) => judged(promise, checked)),
  governed(flow),
];
