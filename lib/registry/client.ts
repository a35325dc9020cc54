import { z } from 'zod';
import { askRegistry, type RegistryAddress } from './ask.ts';
import { BoundedCache } from './bounded-cache.ts';
import {
  type RegisteredSchema,
  RegistryFailure,
  type SchemaKind,
  type SchemaRegistry,
  type SubjectVersion,
} from './port.ts';
import { recentAnswers } from './recent-answers.ts';

const kinds: Readonly<Record<string, SchemaKind>> = {
  AVRO: 'avro',
  PROTOBUF: 'protobuf',
  JSON: 'json-schema',
};
const version = z.number().int().min(1);
const schemaBody = z.object({
  schema: z.string(),
  /** Left out for Avro. */
  schemaType: z.string().nullish(),
  references: z
    .array(z.object({ name: z.string(), subject: z.string(), version }))
    .max(200)
    .nullish(),
});
const versionBody = schemaBody.extend({ id: z.number().int(), subject: z.string(), version });
const versionsBody = z.array(z.object({ subject: z.string(), version })).max(10_000);
const configBody = z.object({ compatibilityLevel: z.string() });

const immutable = { entries: 500, size: 16 * 1024 * 1024 };
const noGuids = 'It may be one that knows no GUIDs of schemas: those of Confluent do from version 8.';
/** A registry that is down is not waited for by every question about one record. */
const downForMs = 2000;

function schemaOf(body: z.infer<typeof schemaBody>, what: string): RegisteredSchema {
  const type = body.schemaType ?? 'AVRO';
  const kind = kinds[type.toUpperCase()];
  if (!kind)
    throw new RegistryFailure(
      'refused',
      `The schema registry says that ${what} is of type "${type.slice(0, 100)}": only Avro, Protobuf and JSON Schema are read.`,
    );
  return { kind, text: body.schema, references: body.references ?? [] };
}

function parsed<T>(type: z.ZodType<T>, body: unknown, what: string): T {
  const result = type.safeParse(body);
  if (result.success) return result.data;
  throw new RegistryFailure(
    'refused',
    `The schema registry's answer to ${what} is not what the Confluent API says: ${result.error.issues[0]?.path.join('.') || 'it'}: ${result.error.issues[0]?.message}.`,
  );
}

/**
 * Reads a registry with the Confluent API. What has an id, a GUID or a version never changes and is kept, bounded; what may change (the newest version of
 * a subject, the subjects of an id, a compatibility) for 5 s, an answer that there is none not at all.
 * @param timings of one request: 3 s unless told otherwise
 */
export function createSchemaRegistry(
  address: RegistryAddress,
  { timeoutMs = 3000, clock = () => Date.now() }: { timeoutMs?: number; clock?: () => number } = {},
): SchemaRegistry {
  const schemas = new BoundedCache<RegisteredSchema>(immutable);
  const versions = new BoundedCache<RegisteredSchema & { id: number }>(immutable);
  const latest = recentAnswers<RegisteredSchema & SubjectVersion & { id: number }>(
    clock,
    (schema) => schema.text.length,
  );
  const versionsOfId = recentAnswers<readonly SubjectVersion[]>(clock, (all) => all.length * 100);
  const levels = recentAnswers<string | null>(clock, () => 100);

  let down: { failure: RegistryFailure; atMs: number } | null = null;
  const ask = async (path: string, what: string) => {
    if (down && clock() - down.atMs < downForMs) throw down.failure;
    down = null;
    try {
      return await askRegistry(address, path, what, timeoutMs);
    } catch (error) {
      if (error instanceof RegistryFailure && (error.kind === 'unreachable' || error.kind === 'timed_out'))
        down = { failure: error, atMs: clock() };
      throw error;
    }
  };
  /** @returns null where the registry itself says that there is none */
  const get = async <T>(
    path: string,
    type: z.ZodType<T>,
    what: string,
    remedy = 'Check schemaRegistry.url of the cluster.',
  ): Promise<T | null> => {
    const asked = await ask(path, what);
    if (asked.status === 200) return parsed(type, asked.body, what);
    if (asked.code === null)
      throw new RegistryFailure(
        'refused',
        `What answered ${what} knows no such path (404), and does not say so as a schema registry does. ${remedy}`,
      );
    return null;
  };
  const unknown = (what: string) =>
    new RegistryFailure('unknown_schema', `The schema registry does not know ${what}.`);
  const subjectPath = (subject: string, of: number | 'latest') =>
    `subjects/${encodeURIComponent(subject)}/versions/${of}`;

  return {
    async schemaById(id) {
      const [key, what] = [`id ${id}`, `schema ${id}`];
      const kept = schemas.get(key);
      if (kept) return kept;
      const body = await get(`schemas/ids/${id}`, schemaBody, what);
      if (body === null) throw unknown(what);
      const schema = schemaOf(body, what);
      schemas.set(key, schema, body.schema.length);
      return schema;
    },
    async schemaByGuid(guid) {
      const [key, what] = [`guid ${guid}`, `schema ${guid}`];
      const kept = schemas.get(key);
      if (kept) return kept;
      const body = await get(`schemas/guids/${encodeURIComponent(guid)}`, schemaBody, what, noGuids);
      if (body === null) throw unknown(what);
      const schema = schemaOf(body, what);
      schemas.set(key, schema, body.schema.length);
      return schema;
    },
    async versionsOf(id) {
      const [path, what] = [`schemas/ids/${id}/versions`, `the versions of schema ${id}`];
      return versionsOfId(path, async () => (await get(path, versionsBody, what)) ?? []);
    },
    async version({ subject, version: number }) {
      const [key, what] = [`version ${number} of ${subject}`, `version ${number} of ${subject}`];
      const kept = versions.get(key);
      if (kept) return kept;
      const body = await get(subjectPath(subject, number), versionBody, what);
      if (body === null) throw unknown(what);
      const schema = { ...schemaOf(body, what), id: body.id };
      versions.set(key, schema, body.schema.length);
      return schema;
    },
    async latest(subject) {
      const what = `the subject ${subject}`;
      return latest(subject, async () => {
        const body = await get(subjectPath(subject, 'latest'), versionBody, what);
        if (body === null) throw unknown(what);
        return { ...schemaOf(body, what), id: body.id, subject, version: body.version };
      });
    },
    async compatibility(subject) {
      const what = `the compatibility of ${subject}`;
      const path = `config/${encodeURIComponent(subject)}`;
      return levels(path, async () => {
        const level = (await get(path, configBody, what)) ?? (await get('config', configBody, what));
        return level?.compatibilityLevel ?? null;
      });
    },
  };
}

/** The registry of each cluster that declares one, by the cluster's name. */
export const createSchemaRegistries = (
  clusters: readonly { name: string; schemaRegistry: RegistryAddress | null }[],
): Map<string, SchemaRegistry> =>
  new Map(
    clusters.flatMap(({ name, schemaRegistry }) =>
      schemaRegistry ? [[name, createSchemaRegistry(schemaRegistry)] as const] : [],
    ),
  );
