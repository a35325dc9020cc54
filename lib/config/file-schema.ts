import { z } from 'zod';
import { alertKinds } from '#lib/domain/alerts/kind.ts';
import { notifyFormats } from '#lib/domain/alerts/message.ts';
import { checkCodes } from '#lib/domain/checks/check.ts';
import { excerptBytesMax } from '#lib/domain/dead-letters/excerpt.ts';

// The shape of the configuration file (config.md). Every object is strict: an unknown key is refused with its line.
// Keys that end in `File` have become the secret by now.

const name = z.string().trim().min(1).max(249);
const count = z.number().int().min(1);
const ms = z.number().int().min(0);
const ratio = z.number().min(0).max(1);

const properties = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String));

const cluster = z.strictObject({
  name,
  bootstrapServers: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]).optional(),
  properties: properties.optional(),
  writeProperties: properties.optional(),
  schemaRegistry: z
    .strictObject({ url: z.url(), username: z.string().optional(), password: z.string().optional() })
    .optional(),
  readOnly: z.boolean().optional(),
});

const headerMapping = z.union([
  z.string().min(1),
  z.strictObject({ header: z.string().min(1), as: z.enum(['text', 'int32be', 'int64be']) }),
]);
const meanings = [
  'originTopic',
  'originPartition',
  'originOffset',
  'originTimestamp',
  'group',
  'exceptionClass',
  'message',
  'stacktrace',
  'attempts',
] as const;
const mapping = z.strictObject(
  Object.fromEntries(meanings.map((meaning) => [meaning, headerMapping.optional()])) as Record<
    (typeof meanings)[number],
    z.ZodOptional<typeof headerMapping>
  >,
);

const deadLetters = z.strictObject({
  discover: z.array(name).optional(),
  shareGroups: z.boolean().optional(),
  topics: z.array(z.strictObject({ cluster: name, topic: name, mapping: mapping.optional() })).optional(),
});

const rule = z.strictObject({
  when: z.string().min(1).max(1000),
  // biome-ignore lint/suspicious/noThenProperty: the key of the configuration language (config.md)
  then: z.union([z.literal('deny'), z.strictObject({ approvals: count })]),
  reason: z.string().trim().min(1).max(500),
});

export const policy = z.strictObject({
  destinations: z
    .array(
      z
        .string()
        .regex(/^(origin|retry|quarantine|topic:.+)$/, 'must be origin, retry, quarantine or topic:<name>'),
    )
    .min(1),
  approvals: count,
  approvalTtlMs: ms,
  startTtlMs: ms,
  requireTicket: z.boolean(),
  maxRecords: count,
  maxBytes: count,
  recordsPerSecond: z.number().positive(),
  maxDurationMs: z.number().int().min(1000),
  maxAttemptsPerLineage: count,
  canary: z.strictObject({ records: count, settleMs: ms, maxCameBackRatio: ratio }).partial(),
  ramp: z.array(z.number().positive().max(100)).min(1),
  gates: z
    .strictObject({
      maxCameBackRatio: ratio,
      maxTargetLagGrowth: z.number().int().min(0),
      onFail: z.enum(['pause', 'abort']),
    })
    .partial(),
  verify: z.strictObject({ waitMs: ms, settleMs: ms }).partial(),
  timestamp: z.enum(['replay', 'original']),
  removeHeaders: z.array(z.string().min(1)),
  breakGlass: z.strictObject({ allowed: z.boolean() }),
  rules: z.array(rule),
});
export const partialPolicy = policy.partial();
export type PolicyInput = z.infer<typeof partialPolicy>;

const boundary = z.strictObject({
  truth: z.string().optional(),
  contract: z
    .union([
      z.strictObject({ subject: name, version: count.optional() }),
      z.strictObject({ jsonSchemaFile: z.string().min(1) }),
      z.literal('none'),
      z.null(),
    ])
    .optional(),
  ordering: z.strictObject({ key: z.string().min(1), required: z.boolean().default(false) }).nullish(),
  state: z.enum(['none', 'transactional', 'external']).default('none'),
  time: z.enum(['processing', 'event']).default('processing'),
  delivery: z.string().optional(),
  effects: z
    .array(
      z.strictObject({
        what: z.string().min(1),
        external: z.boolean().default(false),
        idempotencyKey: z
          .string()
          .regex(/^(field:\/.*|header:.+|key)$/, 'must be field:/<JSON pointer>, header:<name> or key')
          .optional(),
        probe: name.optional(),
      }),
    )
    .default([]),
  replay: z.enum(['safe', 'conditional', 'never']).default('conditional'),
});

const excerptSize = `must be a whole number of bytes from 1 to ${excerptBytesMax}`;
/** A topic alone, or with what of its records the index may keep. */
const deadLetterTopic = z.preprocess(
  (value) => (typeof value === 'string' ? { topic: value } : value),
  z.strictObject({
    topic: name,
    excerpt: z
      .strictObject({
        bytes: z.number(excerptSize).int(excerptSize).min(1, excerptSize).max(excerptBytesMax, excerptSize),
      })
      .optional(),
  }),
);

