const wordMax = 64;

/** How many letters have to be changed, added or left out (Levenshtein). */
function distance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = (above[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    above = current;
  }
  return above[b.length] ?? 0;
}

const plain = (word: string) => word.toLowerCase().replace(/[^a-z0-9]/g, '');

/**
 * The known word that was probably meant; null when none is near. Case and punctuation don't count (`originTopic` is `origin.topic`), a
 * third of the letters may be wrong, and a word may be the end of the only longer one or begin with a shorter one (`keyText` is `key`).
 */
export function nearest(word: string, known: readonly string[]): string | null {
  if (word.length > wordMax) return null;
  const wanted = plain(word);
  if (wanted === '') return null;
  const best = known
    .map((each) => ({ each, far: distance(wanted, plain(each)) }))
    .sort((a, b) => a.far - b.far)[0];
  if (best && best.far <= Math.ceil(wanted.length / 3)) return best.each;
  const longer = known.filter((each) => plain(each).endsWith(wanted) || plain(each).startsWith(wanted));
  if (longer.length > 0) return longer.length === 1 ? (longer[0] ?? null) : null;
  const shorter = known.filter((each) => each.length > 2 && wanted.startsWith(plain(each)));
  return shorter.sort((a, b) => b.length - a.length)[0] ?? null;
}
