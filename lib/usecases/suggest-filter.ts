import type { FilterCompletions } from '#lib/contract/dead-letters.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import { completionsAt } from '#lib/domain/dead-letters/filter/complete.ts';
import { quotedValue } from '#lib/domain/dead-letters/filter/complete-text.ts';
import { headersName } from '#lib/domain/dead-letters/filter/fields.ts';
import { type DeadLetterDeps, requireTopic, type TopicRef } from './dead-letter-access.ts';

const valuesMax = 20;

/**
 * What can come next at this place of a filter: fields, operators, functions, and values that the topic's newest rows have. Keys, messages
 * and values of headers are never offered. @throws SluiceError not_found, forbidden
 */
export async function suggestFilter(
  deps: DeadLetterDeps,
  principal: Principal,
  of: TopicRef,
  { text, at }: { text: string; at: number },
): Promise<FilterCompletions> {
  const topic = await requireTopic(deps, principal, of);
  const { from, to, items, valuesOf, typed } = completionsAt(text, at);
  const { deadLetterValues } = deps.database.stores;
  const seen =
    valuesOf === null
      ? []
      : valuesOf === headersName
        ? await deadLetterValues.headerNames(topic, typed, valuesMax)
        : await deadLetterValues.ofField(topic, valuesOf, typed, valuesMax);
  const values = seen.map(({ value, count }) => quotedValue(value, valuesOf, `${count} of the newest`));
  return { from, to, items: [...values, ...items], asOf: deps.clock().toISOString() };
}
