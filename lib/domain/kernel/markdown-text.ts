/** Control characters, and marks that change the direction of what follows: nothing that is shown to a person needs them. */
const unseen = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/gu;

/**
 * Text of records, people and brokers, kept from being read as Markdown, HTML or a link: on one line, with every sign that means something
 * there escaped. It can't stand at the beginning of a line, where digits and dashes would mean something too.
 */
export const markdownText = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .replace(unseen, '\ufffd')
    .replace(/[\\`*_{}[\]<>()#+!|~&@$]/g, (sign) => `\\${sign}`)
    .replace(/:(?=\/\/)/g, '\\:')
    .replace(/\bwww\./gi, (found) => `${found.slice(0, -1)}\\.`);
