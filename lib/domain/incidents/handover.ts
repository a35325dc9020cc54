import { closingOf, type Incident, type IncidentEntry } from './about.ts';
import { decisionSentences } from './decision-words.ts';
import type { Joined } from './joined.ts';
import { cameBackSentences, openSentences, recordSentences } from './outcome-words.ts';
import { unknownSentences } from './unknown-words.ts';
import { happenedSentences, sinceSentences } from './what-happened.ts';

export const handoverParts = [
  'happened',
  'since',
  'decided',
  'records',
  'cameBack',
  'open',
  'unknown',
] as const;
export type HandoverPart = (typeof handoverParts)[number];

/** One question of those who were not there, and its answer in sentences. Never empty: that there is nothing is said too. */
export type HandoverAnswer = { part: HandoverPart; title: string; sentences: readonly string[] };

const titles: Readonly<Record<HandoverPart, string>> = {
  happened: 'What happened',
  since: 'Since when',
  decided: 'What was decided, by whom, on which evidence',
  records: 'How many records',
  cameBack: 'What came back',
  open: 'What is still open',
  unknown: 'What is not known',
};

/** What a person needs who takes the incident over, or reads of it later: pure, the same facts give the same words. */
export function handover(
  incident: Incident,
  entries: readonly IncidentEntry[],
  joined: Joined,
): HandoverAnswer[] {
  const said: Readonly<Record<HandoverPart, readonly string[]>> = {
    happened: happenedSentences(joined),
    since: sinceSentences(incident, joined),
    decided: decisionSentences(entries, joined),
    records: recordSentences(joined),
    cameBack: cameBackSentences(joined),
    open: openSentences(closingOf(entries), joined),
    unknown: unknownSentences(joined),
  };
  return handoverParts.map((part) => ({ part, title: titles[part], sentences: said[part] }));
}
