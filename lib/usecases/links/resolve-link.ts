import { can } from '#lib/auth/authorize.ts';
import type { Config } from '#lib/config/config.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { atTime } from '#lib/domain/incidents/about.ts';
import { consolePage } from '#lib/domain/links/console-page.ts';
import type { GoLink } from '#lib/domain/links/go.ts';
import type { Database } from '#lib/store/database.ts';
import type { TopicRow } from '#lib/store/dead-letters.ts';
import { mayRead } from '../incidents/deps.ts';
import { visibleFlows } from '../lag-access.ts';

type Deps = { database: Pick<Database, 'stores'>; config: Pick<Config, 'clusters' | 'flows'> };

export type LinkChoice = { name: string; href: string };
/** Where a link leads: to one page, to one of several, or to nothing that is there (or may be read). */
export type LinkTarget =
  | { kind: 'page'; href: string }
  | { kind: 'ambiguous'; what: string; choices: readonly LinkChoice[] }
  | { kind: 'missing'; what: string };

const choicesMost = 50;

/** One is the page; several are a choice; none is missing. */
function targetOf(what: string, choices: readonly LinkChoice[]): LinkTarget {
  const [only] = choices;
  if (only === undefined) return { kind: 'missing', what };
  return choices.length === 1
    ? { kind: 'page', href: only.href }
    : { kind: 'ambiguous', what, choices: choices.slice(0, choicesMost) };
}

/** Clusters that the link names and the principal may read something of. */
const clustersOf = ({ config }: Deps, principal: Principal, { cluster }: GoLink): string[] =>
  config.clusters
    .map(({ name }) => name)
    .filter((name) => (cluster === null || name === cluster) && can(principal, 'read', { cluster: name }));

const readable = (principal: Principal, { cluster, flow }: { cluster: string; flow: string | null }) =>
  can(principal, 'read', { cluster, flow });

const flowsOf = (deps: Deps, principal: Principal, clusters: readonly string[]): Flow[] =>
  deps.config.flows.filter(
    ({ cluster, name }) => clusters.includes(cluster) && readable(principal, { cluster, flow: name }),
  );

async function replayTarget(deps: Deps, principal: Principal, id: string): Promise<LinkTarget> {
  const found = await deps.database.stores.replays.read(id);
  return targetOf(
    `the replay ${id}`,
    found && readable(principal, found) ? [{ name: id, href: consolePage.replay(found.id) }] : [],
  );
}

async function incidentTarget(deps: Deps, principal: Principal, id: string): Promise<LinkTarget> {
  const found = await deps.database.stores.incidents.read(id);
  return targetOf(
    `the incident ${id}`,
    found && mayRead(principal, found.incident.about)
      ? [{ name: found.incident.title, href: consolePage.incident(found.incident.id) }]
      : [],
  );
}

async function deadLetterTopics(
  deps: Deps,
  principal: Principal,
  clusters: readonly string[],
): Promise<TopicRow[]> {
  const rows = await Promise.all(
    clusters.map((cluster) => deps.database.stores.deadLetters.topicsOf(cluster)),
  );
  return rows.flat().filter((topic) => readable(principal, topic));
}

/** A failure group by its fingerprint: in the topic that is named, or wherever it is. */
async function failureTarget(deps: Deps, principal: Principal, link: GoLink, fingerprint: string) {
  const clusters = clustersOf(deps, principal, link);
  const topics = (await deadLetterTopics(deps, principal, clusters)).filter(
    ({ topic, flow }) =>
      (link.topic === null || topic === link.topic) && (link.flow === null || flow === link.flow),
  );
  const known = await Promise.all(
    topics.map((topic) => deps.database.stores.failureStates.isKnown({ ...topic, fingerprint })),
  );
  return targetOf(
    `the failure group ${fingerprint}${link.topic === null ? '' : ` of ${link.topic}`}`,
    topics
      .filter((_, at) => known[at])
      .map(({ cluster, topic }) => ({
        name: `${topic} in ${cluster}`,
        href: consolePage.failure(cluster, topic, fingerprint),
      })),
  );
}

