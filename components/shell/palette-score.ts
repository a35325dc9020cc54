type Named = { text: string; aliases?: readonly string[] };

/**
 * How well an entry fits what was typed, 0 for not at all. Every word must occur in the name or an alias; the name
 * counts more than an alias, and the start of a word more than its middle.
 */
export function paletteScore(typed: string, entry: Named): number {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const name = entry.text.toLowerCase();
  const aliases = (entry.aliases ?? []).map((alias) => alias.toLowerCase());
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

/** The groups with what fits, best first in each, at most `most` of each; groups that hold nothing are left out. */
export function paletteMatches<Entry extends Named, Group extends { entries: readonly Entry[] }>(
  groups: readonly Group[],
  typed: string,
  most: number,
): Group[] {
  return groups
    .map((group) => ({
      ...group,
      entries: group.entries
        .map((entry) => ({ entry, score: paletteScore(typed, entry) }))
        .filter(({ score }) => score > 0)
        .sort((a, b) => b.score - a.score)
        .slice(0, most)
        .map(({ entry }) => entry),
    }))
    .filter((group) => group.entries.length > 0);
}
