export const discoveryWays = ['flow', 'config', 'share_group', 'pattern'] as const;
/** One reason why a topic is taken for one of dead letters: the flow, the share group or the pattern by name; of the configuration the topic itself. */
export type FoundBy = { by: (typeof discoveryWays)[number]; name: string };

/** What was stored as reasons; whatever is none is left out. */
export function readFoundBy(stored: unknown): FoundBy[] {
  if (!Array.isArray(stored)) return [];
  return stored.flatMap((each: unknown): FoundBy[] => {
    if (typeof each !== 'object' || each === null) return [];
    const by = discoveryWays.find((way) => way === Reflect.get(each, 'by'));
    const name: unknown = Reflect.get(each, 'name');
    return by === undefined || typeof name !== 'string' ? [] : [{ by, name }];
  });
}
