const deadLetterMark = /[.\-_]?(dlq|dlt|dead-?letters?|errors?)$/i;

/** What the names of a dead-letter topic and its companions begin with: `orders.payments` of `orders.payments.dlq`. */
export const baseOf = (deadLetters: string): string => deadLetters.replace(deadLetterMark, '');

/** Retry topics of a dead-letter topic, by their names alone: they begin alike and say "retry". */
export function retryTopicsOf(deadLetters: string, all: readonly string[]): string[] {
  const base = baseOf(deadLetters);
  if (base === deadLetters) return [];
  return all
    .filter((topic) => topic.startsWith(base) && /^[.\-_].*retry/i.test(topic.slice(base.length)))
    .sort();
}

/** The quarantine of a dead-letter topic, by the names that people give them; null when there is none. */
export const quarantineOf = (deadLetters: string, all: readonly string[]): string | null =>
  [`${deadLetters}.quarantine`, `${baseOf(deadLetters)}.quarantine`].find((name) => all.includes(name)) ??
  null;
