import { plainBoundary } from '#fixtures/boundary.ts';
import { hashPolicy } from '#lib/config/build.ts';
import type { Config } from '#lib/config/config.ts';
import type { Principal, Role } from '#lib/domain/access/roles.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { defaultPolicy } from '#lib/domain/flows/policy.ts';
import { clusterName, flowName, groupId, topicName } from '#lib/domain/kernel/brand.ts';
import { destinationTopic, quarantineTopic, sourceTopic, targetGroup } from './dead-letters.ts';

const flowOf = (quarantine: Flow['quarantine']): Flow => ({
  name: flowName('orders'),
  cluster: clusterName('main'),
  owner: {},
  topic: topicName('orders'),
  groups: [{ id: groupId(targetGroup), isolation: 'read_committed', replaySafe: true }],
  retryTopics: [topicName(destinationTopic)],
  deadLetters: topicName(sourceTopic),
  quarantine,
  boundary: plainBoundary,
  objectives: { timeLagMs: null, deadLettersPerHour: null, stalledAfterMs: 30_000, expiryLeadMs: null },
  policy: { ...defaultPolicy, destinations: ['retry', 'quarantine'], approvals: 1 },
  mask: [],
});

/** What is declared in a world, and the hash of the policy under which its replays are sealed. */
export type Governed = Pick<Config, 'flows' | 'defaultPolicy' | 'policyHash'>;

function governed(quarantine: Flow['quarantine']): Governed {
  const decided = { flows: [flowOf(quarantine)], defaultPolicy };
  return { ...decided, policyHash: hashPolicy(decided) };
}

export const withoutQuarantine = governed(null);
export const withQuarantine = governed(topicName(quarantineTopic));

/** What a web process has read from its file; one object a process, since each registers its own. */
export const configOfProcess = (governed: Governed): Config => ({
  clusters: [
    {
      name: 'main',
      bootstrapServers: [],
      properties: {},
      writeProperties: {},
      schemaRegistry: null,
      readOnly: false,
    },
  ],
  deadLetters: { discover: [], topics: [] },
  ...governed,
  roles: [],
  auth: { local: true, proxyHeader: null, oidc: null },
  notify: [],
  probes: [],
  audit: { privateKeyFile: null, anchorFile: 'none', anchorTopic: null },
  warnings: [],
  file: null,
});

const roleOf: Readonly<Record<string, Role>> = { ana: 'responder', ben: 'approver', cleo: 'approver' };

export const person = (name: 'ana' | 'ben' | 'cleo'): Principal => ({
  userId: name,
  name,
  grants: [{ role: roleOf[name] ?? 'viewer', cluster: '*', flow: '*' }],
  via: 'session',
});
