import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { operations } from '#lib/contract/operations.ts';
import { auditActions } from '#lib/domain/audit/action.ts';
import { auditedAs } from './audit-actions.ts';
import { openApiDocument } from './openapi.ts';

const apiFolder = path.resolve('app/api/v1');

/** `/replays/{id}` for app/api/v1/replays/[id]/route.ts. */
const routeFiles = new Map(
  readdirSync(apiFolder, { recursive: true, encoding: 'utf8' })
    .filter((file) => path.basename(file) === 'route.ts' && !file.startsWith('[...path]'))
    .map((file) => [
      `/${path.dirname(file)}`.replaceAll(/\[(\w+)\]/g, '{$1}'),
      readFileSync(path.join(apiFolder, file), 'utf8'),
    ]),
);
const methodsOf = (text: string) =>
  [...text.matchAll(/^export (?:const|async function|function) (GET|POST|PATCH|PUT|DELETE|HEAD)\b/gm)].map(
    (match) => match[1],
  );

describe('the contract and the routes', () => {
  it.each(operations.map((operation) => [operation.id, operation] as const))(
    '%s has its route',
    (_, operation) => {
      const text = routeFiles.get(operation.path);
      expect(text, `app/api/v1${operation.path} has no route.ts`).toBeDefined();
      expect(methodsOf(text ?? '')).toContain(operation.method);
    },
  );

  it('no route is outside the contract, and all pass the gate', () => {
    for (const [route, text] of routeFiles) {
      for (const method of methodsOf(text))
        expect(
          operations.some((operation) => operation.path === route && operation.method === method),
          `${method} ${route} is not in lib/contract`,
        ).toBe(true);
      expect(text, `${route} does not use lib/http/route.ts`).toContain("from '#lib/http/route.ts'");
    }
  });

  it('ids and places are used once', () => {
    expect(new Set(operations.map((operation) => operation.id)).size).toBe(operations.length);
    expect(new Set(operations.map(({ method, path: at }) => `${method} ${at}`)).size).toBe(operations.length);
  });

  it('every write has an audit action for its refusals, and only writes have', () => {
    const writes = operations
      .filter((operation) => operation.method !== 'GET')
      .map((operation) => operation.id);
    expect(Object.keys(auditedAs).sort()).toEqual(writes.sort());
    for (const audited of Object.values(auditedAs)) expect(auditActions).toContain(audited.action);
  });
});

describe('/openapi.json', () => {
  // Through JSON, as a reader gets it: what JSON can't say would be gone here.
  const document = JSON.parse(JSON.stringify(openApiDocument()));
  const entries = Object.entries<Record<string, unknown>>(document.paths).flatMap(([at, item]) =>
    Object.entries(item)
      .filter(([key]) => ['get', 'post', 'patch', 'delete'].includes(key))
      .map(([method, operation]) => ({ at, method, operation: operation as Record<string, unknown> })),
  );

  it('is OpenAPI 3.1 with every operation, and the ones at the root', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d+$/);
    expect(document.info).toMatchObject({ title: expect.any(String), version: expect.any(String) });
    expect(entries).toHaveLength(operations.length + 3);
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(['/health/live', '/health/ready', '/metrics']),
    );
  });

  it('declares every path parameter exactly once, and no other', () => {
    for (const { at, operation } of entries) {
      const parameters = (operation.parameters ?? []) as { name: string; in: string; required: boolean }[];
      const inPath = parameters.filter((parameter) => parameter.in === 'path');
      expect(inPath.map((parameter) => parameter.name).sort(), at).toEqual(
        [...at.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort(),
      );
      for (const parameter of inPath) expect(parameter.required).toBe(true);
      expect(new Set(parameters.map((parameter) => `${parameter.in} ${parameter.name}`)).size).toBe(
        parameters.length,
      );
    }
  });

  it('gives every operation a unique id, an answer and a description of each', () => {
    expect(new Set(entries.map(({ operation }) => operation.operationId)).size).toBe(entries.length);
    for (const { at, operation } of entries) {
      const responses = Object.entries(operation.responses as Record<string, { description?: string }>);
      expect(responses.length, at).toBeGreaterThan(0);
      for (const [status, response] of responses) {
        expect(status).toMatch(/^([1-5]\d\d|default)$/);
        expect(response.description).toEqual(expect.any(String));
      }
    }
  });

  it('has no reference that leads nowhere', () => {
    const references: string[] = [];
    JSON.stringify(document, (key, value) => {
      if (key === '$ref') references.push(value);
      return value;
    });
    expect(references.length).toBeGreaterThan(0);
    for (const reference of references) {
      const found = reference
        .replace(/^#\//, '')
        .split('/')
        .reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], document);
      expect(found, reference).toBeDefined();
    }
  });

  it('names only security schemes that it defines', () => {
    const defined = Object.keys(document.components.securitySchemes);
    for (const { operation } of entries)
      for (const requirement of operation.security as Record<string, unknown>[])
        expect(defined).toEqual(expect.arrayContaining(Object.keys(requirement)));
  });

  it('refuses unknown fields in bodies, as the routes do', () => {
    for (const { at, method, operation } of entries) {
      const body = operation.requestBody as
        | { content: Record<string, { schema: Record<string, unknown> }> }
        | undefined;
      const schema = body?.content['application/json']?.schema;
      if (schema) expect(schema.additionalProperties, `${method} ${at}`).toBe(false);
    }
  });
});
