import type { DeclaredGroup, Flow } from './flow.ts';

/** What all flows of a cluster together say of a consumer group. */
export type DeclaredReader = Pick<DeclaredGroup, 'isolation' | 'replaySafe'>;

/** `read_committed` only where each flow says so; said otherwise by one it is that, and else nobody's word. */
function isolationOf(said: readonly DeclaredReader[]): DeclaredGroup['isolation'] {
  if (said.every(({ isolation }) => isolation === 'read_committed')) return 'read_committed';
  return said.some(({ isolation }) => isolation === 'read_uncommitted') ? 'read_uncommitted' : null;
}

/**
 * A group as the flows that name it declare it, whichever of them it is of; null where none does. Of several declarations the unsafe one holds: it is
 * replay-safe, or reads committed only, where each of them says so.
 * @param flows of one cluster
 */
export function declaredReader(flows: readonly Pick<Flow, 'groups'>[], id: string): DeclaredReader | null {
  const said = flows.flatMap(({ groups }) => groups.filter((group) => group.id === id));
  if (said.length === 0) return null;
  return { replaySafe: said.every(({ replaySafe }) => replaySafe), isolation: isolationOf(said) };
}
