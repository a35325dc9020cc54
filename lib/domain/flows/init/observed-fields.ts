type Members = ReadonlyMap<string, string>;

/** Members at the top of a JSON object that are text or numbers, as they stand; null for any other value. */
function scalarMembers(value: string | null): Members | null {
  if (value === null) return null;
  let parsed: unknown;
  try {
    parsed = JSON.parse(value);
  } catch {
    return null; // not JSON: nothing is claimed of it
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null;
  return new Map(
    Object.entries(parsed).flatMap(([name, member]) =>
      typeof member === 'string' || typeof member === 'number' ? [[name, String(member)] as const] : [],
    ),
  );
}

/** Which members all values have that are the record's key, and which are another one in each. A few records only make a guess. */
export function observeFields(records: readonly { key: string | null; value: string | null }[]): {
  keyFields: string[];
  uniqueFields: string[];
} {
  const seen = records.map(({ key, value }) => ({ key, members: scalarMembers(value) }));
  const [first] = seen;
  if (!first?.members || seen.length < 2) return { keyFields: [], uniqueFields: [] };
  const names = [...first.members.keys()].filter((name) => seen.every(({ members }) => members?.has(name)));
  return {
    keyFields: names.filter((name) =>
      seen.every(({ key, members }) => key !== null && members?.get(name) === key),
    ),
    uniqueFields: names.filter(
      (name) => new Set(seen.map(({ members }) => members?.get(name))).size === seen.length,
    ),
  };
}
