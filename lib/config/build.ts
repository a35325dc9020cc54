import { createHash } from 'node:crypto';
import type { Acceptance } from '#lib/domain/checks/check.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { defaultPolicy, type ReplayPolicy } from '#lib/domain/flows/policy.ts';
import { clusterName, flowName, groupId, sha256Hex, topicName } from '#lib/domain/kernel/brand.ts';
import { type CanonicalValue, canonicalJson } from '#lib/domain/kernel/canonical-json.ts';
import type { ProbeConfig } from '#lib/probes/config.ts';
import { buildAudit } from './audit.ts';
import { authWarnings, buildAuth } from './auth.ts';
import type { ClusterConfig, Config, DeclaredMapping, HeaderMapping } from './config.ts';
import type { ConfigFile, FlowInput, PolicyInput } from './file-schema.ts';
import { buildEndpoints, endpointWarnings } from './notify.ts';
import { buildProbes, namedProbe } from './probes.ts';

export const defaultDiscover: readonly string[] = [
  '*.dlq',
  '*-dlq',
  '*-dlt',
  '*.DLT',
  'error.*',
  'dead-letter-topic-*',
  'dlq.*',
];
const defaultStalledAfterMs = 30_000;
const dayMs = 86_400_000;

const withDefaults = (input: PolicyInput, base: ReplayPolicy): ReplayPolicy => {
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
  return {
    ...base,
    ...(given as Partial<ReplayPolicy>),
    canary: { ...base.canary, ...(given.canary as Partial<ReplayPolicy['canary']>) },
    gates: { ...base.gates, ...(given.gates as Partial<ReplayPolicy['gates']>) },
    verify: { ...base.verify, ...(given.verify as Partial<ReplayPolicy['verify']>) },
  };
};

const servers = (value: string | string[] | undefined, fallback: readonly string[]): readonly string[] =>
  (value === undefined ? fallback : typeof value === 'string' ? value.split(',') : value)
    .map((server) => server.trim())
    .filter((server) => server !== '');

export const buildCluster = (
  input: NonNullable<ConfigFile['clusters']>[number],
  brokers: readonly string[],
): ClusterConfig => ({
  name: input.name,
  bootstrapServers: servers(input.bootstrapServers, brokers),
  properties: input.properties ?? {},
  writeProperties: { ...input.properties, ...input.writeProperties },
  schemaRegistry: input.schemaRegistry
    ? {
        url: input.schemaRegistry.url,
        username: input.schemaRegistry.username ?? null,
        password: input.schemaRegistry.password ?? null,
      }
    : null,
  readOnly: input.readOnly ?? false,
});

function buildContract(input: FlowInput['boundary']['contract']): Flow['boundary']['contract'] {
  if (input === undefined || input === null || input === 'none') return null;
  if ('jsonSchemaFile' in input) return input;
  const { subject, version } = input;
  return version === undefined ? { subject } : { subject, version };
}

/** It holds through the day that is named, in UTC. */
const buildAcceptance = ({ check, where, reason, until }: FlowInput['accepted'][number]): Acceptance => ({
  check,
  where: where ?? null,
  reason,
  untilMs: Date.parse(`${until}T00:00:00Z`) + dayMs,
});

