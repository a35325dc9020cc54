import type { z } from 'zod';
import type { Operation } from '#lib/contract/operation.ts';
import { type ErrorCode, SluiceError } from '#lib/domain/kernel/errors.ts';

type Issue = z.core.$ZodIssue;
const longestBodyBytes = 2 * 1024 * 1024;

/** Of the alternatives of a union, the one that came closest speaks for all. */
function closest(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
  const fewest = [...issue.errors].sort((a, b) => a.length - b.length)[0] ?? [];
  const tied = issue.errors.filter((errors) => errors.length === fewest.length).length;
  if (tied > 1 && !fewest.some((inner) => inner.code === 'unrecognized_keys')) return [issue];
  return fewest.flatMap((inner) => closest({ ...inner, path: [...issue.path, ...inner.path] }));
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) value = (value as Record<PropertyKey, unknown> | null | undefined)?.[key];
  return value;
}

/** A selection that selects nothing has a code of its own (api.md, POST /replays). */
function isEmptySelection(issue: Issue, input: unknown): boolean {
  const at = issue.path.indexOf('selection');
  if (at < 0) return false;
  const selection = valueAt(input, issue.path.slice(0, at + 1));
  if (selection === undefined || selection === null) return true;
  if (typeof selection !== 'object') return false;
  const { from: _from, to: _to, ...rest } = selection as Record<string, unknown>;
  const [only, ...others] = Object.values(rest);
  return others.length === 0 && (only === undefined || (Array.isArray(only) && only.length === 0));
}

function sentence(issue: Issue, place: string): string {
  const at = [place, ...issue.path.map(String)].join('.');
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.map((key) => `"${key}"`).join(', ');
    return `${at} has ${issue.keys.length === 1 ? 'an unknown field' : 'unknown fields'}: ${names}.`;
  }
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined'))
    return `${at} is required.`;
  if (issue.code === 'invalid_union')
    return `${at} must have exactly one of the forms that /openapi.json describes.`;
  return `${at}: ${issue.message}.`;
}

function refuse(error: z.ZodError, input: unknown, place: string): never {
  const issues = error.issues.flatMap(closest);
  const unknown = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => [...issue.path.map(String), key].join('.'))
      : [],
  );
  const code: ErrorCode =
    place === 'body' && issues.some((issue) => isEmptySelection(issue, input))
      ? 'empty_selection'
      : unknown.length > 0
        ? 'unknown_field'
        : 'bad_request';
  const said = [...new Set(issues.map((issue) => sentence(issue, place)))];
  const more = said.length > 5 ? ` And ${said.length - 5} more.` : '';
  throw new SluiceError(code, `${said.slice(0, 5).join(' ')}${more}`, {
    fields: unknown.length > 0 ? { unknownFields: unknown } : {},
  });
}

/** Path of the first text that neither Postgres nor Kafka's names can hold: NUL, or half a surrogate pair. */
function unusableText(value: unknown, at: string): string | null {
  if (typeof value === 'string') return value.includes('\u0000') || !value.isWellFormed() ? at : null;
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, member] of Object.entries(value)) {
    const found = unusableText(key, `${at} (a field's name)`) ?? unusableText(member, `${at}.${key}`);
    if (found) return found;
  }
  return null;
}

function parsed(schema: z.ZodType, input: unknown, place: string): unknown {
  const unusable = unusableText(input, place);
  if (unusable)
    throw new SluiceError('bad_request', `${unusable} holds a NUL character or half a surrogate pair.`);
  const result = schema.safeParse(input);
  return result.success ? result.data : refuse(result.error, input, place);
}

/**
 * The parameters of the operation's path, decoded once, by Sluice itself.
 * @throws SluiceError `bad_request` for a path that is not validly encoded
 */
export function readPathParams(operation: Operation, url: URL): Record<string, string> {
  const names = `/api/v1${operation.path}`.split('/');
  const parts = url.pathname.split('/');
  const params: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    if (!name.startsWith('{')) continue;
    try {
      params[name.slice(1, -1)] = decodeURIComponent(parts[index] ?? '');
    } catch (error) {
      throw new SluiceError(
        'bad_request',
        `The path part "${parts[index]}" is not validly percent-encoded.`,
        {
          cause: error,
        },
      );
    }
  }
  return params;
}

export const parseParams = (operation: Operation, params: Record<string, string>): unknown =>
  operation.params ? parsed(operation.params, params, 'path') : undefined;

/** Query strings are strict: unknown and repeated names are refused. */
export function parseQuery(operation: Operation, url: URL): unknown {
  const query: Record<string, string> = {};
  for (const [name, value] of url.searchParams) {
    if (Object.hasOwn(query, name))
      throw new SluiceError('bad_request', `query.${name} is given more than once.`);
    Object.defineProperty(query, name, { value, enumerable: true, configurable: true, writable: true });
  }
  if (operation.query) return parsed(operation.query, query, 'query');
  const unknown = Object.keys(query);
  if (unknown.length > 0)
    throw new SluiceError(
      'unknown_field',
      `query has unknown fields: ${unknown.map((name) => `"${name}"`).join(', ')}.`,
      {
        fields: { unknownFields: unknown },
      },
    );
  return undefined;
}

async function readText(request: Request): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > longestBodyBytes)
      throw new SluiceError('too_large', `The body is larger than ${longestBodyBytes} bytes.`);
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch (error) {
    throw new SluiceError('bad_request', 'The body is not valid UTF-8.', { cause: error });
  }
}

const isJson = (request: Request) =>
  /^application\/json\s*(;\s*charset=("?)utf-8\2\s*)?$/i.test(
    request.headers.get('content-type')?.trim() ?? '',
  );

/**
 * The body, checked against the operation's schema. An empty body stands for `{}`.
 * @param jsonAlways cookie writes must say application/json even when empty: a form on another site can't
 */
export async function parseBody(
  operation: Operation,
  request: Request,
  jsonAlways: boolean,
): Promise<unknown> {
  if (!operation.body) return undefined;
  const text = await readText(request);
  if (!isJson(request) && (jsonAlways || text !== ''))
    throw new SluiceError('not_json', 'Send the body as JSON with "Content-Type: application/json".');
  let input: unknown = {};
  try {
    if (text !== '') input = JSON.parse(text);
  } catch (error) {
    throw new SluiceError('bad_request', `The body is not valid JSON: ${(error as Error).message}.`, {
      cause: error,
    });
  }
  return parsed(operation.body, input, 'body');
}
