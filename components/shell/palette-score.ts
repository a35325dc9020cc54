/**
 * How well an entry fits what was typed, 0 for not at all. Every word must occur in the name or an alias; the name
 * counts more than an alias, and the start of a word more than its middle. `keywords[0]` is the name.
 */
export function paletteScore(_value: string, typed: string, keywords: string[] = []): number {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return 1;
  const [name = '', ...aliases] = keywords.map((keyword) => keyword.toLowerCase());
  let score = 1;
  for (const word of words) {
    const inName = name.indexOf(word);
    if (inName === 0) score *= 1;
    else if (inName > 0) score *= /[^a-z0-9]/.test(name[inName - 1] ?? '') ? 0.9 : 0.7;
    else if (aliases.some((alias) => alias.startsWith(word))) score *= 0.5;
    else if (aliases.some((alias) => alias.includes(word))) score *= 0.3;
    else return 0;
  }
  return score;
}
