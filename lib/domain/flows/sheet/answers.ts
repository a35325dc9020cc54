import type { CheckCode } from '../../checks/check.ts';
import { roughDuration } from '../../lag/wording.ts';
import { countOf } from '../../replays/sentences.ts';
import type { Flow } from '../flow.ts';
import type { Measured } from './measured.ts';
import { missing, type SheetQuestion, type Statement, said } from './sheet.ts';

/** Which rules bear on which question. */
export const codesOf: Readonly<Record<SheetQuestion, readonly CheckCode[]>> = {
  truth: [
    'topic_absent',
    'contract_absent',
    'contract_unguarded',
    'contract_broken',
    'acknowledged_can_be_lost',
  ],
  movement: [
    'group_absent',
    'undeclared_reader',
    'reads_uncommitted',
    'keys_missing',
    'partitions_differ',
    'objective_too_tight',
  ],
  replay: ['safe_with_external_effect', 'effect_without_key', 'effect_key_not_found'],
  failure: [
    'quarantine_missing',
    'dead_letters_kept_too_short',
    'dead_letters_compacted',
    'source_kept_too_short',
    'auto_created_topics',
  ],
};

const states = {
  none: 'It keeps no state.',
  transactional: 'Its state is kept in the same transaction as its offsets.',
  external: 'Its state is outside of Kafka.',
} as const;

const truth = ({ boundary, topic }: Flow): Statement[] => {
  const { contract } = boundary;
  return [
    boundary.truth === null
      ? missing('Where truth lives is not declared.')
      : said(`Truth lives in: ${boundary.truth}.`),
    said(states[boundary.state]),
    contract === null
      ? said(`No contract is declared for ${topic}.`)
      : said(
          'subject' in contract
            ? `Records of ${topic} follow the subject ${contract.subject}${contract.version === undefined ? ', its newest version' : `, version ${contract.version}`}.`
            : `Records of ${topic} follow ${contract.jsonSchemaFile}.`,
        ),
  ];
};

const movement = ({ boundary, topic, groups, objectives }: Flow): Statement[] => [
  groups.length === 0
    ? missing(`Who reads ${topic} is not declared.`)
    : said(
        `${topic} is read by ${groups.map(({ id, isolation }) => `${id} (${isolation ?? 'isolation not declared, which is read_uncommitted'})`).join(', ')}.`,
      ),
  boundary.delivery === null
    ? missing('How often a record is processed is not declared.')
    : said(`Delivery: ${boundary.delivery}.`),
  boundary.ordering === null
    ? said('No order is declared.')
    : said(
        `Records of one ${boundary.ordering.key} ${boundary.ordering.required ? 'need their order' : 'come in order, and do not need it'}.`,
      ),
  said(
    boundary.time === 'event'
      ? 'Results depend on the time at which a record happened: windows close.'
      : 'Records are processed when they come, whenever they happened.',
  ),
  objectives.timeLagMs === null
    ? said('No objective is declared for time lag.')
    : said(`A record should be processed within ${roughDuration(objectives.timeLagMs)}.`),
];

const replayWords = {
  safe: 'Its owner declares that a record may be processed again.',
  conditional: 'Its owner declares that a record may be processed again under conditions.',
  never: 'Its owner declares that nothing may be processed again.',
} as const;

const replay = ({ boundary, policy, groups }: Flow): Statement[] => {
  const unsafe = groups.filter(({ replaySafe }) => !replaySafe).map(({ id }) => id);
  return [
    said(replayWords[boundary.replay]),
    ...(boundary.effects.length === 0
      ? [said('No side effect is declared.')]
      : boundary.effects.map(({ what, external, idempotencyKey, probe }) =>
          said(
            `It ${what}${external ? ', outside' : ''}, ${idempotencyKey === null ? 'under no idempotency key' : `under the idempotency key ${idempotencyKey}`}${probe === null ? '' : `; ${probe.name} can be asked whether it was done`}.`,
          ),
        )),
    ...(unsafe.length === 0 ? [] : [said(`Not declared to bear a record twice: ${unsafe.join(', ')}.`)]),
    said(
      `A replay may go to: ${policy.destinations.join(', ')}; at most ${countOf(policy.maxRecords, 'record')} at ${policy.recordsPerSecond}/s, after ${countOf(policy.approvals, 'approval')}, the first ${policy.canary.records} on their own.`,
    ),
    ...policy.rules.map(({ when, then, reason }) =>
      said(
        `When ${when}: ${then === 'deny' ? 'none' : countOf(then.approvals, 'approval')}, since ${reason}.`,
      ),
    ),
  ];
};

const failure = ({ retryTopics, deadLetters, quarantine, objectives, policy }: Flow): Statement[] => [
  retryTopics.length === 0
    ? said('No retry topic is declared: a record that fails is not tried again by itself.')
    : said(`What fails is tried again by ${retryTopics.join(', ')}.`),
  deadLetters === null
    ? missing('No dead-letter topic is declared: what becomes of a record that keeps failing is not known.')
    : said(`What keeps failing goes to ${deadLetters}.`),
  quarantine === null
    ? missing('No quarantine is declared.')
    : said(`What may not be sent on, or is about to expire, waits in ${quarantine}.`),
  said(
    `A partition counts as stuck after ${roughDuration(objectives.stalledAfterMs)} without progress${objectives.deadLettersPerHour === null ? '' : `; more than ${objectives.deadLettersPerHour} dead letters an hour are too many`}.`,
  ),
  said(
    `A replay ${policy.gates.onFail === 'abort' ? 'is aborted' : 'pauses'} when more than ${Number((policy.gates.maxCameBackRatio * 100).toFixed(2))}% come back, or its target falls behind.`,
  ),
];

/** What the declaration alone answers. */
export const declaredAnswers: Readonly<Record<SheetQuestion, (flow: Flow) => Statement[]>> = {
  truth,
  movement,
  replay,
  failure,
};

export type MeasuredAnswer = (flow: Flow, seen: Measured) => Statement[];
