import { parseCondition } from '#lib/domain/replays/when.ts';
import { auditProblems } from './audit.ts';
import { authProblems } from './auth.ts';
import type { ConfigFile, PolicyInput } from './file-schema.ts';
import { endpointProblems } from './notify.ts';
import { probeProblems } from './probes.ts';
import type { ConfigPath } from './yaml-source.ts';

type Problem = { path: ConfigPath; message: string };

const internal = (topic: string) => topic.startsWith('__') || topic.startsWith('sluice.');

function policyProblems(policy: PolicyInput, at: ConfigPath): Problem[] {
  const problems: Problem[] = [];
  policy.rules?.forEach((rule, index) => {
    try {
      parseCondition(rule.when);
    } catch (error) {
      problems.push({
        path: [...at, 'rules', index, 'when'],
        message: `the rule can't be read: ${(error as Error).message}.`,
      });
    }
  });
  const { ramp } = policy;
  if (ramp?.some((step, index) => step < (ramp[index - 1] ?? 0)))
    problems.push({ path: [...at, 'ramp'], message: 'the ramp must not fall.' });
  policy.destinations?.forEach((destination, index) => {
    if (destination.startsWith('topic:') && internal(destination.slice('topic:'.length)))
      problems.push({
        path: [...at, 'destinations', index],
        message: `"${destination}" is an internal topic: nothing is ever replayed there.`,
      });
  });
  return problems;
}

const duplicates = (
  names: readonly (string | undefined)[],
  what: string,
  at: (index: number) => ConfigPath,
) =>
  names.flatMap((name, index): Problem[] =>
    name !== undefined && names.indexOf(name) < index
      ? [{ path: at(index), message: `the ${what} "${name}" is declared twice.` }]
      : [],
  );

/** A user in the address would stand in every message that names it, and Node refuses to ask there. */
const registryProblems = (clusters: NonNullable<ConfigFile['clusters']>): Problem[] =>
  clusters.flatMap(({ schemaRegistry }, index) => {
    if (!schemaRegistry) return [];
    const { protocol, username, password } = new URL(schemaRegistry.url);
    const path: ConfigPath = ['clusters', index, 'schemaRegistry', 'url'];
    if (protocol !== 'http:' && protocol !== 'https:')
      return [{ path, message: 'the address of a schema registry begins with http:// or https://.' }];
    return username === '' && password === ''
      ? []
      : [{ path, message: 'a user does not belong into the address: give "username" and "passwordFile".' }];
  });

/** What a schema can't say: names that must exist, be unique or make sense together. */
export function checkMeaning(file: ConfigFile): Problem[] {
  const clusters = file.clusters ?? [{ name: 'main' }];
  const known = new Set(clusters.map((cluster) => cluster.name));
  const first = clusters[0]?.name;
  const unknownCluster = (name: string | undefined, path: ConfigPath): Problem[] =>
    name === undefined || known.has(name)
      ? []
      : [{ path, message: `no cluster is called "${name}" (there is ${[...known].join(', ')}).` }];

  const problems: Problem[] = [
    ...duplicates(
      clusters.map((cluster) => cluster.name),
      'cluster',
      (index) => ['clusters', index, 'name'],
    ),
    ...duplicates(
      file.flows.map((flow) => flow.name),
      'flow',
      (index) => ['flows', index, 'name'],
    ),
    ...file.flows.flatMap(({ name }, index): Problem[] =>
      name === 'map'
        ? [
            {
              path: ['flows', index, 'name'],
              message: 'no flow can be called "map": that is the page of the flow map.',
            },
          ]
        : [],
    ),
    ...duplicates(
      file.flows.map((flow) => flow.deadLetters && `${flow.cluster ?? first}/${flow.deadLetters.topic}`),
      'dead-letter topic',
      (index) => ['flows', index, 'deadLetters'],
    ),
    ...(file.deadLetters?.topics ?? []).flatMap((topic, index) =>
      unknownCluster(topic.cluster, ['deadLetters', 'topics', index, 'cluster']),
    ),
    ...policyProblems(file.defaults?.policy ?? {}, ['defaults', 'policy']),
    ...registryProblems(file.clusters ?? []),
    ...endpointProblems(file.notify),
    ...probeProblems(file),
    ...auditProblems(file),
    ...authProblems(file.auth),
  ];
  file.flows.forEach((flow, index) => {
    const at: ConfigPath = ['flows', index];
    problems.push(
      ...unknownCluster(flow.cluster, [...at, 'cluster']),
      ...policyProblems(flow.policy, [...at, 'policy']),
    );
    problems.push(
      ...duplicates(
        flow.groups.map((group) => group.id),
        'group',
        (nth) => [...at, 'groups', nth, 'id'],
      ),
    );
    const places: [string | undefined, string][] = [
      [flow.topic, 'topic'],
      ...flow.retryTopics.map((topic): [string, string] => [topic, 'retryTopics']),
      [flow.deadLetters?.topic, 'deadLetters'],
      [flow.quarantine, 'quarantine'],
    ];
    const seen = new Map<string, string>();
    for (const [topic, place] of places) {
      if (topic === undefined) continue;
      const before = seen.get(topic);
      if (before)
        problems.push({
          path: [...at, place],
          message: `"${topic}" is both ${before} and ${place} of the flow "${flow.name}".`,
        });
      if (internal(topic))
        problems.push({ path: [...at, place], message: `"${topic}" is an internal topic.` });
      seen.set(topic, place);
    }
  });
  return problems;
}
