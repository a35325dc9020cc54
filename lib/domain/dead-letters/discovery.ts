import type { Flow } from '../flows/flow.ts';
import type { DeclaredMapping } from './declared-mapping.ts';
import type { FoundBy } from './found-by.ts';

export type FoundTopic = {
  topic: string;
  kind: 'dead_letter' | 'quarantine';
  /** The flow that declares it, or that declares the group which names it; null for one that no flow knows of. */
  flow: string | null;
  mapping: DeclaredMapping | null;
  /** Every reason, the most binding first. At least one. */
  foundBy: readonly FoundBy[];
};

type DiscoveryRules = {
  discover: readonly string[];
  topics: readonly { cluster: string; topic: string; mapping: DeclaredMapping | null }[];
};

/** A glob of topic names: `*` stands for any run of characters, everything else for itself. */
export function matchesPattern(pattern: string, name: string): boolean {
  const parts = pattern.split('*');
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  if (parts.length === 1) return pattern === name;
  if (!name.startsWith(first) || name.length < first.length + last.length || !name.endsWith(last))
    return false;
  let position = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, position);
    if (found < 0) return false;
    position = found + part.length;
  }
  return position <= name.length - last.length;
}

const quarantineSuffix = '.quarantine';

type DeclaredFlow = Pick<Flow, 'name' | 'cluster' | 'deadLetters' | 'quarantine'> & {
  groups?: readonly { id: string }[];
};

const isOwn = (topic: string) => topic.startsWith('__') || topic.startsWith('sluice.');

/**
 * Which topics of a cluster hold dead letters, and why: those that flows and the configuration name, those that a share group names for its own, and
 * those whose name matches a pattern. A flow's quarantine is the declared one, else an existing `<dead-letter topic>.quarantine`. What only a group
 * names belongs to the flow that declares the group: its masks and permissions hold there too.
 * @param ofGroups what share groups are configured with
 */
export function deadLetterTopics(
  cluster: string,
  existing: readonly { topic: string; internal: boolean }[],
  rules: DiscoveryRules,
  flows: readonly DeclaredFlow[],
  ofGroups: readonly { groupId: string; topic: string }[] = [],
): FoundTopic[] {
  const mappings = new Map(
    rules.topics.filter((each) => each.cluster === cluster).map((each) => [each.topic, each.mapping]),
  );
  const letters = new Map<string, string>();
  const quarantines = new Map<string, string>();
  const flowOfGroup = new Map<string, string>();
  for (const flow of flows.filter((each) => each.cluster === cluster)) {
    if (flow.deadLetters) letters.set(flow.deadLetters, flow.name);
    const quarantine =
      flow.quarantine ?? (flow.deadLetters ? `${flow.deadLetters}${quarantineSuffix}` : null);
    if (quarantine) quarantines.set(quarantine, flow.name);
    for (const group of flow.groups ?? []) flowOfGroup.set(group.id, flow.name);
  }
  return existing.flatMap(({ topic, internal }): FoundTopic[] => {
    const quarantineOf = quarantines.get(topic);
    const declared = quarantineOf ?? letters.get(topic);
    const groups = ofGroups.filter((each) => each.topic === topic).map((each) => each.groupId);
    const open = !internal && !isOwn(topic);
    const pattern = open ? rules.discover.find((each) => matchesPattern(each, topic)) : undefined;
    const foundBy: FoundBy[] = [
      ...(declared === undefined ? [] : [{ by: 'flow', name: declared } as const]),
      ...(mappings.has(topic) ? [{ by: 'config', name: topic } as const] : []),
      ...(open ? groups.map((name) => ({ by: 'share_group', name }) as const) : []),
      ...(pattern === undefined ? [] : [{ by: 'pattern', name: pattern } as const]),
    ];
    if (foundBy.length === 0) return [];
    const ofGroup = groups.map((group) => flowOfGroup.get(group)).find((name) => name !== undefined);
    return [
      {
        topic,
        kind: quarantineOf === undefined ? 'dead_letter' : 'quarantine',
        flow: declared ?? (open ? ofGroup : undefined) ?? null,
        mapping: mappings.get(topic) ?? null,
        foundBy,
      },
    ];
  });
}
