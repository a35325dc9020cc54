import { z } from 'zod';
import { conventions, failureVerdicts } from '#lib/domain/dead-letters/convention.ts';
import { dispositions } from '#lib/domain/dead-letters/disposition.ts';
import { excerptForms } from '#lib/domain/dead-letters/excerpt-forms.ts';
import { completionKinds } from '#lib/domain/dead-letters/filter/completion.ts';
import { searchedMost } from '#lib/domain/dead-letters/searched-most.ts';
import { contractStates } from '#lib/domain/schemas/contract.ts';
import { schemaFormats } from '#lib/domain/schemas/decoded.ts';
import { deadLetterTopic, distinctCounts } from './dead-letter-topic.ts';
import { operation } from './operation.ts';
import {
  instant,
  instantInput,
  listOf,
  offsetInput,
  offsetString,
  pageQuery,
  partitionNumber,
  partitionText,
} from './wire.ts';
/** What people did about a failure group and still holds; what is over is null. */
export const failureMarks = z.object({
  claimedBy: z.string().nullable(),
  claimedAt: instant.nullable(),
  mutedUntil: instant.nullable(),
  muteReason: z.string().nullable(),
  mutedBy: z.string().nullable(),
  snoozedUntil: instant.nullable(),
  snoozedBy: z.string().nullable(),
});
export type FailureMarks = z.infer<typeof failureMarks>;

export const failureGroup = failureMarks.extend({
  fingerprint: z.string(),
  title: z.string(),
  exceptionClass: z.string().nullable(),
  /** With variables taken out. */
  message: z.string().nullable(),
  topFrame: z.string().nullable(),
  convention: z.enum(conventions),
  verdict: z.enum(failureVerdicts),
  originTopic: z.string().nullable(),
  group: z.string().nullable(),
  count: z.number().int(),
  open: z.number().int(),
  ...distinctCounts,
  partitions: z.number().int(),
  firstAt: instant,
  lastAt: instant,
  arrivals: z.object({ m5: z.number().int(), h1: z.number().int() }),
  histogram: z.array(z.tuple([instant, z.number().int()])),
  sample: z.object({ partition: partitionNumber, offset: offsetString }),
});
export type FailureGroup = z.infer<typeof failureGroup>;
export const failureGroupList = listOf(failureGroup).extend({
  atLeast: z.boolean().meta({
    description: `true: only the newest ${searchedMost} letters that fit were counted, and every number is a lower bound`,
  }),
});
export type FailureGroupList = z.infer<typeof failureGroupList>;

export const coordinate = z.object({
  topic: z.string().nullable(),
  partition: partitionNumber.nullable(),
  offset: offsetString.nullable(),
  at: instant.nullable(),
  group: z.string().nullable(),
});

export const deadLetterRow = z.object({
  partition: partitionNumber,
  offset: offsetString,
  at: instant,
  keyText: z.string().nullable(),
  valueBytes: z.number().int().nullable(),
  convention: z.enum(conventions),
  origin: coordinate,
  exceptionClass: z.string().nullable(),
  exceptionMessage: z.string().nullable(),
  attempts: z.number().int().nullable(),
  fingerprint: z.string(),
  disposition: z.enum(dispositions),
  replayId: z.string().nullable(),
  pointer: z.boolean(),
});
export type DeadLetterRow = z.infer<typeof deadLetterRow>;

/** The beginning of a value as the index keeps it where the flow allows that (`deadLetters.excerpt`), masked; hex where it is no text. */
export const excerptView = z.object({
  form: z.enum(excerptForms),
  text: z.string(),
  truncated: z.boolean(),
});
export const listedDeadLetter = deadLetterRow.extend({
  /** null unless asked for, and where there is none. */
  excerpt: excerptView.nullable(),
});
export type ListedDeadLetter = z.infer<typeof listedDeadLetter>;

