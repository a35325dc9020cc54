import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { chosenKey, chosenOfKey, chosenText, chosenTextMax, readChosen } from '#lib/client/chosen-records.ts';
import { dispositions } from '#lib/domain/dead-letters/disposition.ts';

/** The state of a topic's page is its address. */
export const useTopicUrl = () =>
  useQueryStates(
    {
      fingerprint: parseAsString,
      disposition: parseAsStringLiteral(dispositions),
      q: parseAsString.withOptions({ throttleMs: 300 }),
      filter: parseAsString,
      from: parseAsString,
      to: parseAsString,
      records: parseAsString,
    },
    { history: 'replace' },
  );
export type TopicUrl = ReturnType<typeof useTopicUrl>;

/** Keys of the chosen rows, and how to choose others; what does not fit an address is refused with the reason. */
export const keysOf = (records: string | null): ReadonlySet<string> =>
  new Set(readChosen(records).map(chosenKey));

export function recordsOf(keys: ReadonlySet<string>): { text: string | null; tooMany: boolean } {
  const records = [...keys].map(chosenOfKey).filter((record) => record !== null);
  const text = chosenText(records);
  return { text: text === '' ? null : text, tooMany: text.length > chosenTextMax };
}
