const plain = /^[\w@%+=:,./-]+$/;
/** Control, format, unassigned and private characters: a terminal acts on them or does not show them. A line feed is harmless inside quotes. */
const hidden = /(?!\n)\p{C}/u;

const octal = (character: string): string =>
  [...new TextEncoder().encode(character)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');

/**
 * One word for a POSIX shell (Shell Command Language, 2.2 Quoting) that stands for exactly this text: nothing in it is expanded, and pasting it into a
 * terminal triggers nothing, since characters that can't be seen are spelled out by `printf`. The text must hold no NUL, which no argument can.
 */
export function shellWord(text: string): string {
  if (plain.test(text)) return text;
  const parts: { spelled: boolean; text: string }[] = [];
  for (const character of text) {
    const spelled = hidden.test(character);
    const last = parts.at(-1);
    if (last?.spelled === spelled) last.text += character;
    else parts.push({ spelled, text: character });
  }
  const words = parts.map((part) =>
    part.spelled
      ? `"$(printf '${[...part.text].map(octal).join('')}')"`
      : `'${part.text.replaceAll("'", String.raw`'\''`)}'`,
  );
  return words.length === 0 ? "''" : words.join('');
}
