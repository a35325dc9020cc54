import type { Flow } from '../flows/flow.ts';
import type { Destination } from '../flows/resolve.ts';

/** 5,099: as people read it. */
export const amount = (n: number | bigint): string => n.toLocaleString('en-US');

export const countOf = (n: number, one: string, many = `${one}s`): string =>
  `${amount(n)} ${n === 1 ? one : many}`;

/** The first thing an approver reads: what is sent where, and who receives it (console.md, REPLAY). */
export function consequenceSentence(facts: {
  records: number;
  destination: Destination;
  newerKeys: number | null;
  /** Of the records, those that go to the quarantine instead. */
  diverted?: { topic: string; records: number };
}): string {
  const { destination, newerKeys, diverted } = facts;
  const records = facts.records - (diverted?.records ?? 0);
  if (diverted && records === 0)
    return `Sends nothing to ${destination.topic}: all ${countOf(diverted.records, 'record')} are diverted to the quarantine ${diverted.topic}.`;
  const what = `${countOf(records, 'record')} to ${destination.topic}`;
  if (destination.kind === 'quarantine')
    return `Moves ${what}, where they wait under guard; nobody processes them there.`;
  const who =
    destination.targetGroups.length === 0
      ? 'no declared group receives them'
      : `${destination.targetGroups.join(', ')} ${destination.targetGroups.length === 1 ? 'receives' : 'receive'} them`;
  const order =
    newerKeys === null || newerKeys === 0 ? '' : `; ${countOf(newerKeys, 'key')} may go backwards`;
  const instead = diverted
    ? `; ${diverted.records.toLocaleString('en-US')} more ${diverted.records === 1 ? 'is' : 'are'} diverted to the quarantine ${diverted.topic}`
    : '';
  return `Sends ${what}; ${who}${order}${instead}.`;
}

/** Whether it can be undone, and what protects from doing it twice. */
export function undoSentence(facts: {
  flow: Flow | null;
  destination: Destination;
  keySentence: string | null;
}): string {
  const { flow, destination, keySentence } = facts;
  if (destination.kind === 'quarantine')
    return 'The copies stay in the quarantine until its retention takes them; leaving it is a replay of its own.';
  const effects = flow?.boundary.effects.filter((effect) => effect.external) ?? [];
  if (effects.length > 0)
    return `Can't be undone: ${effects.map((effect) => effect.what).join(', ')}.${keySentence ? ` ${keySentence}` : ''}`;
  if (!flow)
    return `Can't be undone; what ${destination.topic}'s readers do with the records is not declared.`;
  return `Records can't be taken back out of ${destination.topic}; no effect outside is declared.`;
}
