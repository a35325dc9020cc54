import { type CanonicalValue, canonicalJson } from '../../kernel/canonical-json.ts';

/** One thing that was declared otherwise; null where it was, or is, not declared at all. */
export type DeclarationChange = { path: string; before: string | null; after: string | null };

type Members = { readonly [name: string]: CanonicalValue | undefined };
const isObject = (value: CanonicalValue | undefined): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a member of a list is called, so that one more in front of it does not change all that follow. */
const names = ['id', 'what', 'check', 'when', 'name'] as const;
function nameOf(member: Members, index: number): string {
  const named = names.map((name) => member[name]).find((value) => typeof value === 'string');
  return typeof named === 'string' ? named : String(index + 1);
}

const textOf = (value: CanonicalValue): string => (typeof value === 'string' ? value : canonicalJson(value));

function* leaves(value: CanonicalValue | undefined, path: string): Iterable<[string, string]> {
  if (value === undefined || value === null) return;
  if (isObject(value)) {
    for (const [name, member] of Object.entries(value))
      yield* leaves(member, path === '' ? name : `${path}.${name}`);
    return;
  }
  if (Array.isArray(value) && value.length > 0 && value.every(isObject)) {
    const taken = new Map<string, number>();
    for (const [index, member] of value.entries()) {
      const name = nameOf(member, index);
      const times = (taken.get(name) ?? 0) + 1;
      taken.set(name, times);
      yield* leaves(member, `${path}[${times === 1 ? name : `${name} ${times}`}]`);
    }
    return;
  }
  if (Array.isArray(value) && value.length === 0) return;
  yield [path, textOf(value)];
}

/**
 * What two declarations say differently, by where it stands: in the order of the later one, then what is gone. An empty list or a null is the same as nothing
 * declared. Pure and total.
 */
export function declarationDiff(before: CanonicalValue, after: CanonicalValue): DeclarationChange[] {
  const [was, is] = [new Map(leaves(before, '')), new Map(leaves(after, ''))];
  const paths = [...is.keys(), ...[...was.keys()].filter((path) => !is.has(path))];
  return paths
    .map((path) => ({ path, before: was.get(path) ?? null, after: is.get(path) ?? null }))
    .filter((change) => change.before !== change.after);
}