export const payloadView = z.object({
  encoding: z.enum(['json', 'text', 'avro', 'protobuf', 'json-schema', 'base64', 'null']),
  /**
   * JSON text for json, json-schema, and for avro and protobuf in plain form (numbers unharmed, bytes in base64); text for text, base64 for
   * base64, null for null or masked.
   */
  data: z.string().nullable(),
  bytes: z.number().int(),
  sha256: z.string().nullable(),
  /** Of the schema that the payload or its header names, whether it was found or not; null also for one that is named by its GUID. */
  schemaId: z.number().int().nullable(),
  schema: z
    .object({
      id: z.number().int().nullable(),
      /** Of a schema that a header names so (`__value_schema_id`). */
      guid: z.string().nullable(),
      format: z.enum(schemaFormats).nullable(),
      subject: z.string().nullable(),
      version: z.number().int().nullable(),
      /** The record or message. */
      name: z.string().nullable(),
    })
    .nullable(),
  /** Why a payload that names a schema is not decoded; null when it is, and when it names none. */
  undecoded: z.string().nullable(),
  /** What of a decoded payload is not shown. */
  note: z.string().nullable(),
  masked: z.array(z.string()),
  truncated: z.boolean(),
});
export type PayloadView = z.infer<typeof payloadView>;

export const headerView = z.object({
  name: z.string(),
  base64: z.string().nullable(),
  decoded: z.string().nullable(),
  type: z.string().nullable(),
  rule: z.string().nullable(),
  masked: z.boolean(),
  /** Of the value; null for a null value or a masked one. */
  bytes: z.number().int().nullable(),
  /** base64 and decoded show only the beginning. */
  truncated: z.boolean(),
});
export type HeaderView = z.infer<typeof headerView>;

/** Whether a value satisfies what its flow declares, as it stands today. Unknown is never fits. */
export const contractCheck = z.object({
  state: z.enum(contractStates),
  contract: z
    .object({
      format: z.enum(schemaFormats).nullable(),
      subject: z.string().nullable(),
      version: z.number().int().nullable(),
      schemaId: z.number().int().nullable(),
      compatibility: z.string().nullable(),
      file: z.string().nullable(),
    })
    .nullable(),
  /** JSON pointer to the first place that breaks it, as far as it is not masked; null unless it violates. */
  path: z.string().nullable(),
  expected: z.string().nullable(),
  /** A shape, never a value. */
  found: z.string().nullable(),
  /** Why it is unknown, or a remark on one that fits. */
  why: z.string().nullable(),
});
export type ContractCheck = z.infer<typeof contractCheck>;

/** The record that a pointer means. Only `read` has anything of it; `detail` says in a sentence what was found. */
export const pointedRecord = z.object({
  topic: z.string().nullable(),
  partition: partitionNumber.nullable(),
  offset: offsetString.nullable(),
  state: z.enum(['read', 'unrecoverable', 'unreadable', 'denied']),
  detail: z.string(),
  /** How key, value and headers came here. */
  provenance: z.string().nullable(),
  /** Of the source partition, when it was looked at. */
  logStart: offsetString.nullable(),
  at: instant.nullable(),
  contentHash: z.string().nullable(),
  headers: z.array(headerView),
  headersOmitted: z.number().int(),
});
export type PointedRecord = z.infer<typeof pointedRecord>;

/** Other dead letters of the topic with the key of one; the nearest to it first. `count` is all that are still in the log, itself among them, and 1,001 where there are more. */
export const sameKeyView = z.object({
  later: z.array(deadLetterRow),
  earlier: z.array(deadLetterRow),
  count: z.number().int(),
});
export type SameKeyView = z.infer<typeof sameKeyView>;

export const deadLetterRecord = deadLetterRow.extend({
  cluster: z.string(),
  topic: z.string(),
  topicId: z.string(),
  flow: z.string().nullable(),
  verdict: z.enum(failureVerdicts),
  contentHash: z.string(),
  lineageRoot: z.string(),
  /** null without the payload permission. */
  key: payloadView.nullable(),
  value: payloadView.nullable(),
  payloadDenied: z.boolean(),
  /** null for one without a key, and without the payload permission. */
  sameKey: sameKeyView.nullable(),
  /** null without the payload permission: the answer says something of the payload. */
  contract: contractCheck.nullable(),
  headers: z.array(headerView),
  /** Headers past the first 1,000, which are not shown. */
  headersOmitted: z.number().int(),
  stacktrace: z.string().nullable(),
  topFrame: z.string().nullable(),
  exceptionChain: z.array(z.string()),
  origin: coordinate.extend({ provenance: z.string() }),
  lastHop: coordinate.nullable(),
  /** Whether key and value are those of the record that it points at. Null for one that has a payload of its own. */
  rehydrated: z.boolean().nullable(),
  /** Null for one that is no pointer, and without the payload permission. */
  source: pointedRecord.nullable(),
  replays: z.array(z.object({ id: z.string(), state: z.string(), at: instant })),
  /** Copies that preserve made, oldest first. Partition and offset are null for one that was sent and not found again. */
  copies: z.array(
    z.object({
      topic: z.string(),
      partition: partitionNumber.nullable(),
      offset: offsetString.nullable(),
      at: instant,
      replayId: z.string(),
    }),
  ),
  asOf: instant,
});
export type DeadLetterRecord = z.infer<typeof deadLetterRecord>;

