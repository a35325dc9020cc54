import type { Role } from '#lib/domain/access/roles.ts';
import type { AlertKind } from '#lib/domain/alerts/kind.ts';
import type { NotifyFormat } from '#lib/domain/alerts/message.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import type { ReplayPolicy } from '#lib/domain/flows/policy.ts';
import type { Sha256 } from '#lib/domain/kernel/brand.ts';
import type { ProbeConfig } from '#lib/probes/config.ts';

export type ClusterConfig = {
  name: string;
  bootstrapServers: readonly string[];
  /** Client properties by Kafka's names (security.protocol, sasl.mechanism, …), secrets resolved. */
  properties: Readonly<Record<string, string>>;
  /** Only the worker uses these. */
  writeProperties: Readonly<Record<string, string>>;
  schemaRegistry: { url: string; username: string | null; password: string | null } | null;
  readOnly: boolean;
};

/** How one meaning of a home-made dead letter is read: a header's name, and its encoding (default decimal or UTF-8 text). */
export type HeaderMapping = { header: string; as: 'text' | 'int32be' | 'int64be' };
export type DeclaredMapping = Readonly<Partial<Record<DeclaredMeaning, HeaderMapping>>>;
export type DeclaredMeaning =
  | 'originTopic'
  | 'originPartition'
  | 'originOffset'
  | 'originTimestamp'
  | 'group'
  | 'exceptionClass'
  | 'message'
  | 'stacktrace'
  | 'attempts';

export type DeadLetterConfig = {
  /** Glob patterns of topic names. */
  discover: readonly string[];
  /** Whether the topics that share groups name for their dead letters are taken up too. In a file so unless it says otherwise. */
  shareGroups?: boolean;
  topics: readonly { cluster: string; topic: string; mapping: DeclaredMapping | null }[];
};

export type RoleRule = {
  role: Role;
  clusters: readonly string[];
  flows: readonly string[];
  subjects: readonly string[];
};

/** A proxy in front of Sluice that signs people in and names them in a header (docs/sign-in.md). */
export type ProxyHeaderConfig = {
  /** Lower case. */
  userHeader: string;
  /** Lower case. */
  secretHeader: string;
  secret: string;
  /** From which addresses it may come; none closes it. */
  trustedCidrs: readonly string[];
};

export type OidcConfig = {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Which claim of the ID token names the groups for `group:` subjects. */
  groupsClaim: string;
  /** Which claim names the person. */
  nameClaim: string;
};

/** The ways in which people sign in. */
export type AuthConfig = {
  /** Names and passwords of Sluice's own. */
  local: boolean;
  proxyHeader: ProxyHeaderConfig | null;
  oidc: OidcConfig | null;
};

/** One place that is told of alerts. */
export type NotifyEndpoint = {
  /** Unique; as given, else the host, with a number where that is taken. */
  name: string;
  url: string;
  format: NotifyFormat;
  /** Signs every request; null sends without a signature. */
  secret: string | null;
  /** Only of PagerDuty. */
  routingKey: string | null;
  on: readonly AlertKind[];
  /** Glob patterns of flow names; null for everything, also what belongs to no flow. */
  flows: readonly string[] | null;
};

/** How heads of the audit log are signed and where they are kept outside of the database (docs/audit.md). */
export type AuditConfig = {
  /** Absolute; only the worker opens it. null for `audit.key` in SLUICE_HOME. */
  privateKeyFile: string | null;
  /** Absolute; 'none', or null for `audit.anchor` in SLUICE_HOME. */
  anchorFile: string | 'none' | null;
  /** null for none. */
  anchorTopic: { cluster: string; topic: string; create: boolean } | null;
};

/** The validated configuration, defaults filled in (config.md). */
export type Config = {
  clusters: readonly ClusterConfig[];
  deadLetters: DeadLetterConfig;
  flows: readonly Flow[];
  defaultPolicy: ReplayPolicy;
  /** Grants besides those of the database; subjects are `user:<name>` or `group:<name>`. */
  roles: readonly RoleRule[];
  auth: AuthConfig;
  notify: readonly NotifyEndpoint[];
  /** Who may be asked whether an effect was done. */
  probes: readonly ProbeConfig[];
  audit: AuditConfig;
  /** What was accepted and deserves a second look; printed at start. */
  warnings: readonly string[];
  /** SHA-256 of the canonical flows and default policy: what decisions refer to. */
  policyHash: Sha256;
  /** The file it came from; null without one. */
  file: string | null;
};
