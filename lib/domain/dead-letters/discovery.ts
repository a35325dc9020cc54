import type { Flow } from '../flows/flow.ts';
import type { DeclaredMapping } from './declared-mapping.ts';

export type FoundTopic = {
  topic: string;
  kind: 'dead_letter' | 'quarantine';
  /** The flow that declares it; null for one that was found by its name alone. */
  flow: string | null;
  mapping: DeclaredMapping | null;
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

/**
 * Which topics of a cluster hold dead letters: those that flows and the configuration name, and those whose name matches a pattern.
 * A flow's quarantine is the declared one, else an existing `<dead-letter topic>.quarantine`.
 */
export function deadLetterTopics(
  cluster: string,
  existing: readonly { topic: string; internal: boolean }[],
  rules: DiscoveryRules,
  flows: readonly Pick<Flow, 'name' | 'cluster' | 'deadLetters' | 'quarantine'>[],
): FoundTopic[] {
  const mappings = new Map(
    rules.topics.filter((each) => each.cluster === cluster).map((each) => [each.topic, each.mapping]),
  );
  const letters = new Map<string, string>();
  const quarantines = new Map<string, string>();
  for (const flow of flows.filter((each) => each.cluster === cluster)) {
    if (flow.deadLetters) letters.set(flow.deadLetters, flow.name);
    const quarantine =
      flow.quarantine ?? (flow.deadLetters ? `${flow.deadLetters}${quarantineSuffix}` : null);
    if (quarantine) quarantines.set(quarantine, flow.name);
  }
  const found: FoundTopic[] = [];
  for (const { topic, internal } of existing) {
    const mapping = mappings.get(topic) ?? null;
    const quarantineOf = quarantines.get(topic);
    const lettersOf = letters.get(topic);
    if (quarantineOf !== undefined) found.push({ topic, kind: 'quarantine', flow: quarantineOf, mapping });
    else if (lettersOf !== undefined) found.push({ topic, kind: 'dead_letter', flow: lettersOf, mapping });
    else if (mappings.has(topic)) found.push({ topic, kind: 'dead_letter', flow: null, mapping });
    else if (
      !internal &&
      !topic.startsWith('__') &&
      !topic.startsWith('sluice.') &&
      rules.discover.some((pattern) => matchesPattern(pattern, topic))
    )
      found.push({ topic, kind: 'dead_letter', flow: null, mapping: null });
  }
  return found;
}
