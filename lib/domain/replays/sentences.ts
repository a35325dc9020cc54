import type { Flow } from '../flows/flow.ts';
import type { Destination } from '../flows/resolve.ts';

/** 5,099: as people read it. */
export const amount = (n: number | bigint): string => n.toLocaleString('en-US');

export const countOf = (n: number, one: string, many = `${one}s`): string =>
  `${amount(n)} ${n === 1 ? one : many}`;

/** What the answer about ordering counted: keys that have newer dead letters which stay behind, and keys that have newer records in the destination. */
export type OrderingCounts = {
  newerKeys: number;
  /** null, or not there, where the destination was not looked at. */
  destination?: { keys: number; complete: boolean } | null;
};

/** A key may be counted on both sides, and a destination that was not read to its end may have more of them. */
function goingBackwards({ newerKeys, destination }: OrderingCounts): string {
  const inDestination = destination?.keys ?? 0;
  const least = Math.max(newerKeys, inDestination);
  const complete = destination?.complete ?? false;
  if (least === 0) return complete ? '' : '; whether keys may go backwards is not known';
  const exact = complete && (newerKeys === 0 || inDestination === 0);
  return `; ${exact ? '' : 'at least '}${countOf(least, 'key')} may go backwards`;
}

/** The first thing an approver reads: what is sent where, and who receives it (console.md, REPLAY). */
export function consequenceSentence(facts: {
  records: number;
  destination: Destination;
  ordering: OrderingCounts;
  /** Of the records, those that go to the quarantine instead. */
  diverted?: { topic: string; records: number };
}): string {
  const { destination, ordering, diverted } = facts;
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
  const instead = diverted
    ? `; ${diverted.records.toLocaleString('en-US')} more ${diverted.records === 1 ? 'is' : 'are'} diverted to the quarantine ${diverted.topic}`
    : '';
  return `Sends ${what}; ${who}${goingBackwards(ordering)}${instead}.`;
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