async function groupChoices(
  deps: Deps,
  principal: Principal,
  clusters: readonly string[],
  group: string,
): Promise<LinkChoice[]> {
  const flows = flowsOf(deps, principal, clusters);
  const found = await Promise.all(
    clusters.map(async (cluster): Promise<LinkChoice[]> => {
      const snapshot = await deps.database.stores.lag.readGroup(cluster, group);
      const there = snapshot
        ? readable(principal, { cluster, flow: snapshot.flow })
        : flows.some((flow) => flow.cluster === cluster && flow.groups.some(({ id }) => id === group));
      return there ? [{ name: `${group} in ${cluster}`, href: consolePage.group(cluster, group) }] : [];
    }),
  );
  return found.flat();
}

/** A dead-letter topic is its page; of any other topic the groups that read it are what Sluice can show, or the flow that declares it. */
async function topicTarget(
  deps: Deps,
  principal: Principal,
  link: GoLink,
  topic: string,
): Promise<LinkTarget> {
  const clusters = clustersOf(deps, principal, link);
  const partition =
    link.partition === null ? '' : `?filter=${encodeURIComponent(`partition == ${link.partition}`)}`;
  const indexed = (await deadLetterTopics(deps, principal, clusters))
    .filter((each) => each.topic === topic)
    .map(({ cluster }) => ({
      name: `${topic} in ${cluster}`,
      href: `${consolePage.topic(cluster, topic)}${partition}`,
    }));
  if (indexed.length > 0) return targetOf(`the topic ${topic}`, indexed);
  if (link.group !== null)
    return targetOf(
      `the consumer group ${link.group}`,
      await groupChoices(deps, principal, clusters, link.group),
    );
  const declaring = flowsOf(deps, principal, clusters).filter((flow) =>
    [flow.topic, ...flow.retryTopics].some((each) => each === topic),
  );
  if (declaring.length > 0)
    return targetOf(
      `the topic ${topic}`,
      declaring.map(({ name }) => ({ name: `flow ${name}`, href: consolePage.flow(name) })),
    );
  const groups = await Promise.all(clusters.map((cluster) => readersOf(deps, principal, cluster, topic)));
  return targetOf(`the topic ${topic}`, groups.flat());
}

async function readersOf(
  { database, config }: Deps,
  principal: Principal,
  cluster: string,
  topic: string,
): Promise<LinkChoice[]> {
  const read = await database.stores.replayEvidence.readersOf(cluster, topic);
  const flows = visibleFlows(config, principal, cluster);
  const choices: LinkChoice[] = [];
  for (const group of (read?.groups ?? []).slice(0, choicesMost)) {
    const snapshot = await database.stores.lag.readGroup(cluster, group);
    if (flows === null || (snapshot?.flow && flows.includes(snapshot.flow)))
      choices.push({ name: `${group} in ${cluster}`, href: consolePage.group(cluster, group) });
  }
  return choices;
}

async function find(deps: Deps, principal: Principal, link: GoLink): Promise<LinkTarget> {
  if (link.replay !== null) return replayTarget(deps, principal, link.replay);
  if (link.incident !== null) return incidentTarget(deps, principal, link.incident);
  if (link.failure !== null) return failureTarget(deps, principal, link, link.failure);
  if (link.topic !== null) return topicTarget(deps, principal, link, link.topic);
  const clusters = clustersOf(deps, principal, link);
  if (link.group !== null)
    return targetOf(
      `the consumer group ${link.group}`,
      await groupChoices(deps, principal, clusters, link.group),
    );
  if (link.flow !== null)
    return targetOf(
      `the flow ${link.flow}`,
      flowsOf(deps, principal, clusters)
        .filter(({ name }) => name === link.flow)
        .map(({ name }) => ({ name, href: consolePage.flow(name) })),
    );
  if (link.cluster === null) return { kind: 'page', href: '/' };
  return targetOf(
    `the cluster ${link.cluster}`,
    clusters.map((name) => ({ name, href: consolePage.cluster(name) })),
  );
}

/**
 * Where a link made elsewhere leads: the most exact page that it names, if that is there and may be read. Always a path of this console.
 * With both `from` and `to` the page shows that time.
 */
export async function resolveLink(deps: Deps, principal: Principal, link: GoLink): Promise<LinkTarget> {
  const target = await find(deps, principal, link);
  const { from, to } = link;
  if (from === null || to === null || target.kind === 'missing') return target;
  const timed = (href: string) => (href === '/' ? href : atTime(href, { from, to }));
  return target.kind === 'page'
    ? { ...target, href: timed(target.href) }
    : { ...target, choices: target.choices.map((each) => ({ ...each, href: timed(each.href) })) };
}
