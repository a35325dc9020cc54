/** A new string of its own: a piece that V8 cut from a larger text would keep all of that text in memory. */
export const ownText = (text: string): string => Buffer.from(text, 'utf16le').toString('utf16le');

export type Recall<V> = {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
};

/**
 * What was found out lately, by text. Bounded: it keeps between `entries` and twice as many, and no key longer than `keyLength`; those
 * that were not asked for while as many others were go first.
 */
export function createRecall<V>({ entries, keyLength }: { entries: number; keyLength: number }): Recall<V> {
  let recent = new Map<string, V>();
  let older = new Map<string, V>();
  const keep = (key: string, value: V) => {
    if (recent.size >= entries) {
      older = recent;
      recent = new Map();
    }
    recent.set(key, value);
  };
  return {
    get(key) {
      const found = recent.get(key);
      if (found !== undefined) return found;
      const before = older.get(key);
      if (before !== undefined) keep(key, before);
      return before;
    },
    set(key, value) {
      if (key.length <= keyLength) keep(ownText(key), value);
    },
  };
}