/** `text` stands in place of what is between `from` and `to` (UTF-16 units). */
export const filterCompletions = z.object({
  from: z.number().int(),
  to: z.number().int(),
  items: z.array(z.object({ text: z.string(), kind: z.enum(completionKinds), about: z.string() })),
  asOf: instant,
});
export type FilterCompletions = z.infer<typeof filterCompletions>;

const topicParams = z.object({ cluster: z.string(), topic: z.string() });
/** The expression language of docs/adr/0012; how long it may be is the language's own limit, with its own words. */
const filterText = z
  .string()
  .min(1)
  .meta({ description: 'expression over the fields of a row and its headers, e.g. attempts > 3' });
const range = { from: instantInput.optional(), to: instantInput.optional() };
/** What `/records`, `/export` and `/scan` can be narrowed by. */
export const recordFilterQuery = {
  ...range,
  fingerprint: z.string().max(64).optional(),
  disposition: z.enum(dispositions).optional(),
  filter: filterText.optional(),
  q: z.string().max(250).optional(),
};

export const listDeadLetterTopics = operation({
  id: 'listDeadLetterTopics',
  method: 'GET',
  path: '/dead-letters',
  summary: 'Dead-letter and quarantine topics',
  permission: 'read',
  query: z.strictObject(pageQuery),
  answer: listOf(deadLetterTopic),
});
export const getDeadLetterTopic = operation({
  id: 'getDeadLetterTopic',
  method: 'GET',
  path: '/dead-letters/{cluster}/{topic}',
  summary: 'One dead-letter or quarantine topic',
  permission: 'read',
  params: topicParams,
  answer: deadLetterTopic,
});
export const listFailureGroups = operation({
  id: 'listFailureGroups',
  method: 'GET',
  path: '/dead-letters/{cluster}/{topic}/failures',
  summary: 'Failure groups of a topic, most open first',
  permission: 'read',
  params: topicParams,
  query: z.strictObject({
    ...pageQuery,
    ...range,
    disposition: z.enum(dispositions).optional(),
    filter: filterText.optional(),
  }),
  answer: failureGroupList,
});
export const listDeadLetterRecords = operation({
  id: 'listDeadLetterRecords',
  method: 'GET',
  path: '/dead-letters/{cluster}/{topic}/records',
  summary: 'Indexed dead letters, newest first',
  permission: 'read',
  params: topicParams,
  query: z.strictObject({
    ...pageQuery,
    ...recordFilterQuery,
    excerpts: z
      .enum(['true', 'false'])
      .optional()
      .meta({ description: 'with the beginning of each value, for who may see payloads; it is audited' }),
  }),
  answer: listOf(listedDeadLetter),
});
export const suggestFilter = operation({
  id: 'suggestFilter',
  method: 'GET',
  path: '/dead-letters/{cluster}/{topic}/filter/suggest',
  summary: 'What can come next in a filter that is being written',
  permission: 'read',
  params: topicParams,
  query: z.strictObject({
    text: z.string().max(2000).default(''),
    at: z.coerce.number().int().min(0).max(2000),
  }),
  answer: filterCompletions,
});
export const getDeadLetterRecord = operation({
  id: 'getDeadLetterRecord',
  method: 'GET',
  path: '/dead-letters/{cluster}/{topic}/records/{partition}/{offset}',
  summary: 'One dead letter with decoded headers, failure and (with permission) payload',
  permission: 'read',
  params: topicParams.extend({ partition: partitionText, offset: offsetInput }),
  answer: deadLetterRecord,
});
const exportFormats = ['ndjson', 'csv'] as const;
export type ExportFormat = (typeof exportFormats)[number];
export const exportDeadLetters = operation({
  id: 'exportDeadLetters',
  method: 'GET',
  path: '/dead-letters/{cluster}/{topic}/export',
  summary:
    'What is indexed now as a file, newest first; the last line says how many rows there are and the SHA-256 of all before it: without it the file is cut',
  permission: 'read',
  params: topicParams,
  query: z.strictObject({ ...recordFilterQuery, format: z.enum(exportFormats).default('ndjson') }),
  contentType: 'application/x-ndjson',
});
