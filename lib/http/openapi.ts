import { z } from 'zod';
import { healthAnswer } from '#lib/contract/home.ts';
import type { Operation } from '#lib/contract/operation.ts';
import { operations } from '#lib/contract/operations.ts';
import { problem } from '#lib/contract/wire.ts';
import { permissionsOf } from '#lib/domain/access/roles.ts';

type Schema = Record<string, unknown>;
type Parameter = {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  schema: Schema;
  description?: string;
};

function schemaOf(type: z.ZodType, io: 'input' | 'output'): Schema {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(type, {
    io,
    target: 'draft-2020-12',
    unrepresentable: 'any',
  });
  return schema;
}

function parametersOf(type: z.ZodType | undefined, place: 'path' | 'query'): Parameter[] {
  if (!type) return [];
  const schema = schemaOf(type, 'input') as { properties?: Record<string, Schema>; required?: string[] };
  return Object.entries(schema.properties ?? {}).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || (schema.required?.includes(name) ?? false),
    schema: property,
    ...(typeof property.description === 'string' ? { description: property.description } : {}),
  }));
}

const idempotencyKey: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  schema: { type: 'string', minLength: 1, maxLength: 255 },
  description: 'The same key and body answers the first result again, for 24 hours; another body is 409.',
};

const problems = {
  description: 'RFC 9457 problem',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

function successOf(operation: Operation): Schema {
  if (operation.status === 204) return { description: 'Done' };
  const contentType = operation.contentType ?? 'application/json';
  const schema = operation.answer ? schemaOf(operation.answer, 'output') : {};
  return { description: 'Done', content: { [contentType]: { schema } } };
}

function operationObject(operation: Operation): Schema {
  const { permission } = operation;
  const writes = operation.method !== 'GET';
  const parameters = [...parametersOf(operation.params, 'path'), ...parametersOf(operation.query, 'query')];
  if (writes && permission !== 'public') parameters.push(idempotencyKey);
  const held = Object.entries(permissionsOf).filter(([, list]) => list.some((name) => name === permission));
  return {
    operationId: operation.id,
    summary: operation.summary,
    tags: [operation.path.split('/')[1] ?? ''],
    ...(held.length > 0
      ? { description: `Needs ${permission}: ${held.map(([role]) => role).join(', ')}.` }
      : {}),
    security: permission === 'public' ? [] : [{ bearer: [] }, { session: [] }],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(operation.body
      ? { requestBody: { content: { 'application/json': { schema: schemaOf(operation.body, 'input') } } } }
      : {}),
    responses: { [String(operation.status ?? 200)]: successOf(operation), default: problems },
  };
}

const atRoot = [{ url: '/' }];
const health = (summary: string, operationId: string): Schema => ({
  servers: atRoot,
  get: {
    operationId,
    summary,
    tags: ['health'],
    security: [],
    responses: Object.fromEntries(
      ['200', '503'].map((status) => [
        status,
        {
          description: summary,
          content: { 'application/json': { schema: schemaOf(healthAnswer, 'output') } },
        },
      ]),
    ),
  },
});

const rootPaths: Record<string, Schema> = {
  '/health/live': health('This process answers', 'live'),
  '/health/ready': health('Postgres and a worker answer; Kafka down only degrades', 'ready'),
  '/metrics': {
    servers: atRoot,
    get: {
      operationId: 'metrics',
      summary: 'Prometheus text; needs the metrics token',
      tags: ['health'],
      security: [{ metrics: [] }],
      responses: {
        '200': { description: 'Done', content: { 'text/plain': { schema: { type: 'string' } } } },
        default: problems,
      },
    },
  },
};

/** OpenAPI 3.1 of the whole API, from the same schemas that validate requests. */
export function openApiDocument(): Schema {
  const paths: Record<string, Schema> = {};
  for (const operation of operations) {
    const path = paths[operation.path] ?? {};
    path[operation.method.toLowerCase()] = operationObject(operation);
    paths[operation.path] = path;
  }
  return {
    openapi: '3.1.0',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: {
      title: 'Sluice',
      version: '1',
      summary: 'Consumer lag, dead letters and governed replay on Apache Kafka',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/api/v1' }],
    paths: { ...paths, ...rootPaths },
    components: {
      schemas: { Problem: schemaOf(problem, 'output') },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An API token, slc_…' },
        session: { type: 'apiKey', in: 'cookie', name: 'sluice_session' },
        metrics: { type: 'http', scheme: 'bearer', description: 'The metrics token' },
      },
    },
  };
}
