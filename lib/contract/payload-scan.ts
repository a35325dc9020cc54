import { z } from 'zod';
import { scanEndings, scanLimits } from '#lib/domain/dead-letters/scan-limits.ts';
import { searchedParts } from '#lib/domain/dead-letters/searched-part.ts';
import { deadLetterRow, recordFilterQuery } from './dead-letters.ts';
import { operation } from './operation.ts';
import { instant } from './wire.ts';

const everywhere = { in: z.enum(searchedParts).default('any'), matchCase: z.boolean().default(false) };
const wantedMax = 200;
const segmentsMax = 32;

export const payloadSearch = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('text'), text: z.string().min(1).max(wantedMax), ...everywhere }),
    z.strictObject({
      kind: z.literal('json'),
      path: z
        .string()
        .max(500)
        .startsWith('/')
        .refine((path) => path.split('/').length <= segmentsMax + 1, {
          error: `at most ${segmentsMax} steps`,
        })
        .meta({ description: 'JSON pointer (RFC 6901); * stands for every element or member' }),
      op: z.enum(['equals', 'contains']),
      value: z.string().max(wantedMax),
      ...everywhere,
    }),
  ])
  .refine((search) => search.kind === 'text' || search.op === 'equals' || search.value !== '', {
    path: ['value'],
    error: 'say what it should contain',
  });
export type PayloadSearchInput = z.input<typeof payloadSearch>;

const atMost = (most: number) => z.number().int().min(1).max(most).default(most);

const scanBody = z.strictObject({
  search: payloadSearch,
  ...recordFilterQuery,
  limits: z
    .strictObject({
      records: atMost(scanLimits.records),
      bytes: atMost(scanLimits.bytes),
      ms: atMost(scanLimits.ms),
      found: atMost(scanLimits.found),
    })
    .default({ ...scanLimits }),
});
export type ScanBody = z.input<typeof scanBody>;

const progress = {
  /** Dead letters of the index that were dealt with. */
  read: z.number().int(),
  /** Dead letters that there are to look into; counted up to the limit. */
  of: z.number().int(),
  found: z.number().int(),
  /** Expanded, of all that was fetched. */
  bytes: z.number().int(),
  ms: z.number().int(),
};

const scanStart = z.object({
  kind: z.literal('start'),
  of: z.number().int(),
  /** There are more than `of`, which is the limit. */
  more: z.boolean(),
  limits: z.object({
    records: z.number().int(),
    bytes: z.number().int(),
    ms: z.number().int(),
    found: z.number().int(),
  }),
  /** Not indexed yet, and so not looked into; null when that is not known. */
  behindRecords: z.number().int().nullable(),
  asOf: instant,
});
export type ScanStart = z.infer<typeof scanStart>;
const scanProgress = z.object({ kind: z.literal('progress'), ...progress });
export type ScanProgress = z.infer<typeof scanProgress>;
const scanFound = z.object({
  kind: z.literal('found'),
  row: deadLetterRow,
  where: z.enum(['key', 'value']),
  before: z.string(),
  match: z.string(),
  after: z.string(),
});
export type ScanFound = z.infer<typeof scanFound>;
const scanEnd = z.object({
  kind: z.literal('end'),
  ending: z.enum(scanEndings),
  /** Why it ended, in a sentence. */
  detail: z.string(),
  ...progress,
  /** Of those that were read: in how many nothing could be found for sure, and why. */
  unsearched: z.object({
    /** Only point at a record elsewhere. */
    pointers: z.number().int(),
    /** No longer in the log. */
    gone: z.number().int(),
    /** Damaged, or expanding past what is allowed. */
    unreadable: z.number().int(),
    /** So large that only the beginning was searched. */
    partly: z.number().int(),
    /** Hidden by a mask as a whole. */
    withheld: z.number().int(),
    /** Naming a schema by which they could not be decoded: at most their bytes were searched. */
    undecoded: z.number().int(),
  }),
});
export type ScanEnd = z.infer<typeof scanEnd>;

/** One line of the answer. The last is `end`; without it the answer is cut. */
export const scanLine = z.discriminatedUnion('kind', [scanStart, scanProgress, scanFound, scanEnd]);
export type ScanLine = z.infer<typeof scanLine>;

/** A POST although it changes nothing: what is searched for may be a secret itself, and addresses are kept by browsers and proxies. */
export const scanDeadLetters = operation({
  id: 'scanDeadLetters',
  method: 'POST',
  path: '/dead-letters/{cluster}/{topic}/scan',
  summary:
    'Search keys and values, masked as they are shown, of the dead letters that the filters leave, newest first; one JSON text a line, the last says how it ended',
  permission: 'payload.read',
  params: z.object({ cluster: z.string(), topic: z.string() }),
  body: scanBody,
  answer: scanLine,
  contentType: 'application/x-ndjson',
});