const flow = z.strictObject({
  name,
  owner: z
    .strictObject({
      team: z.string(),
      runbook: z.string(),
      pager: z.string(),
      chat: z.string(),
      logs: z.string(),
    })
    .partial()
    .default({}),
  cluster: name.optional(),
  topic: name,
  groups: z
    .array(
      z.strictObject({
        id: name,
        isolation: z.enum(['read_committed', 'read_uncommitted']).optional(),
        replaySafe: z.boolean().default(false),
      }),
    )
    .default([]),
  retryTopics: z.array(name).default([]),
  deadLetters: deadLetterTopic.optional(),
  quarantine: name.optional(),
  boundary: boundary.default(() => boundary.parse({})),
  objectives: z
    .strictObject({
      timeLagMs: ms.optional(),
      deadLettersPerHour: z.number().min(0).optional(),
      stalledAfterMs: ms.optional(),
      expiryLeadMs: ms.optional(),
    })
    .default({}),
  policy: partialPolicy.default({}),
  mask: z.array(z.string().min(1)).default([]),
  accepted: z
    .array(
      z.strictObject({
        check: z.enum(checkCodes),
        where: name.optional(),
        reason: z.string().trim().min(1).max(500),
        until: z.iso.date('must be a day such as 2027-01-31'),
      }),
    )
    .default([]),
});
export type FlowInput = z.infer<typeof flow>;

const endpoint = z.strictObject({
  kind: z.enum(['webhook']),
  name: z
    .string()
    .regex(/^[\w.:-]{1,60}$/, 'must be 1 to 60 letters, digits or . _ : -')
    .optional(),
  url: z.url({ protocol: /^https?$/, error: 'must be an http or https address' }),
  format: z.enum(notifyFormats).default('generic'),
  secret: z.string().min(1).optional(),
  routingKey: z.string().min(1).optional(),
  on: z.array(z.enum(alertKinds)),
  flows: z.array(z.string().min(1)).min(1).optional(),
});
export type EndpointInput = z.infer<typeof endpoint>;

const status = z.number().int().min(100).max(599);
const answers = z.array(z.union([z.string(), z.number(), z.boolean()]).transform(String)).min(1);
const probe = z.strictObject({
  name,
  timeoutMs: z.number().int().min(1).max(60_000).default(2000),
  atOnce: z.number().int().min(1).max(64).default(8),
  budgetMs: z.number().int().min(1).max(600_000).default(60_000),
  http: z
    .strictObject({
      url: z.string().min(1),
      headers: z.record(z.string(), z.string()).default({}),
      /** With tokenFile: sent as `Authorization: Bearer`. */
      token: z.string().min(1).optional(),
      done: z.array(status).min(1).default([200]),
      notDone: z.array(status).default([404]),
      field: z
        .strictObject({
          pointer: z.string().regex(/^\//, 'must begin with /'),
          done: answers,
          notDone: answers,
        })
        .optional(),
    })
    .optional(),
  sql: z
    .strictObject({
      connection: z.string().min(1),
      password: z.string().min(1).optional(),
      query: z.string().trim().min(1).max(10_000),
    })
    .optional(),
});
export type ProbeInput = z.infer<typeof probe>;

const headerName = z.string().regex(/^[A-Za-z0-9-]{1,100}$/, 'must be the name of a header');

const audit = z.strictObject({
  privateKeyFile: z.string().min(1).optional(),
  anchorFile: z.string().min(1).optional(),
  anchorTopic: z
    .union([
      z.literal('none'),
      z.strictObject({ cluster: name.optional(), topic: name.optional(), create: z.boolean().default(true) }),
    ])
    .optional(),
});
export type AuditInput = z.infer<typeof audit>;

export const fileSchema = z.strictObject({
  clusters: z.array(cluster).min(1).optional(),
  deadLetters: deadLetters.optional(),
  flows: z.array(flow).default([]),
  defaults: z.strictObject({ policy: partialPolicy.optional() }).optional(),
  notify: z.array(endpoint).default([]),
  probes: z.array(probe).default([]),
  audit: audit.default({}),
  auth: z
    .strictObject({
      local: z.boolean().optional(),
      oidc: z
        .strictObject({
          issuer: z.url(),
          clientId: z.string().min(1),
          clientSecret: z.string().min(1),
          groupsClaim: z.string().min(1).default('groups'),
          nameClaim: z.string().min(1).default('preferred_username'),
        })
        .optional(),
      proxyHeader: z
        .strictObject({
          userHeader: headerName,
          trustedCidrs: z.array(z.string()),
          secret: z.string().min(1),
          secretHeader: headerName.default('X-Sluice-Proxy-Secret'),
        })
        .optional(),
    })
    .default({}),
  roles: z
    .array(
      z.strictObject({
        role: z.enum(['viewer', 'responder', 'approver', 'admin']),
        clusters: z.array(z.string()).default(['*']),
        flows: z.array(z.string()).default(['*']),
        subjects: z.array(z.string().regex(/^(user|group):.+$/, 'must be user:<name> or group:<name>')),
      }),
    )
    .default([]),
});
export type ConfigFile = z.infer<typeof fileSchema>;
