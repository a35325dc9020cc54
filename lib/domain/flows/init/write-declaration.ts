import { roughDuration } from '../../lag/wording.ts';
import type { ObservedDeadLetters, ObservedTopic } from './observed.ts';

/** A scalar that YAML takes for the same text, whatever it contains: JSON strings are YAML. */
const text = (value: string) =>
  /^[A-Za-z][\w.-]*$/.test(value) && !isKeyword(value) ? value : JSON.stringify(value);
const isKeyword = (value: string) => /^(y|n|yes|no|true|false|on|off|null)$/i.test(value);
const list = (values: readonly string[]) => `[${values.map(text).join(', ')}]`;
/** On one line, whatever a name in it contains. */
const question = (ask: string) => `# QUESTION: ${ask.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')}`;

/** Groups of which the headers say that they wrote these dead letters, else all that read the topic. */
const namedGroups = (observed: ObservedTopic, letters: ObservedDeadLetters | null): readonly string[] =>
  (letters?.groups ?? []).filter((group) => observed.readers.includes(group));
const groupsOf = (observed: ObservedTopic, letters: ObservedDeadLetters | null): readonly string[] => {
  const named = namedGroups(observed, letters);
  return named.length > 0 ? named : observed.readers;
};

function nameOf(observed: ObservedTopic, letters: ObservedDeadLetters | null): string {
  const [only, ...more] = groupsOf(observed, letters);
  const from = only !== undefined && more.length === 0 ? only : (letters?.topic ?? observed.topic);
  return from.replace(/-service$/, '');
}

function groupLines(observed: ObservedTopic, letters: ObservedDeadLetters | null): string[] {
  const groups = groupsOf(observed, letters);
  if (groups.length === 0)
    return [question(`no group reads ${observed.topic} now. Which one will?`), 'groups: []'];
  const unnamed = letters !== null && groups.length > 1 && namedGroups(observed, letters).length === 0;
  return [
    ...(unnamed
      ? [question(`the headers in ${letters.topic} do not say which of these groups wrote it. Which did?`)]
      : []),
    question(
      'does each service read committed records only (isolation.level)? May it take a record twice (replaySafe)?',
    ),
    'groups:',
    ...groups.map((id) => `  - { id: ${text(id)}, isolation: read_uncommitted, replaySafe: false }`),
    ...observed.unknownReaders.map((id) => question(`it could not be told whether ${id} reads it. Does it?`)),
  ];
}

function letterLines(letters: ObservedDeadLetters | null): string[] {
  if (letters === null)
    return [
      question('no dead letters of this topic were found. Where does a record go that fails for good?'),
    ];
  const { topic, looked, fromHere, retryTopics, quarantine } = letters;
  return [
    `deadLetters: ${text(topic)} # ${fromHere} of the ${looked} newest records say that they came from here`,
    ...(retryTopics.length > 0
      ? [
          question('these are retry topics by their names. Does the service consume all of them?'),
          `retryTopics: ${list(retryTopics)}`,
        ]
      : [question('no retry topic was found. To which topic may a record be sent again?')]),
    ...(quarantine === null
      ? [
          question(
            'no quarantine was found. Which topic that nobody reads keeps records until they are understood?',
          ),
        ]
      : [`quarantine: ${text(quarantine)}`]),
  ];
}

function orderingLines({ sample }: ObservedTopic): string[] {
  const { records, withKey, keyFields } = sample;
  if (records === 0)
    return [question('there are no records to look at. Is there an order to keep, and by what key?')];
  if (withKey === 0) return [`ordering: null # none of ${records} records has a key`];
  return [
    question(
      `${withKey} of ${records} records have a key${keyFields.length > 0 ? `, which is their ${keyFields.join(', ')}` : ''}. Does the order of its records matter?`,
    ),
    `ordering: { key: ${text(keyFields[0] ?? 'key')}, required: ${withKey === records} }`,
  ];
}

function boundaryLines(observed: ObservedTopic): string[] {
  const { subject, sample } = observed;
  const unique =
    sample.uniqueFields.length > 0
      ? ` Another one in each of ${sample.records} records: ${sample.uniqueFields.map((name) => `field:/${name}`).join(', ')}.`
      : '';
  return [
    question('where does the truth live that this flow works on (a table, a topic, a provider)?'),
    ...(subject === null
      ? [
          question(
            'no subject is registered for its values. What do they satisfy: { subject: … }, { jsonSchemaFile: … } or none?',
          ),
          'contract: none',
        ]
      : [`contract: { subject: ${text(subject)} }`]),
    ...orderingLines(observed),
    question('what does the service write: none, transactional (with its offsets) or external?'),
    'state: external',
    question('does it work by the time of processing, or in windows of event time?'),
    'time: processing',
    question(
      `what does it do outside (charge, mail, call), and under which key that the failed attempt already used?${unique}`,
    ),
    'effects: []',
    question('may a record be processed again: safe, conditional or never? Until that is answered: never.'),
    'replay: never',
  ];
}

const indent = (lines: readonly string[], by: number) => lines.map((line) => `${' '.repeat(by)}${line}`);

function flowLines(observed: ObservedTopic, letters: ObservedDeadLetters | null): string[] {
  const kept =
    observed.retentionMs === null ? '' : `, keeps records for ${roughDuration(observed.retentionMs)}`;
  const [first = '', ...rest] = [
    `name: ${text(nameOf(observed, letters))}`,
    question('who is called at night (team, runbook, pager, chat, logs)?'),
    'owner: {}',
    `cluster: ${text(observed.cluster)}`,
    `topic: ${text(observed.topic)} # ${observed.partitions} partitions${kept}`,
    ...groupLines(observed, letters),
    ...letterLines(letters),
    'boundary:',
    ...indent(boundaryLines(observed), 2),
    question(
      'how old may the oldest unread record be (timeLagMs), and how many dead letters an hour are normal?',
    ),
    'objectives: {}',
    question(
      'nothing but the quarantine is reached until it is answered where replays may go: retry, origin, topic:…',
    ),
    'policy: { destinations: [quarantine] }',
    question('which parts of a payload may nobody see (JSON pointers, header:…)?'),
    'mask: []',
  ];
  return [`  - ${first}`, ...indent(rest, 4)];
}

/**
 * A declaration of what was seen of a topic: one flow for each dead-letter topic whose records came from it. What can't be known stands as a
 * question, and beside it the answer that allows least. It is valid as it stands.
 */
export function writeDeclaration(observed: ObservedTopic): string {
  const flows = observed.deadLetters.length > 0 ? observed.deadLetters : [null];
  return [
    `# What could be seen of ${observed.topic} in ${observed.cluster}. Lines marked QUESTION can't be known from outside: answer them, and remove the mark.`,
    'flows:',
    ...flows.flatMap((letters) => flowLines(observed, letters)),
    '',
  ].join('\n');
}