const buildFlow = (input: FlowInput, firstCluster: string, probes: readonly ProbeConfig[]): Flow => {
  const { boundary } = input;
  return {
    name: flowName(input.name),
    cluster: clusterName(input.cluster ?? firstCluster),
    owner: input.owner as Flow['owner'],
    topic: topicName(input.topic),
    groups: input.groups.map((group) => ({
      id: groupId(group.id),
      isolation: group.isolation ?? null,
      replaySafe: group.replaySafe,
    })),
    retryTopics: input.retryTopics.map(topicName),
    deadLetters: input.deadLetters ? topicName(input.deadLetters.topic) : null,
    quarantine: input.quarantine ? topicName(input.quarantine) : null,
    boundary: {
      truth: boundary.truth ?? null,
      contract: buildContract(boundary.contract),
      ordering: boundary.ordering ?? null,
      state: boundary.state,
      time: boundary.time,
      delivery: boundary.delivery ?? null,
      effects: boundary.effects.map((effect) => ({
        ...effect,
        idempotencyKey: effect.idempotencyKey ?? null,
        probe: namedProbe(probes, effect.probe),
      })),
      replay: boundary.replay,
    },
    objectives: {
      timeLagMs: input.objectives.timeLagMs ?? null,
      deadLettersPerHour: input.objectives.deadLettersPerHour ?? null,
      stalledAfterMs: input.objectives.stalledAfterMs ?? defaultStalledAfterMs,
      expiryLeadMs: input.objectives.expiryLeadMs ?? null,
    },
    policy: withDefaults(input.policy, defaultPolicy),
    mask: input.mask,
    ...(input.deadLetters?.excerpt ? { excerpt: input.deadLetters.excerpt } : {}),
    ...(input.accepted.length === 0 ? {} : { accepted: input.accepted.map(buildAcceptance) }),
  };
};

const headerMapping = (value: string | HeaderMapping): HeaderMapping =>
  typeof value === 'string' ? { header: value, as: 'text' } : value;

const buildMapping = (input: Record<string, string | HeaderMapping | undefined>): DeclaredMapping =>
  Object.fromEntries(
    Object.entries(input).flatMap(([meaning, value]) =>
      value === undefined ? [] : [[meaning, headerMapping(value)]],
    ),
  );

/** What decisions refer to, in the form that is kept in Postgres. */
export const policyContent = (config: Pick<Config, 'flows' | 'defaultPolicy'>) => ({
  flows: config.flows,
  defaultPolicy: config.defaultPolicy,
});

/** SHA-256 of the canonical flows and default policy. */
export const hashPolicy = (config: Pick<Config, 'flows' | 'defaultPolicy'>) =>
  sha256Hex(
    createHash('sha256')
      .update(canonicalJson(policyContent(config) as unknown as CanonicalValue))
      .digest('hex'),
  );

/** Fills in what the file leaves out. `brokers` stand in for clusters without bootstrapServers (api.md, Environment). */
export function buildConfig(file: ConfigFile, brokers: readonly string[], path: string | null): Config {
  const clusters = (file.clusters ?? [{ name: 'main' }]).map((cluster) => buildCluster(cluster, brokers));
  const first = clusters[0]?.name ?? 'main';
  const probes = buildProbes(file.probes);
  const flows = file.flows.map((flow) => buildFlow(flow, first, probes));
  const notify = buildEndpoints(file.notify);
  const policy = withDefaults(file.defaults?.policy ?? {}, defaultPolicy);
  return {
    clusters,
    deadLetters: {
      discover: file.deadLetters?.discover ?? defaultDiscover,
      shareGroups: file.deadLetters?.shareGroups ?? true,
      topics: (file.deadLetters?.topics ?? []).map(({ cluster, topic, mapping }) => ({
        cluster,
        topic,
        mapping: mapping ? buildMapping(mapping as Record<string, string | HeaderMapping | undefined>) : null,
      })),
    },
    flows,
    defaultPolicy: policy,
    roles: file.roles,
    auth: buildAuth(file.auth),
    notify,
    probes,
    audit: buildAudit(file.audit, clusters, path),
    warnings: [...warningsOf(file), ...authWarnings(file.auth), ...endpointWarnings(notify)],
    policyHash: hashPolicy({ flows, defaultPolicy: policy }),
    file: path,
  };
}

function warningsOf(file: ConfigFile): string[] {
  const warnings: string[] = [];
  for (const cluster of file.clusters ?? [])
    if (cluster.properties && !cluster.writeProperties && !cluster.readOnly)
      warnings.push(
        `cluster "${cluster.name}": no writeProperties, so the worker writes as the principal that web reads with.`,
      );
  for (const flow of file.flows)
    if (flow.deadLetters && !flow.quarantine)
      warnings.push(
        `flow "${flow.name}": no quarantine is declared; an existing "${flow.deadLetters.topic}.quarantine" will be used, if there is one.`,
      );
  return warnings;
}
