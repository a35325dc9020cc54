import type { AttentionItem } from '#lib/contract/home.ts';
import { thingOfHref, thingText } from '#lib/domain/incidents/thing-of-href.ts';
import type { ThingChoice } from './thing-choice.ts';

/** What an incident can be about of what needs somebody, worst first, each once. */
export function attentionChoices(items: readonly Pick<AttentionItem, 'href'>[]): ThingChoice[] {
  const choices = items.flatMap(({ href }): ThingChoice[] => {
    const thing = thingOfHref(href);
    return thing === null ? [] : [{ thing, text: thingText(thing) }];
  });
  return [...new Map(choices.map((choice) => [choice.text, choice])).values()];
}
