import { randomUUID } from 'node:crypto';
import { BrokerFailure } from '#lib/broker/port/failure.ts';
import type { Problem } from '#lib/contract/wire.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import { isDatabaseUnavailable } from '#lib/store/failure.ts';
import { compressed } from './compress.ts';

const always = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

/** A JSON answer that no cache keeps. @param acceptEncoding of the request, for an answer that may be packed */
export async function json(
  answer: unknown,
  status = 200,
  headers: Record<string, string> = {},
  acceptEncoding: string | null = null,
): Promise<Response> {
  const { body, headers: coding } = await compressed(JSON.stringify(answer), acceptEncoding);
  return new Response(body, {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...always, ...headers, ...coding },
  });
}

/** 204. */
export const noContent = (headers: Record<string, string> = {}): Response =>
  new Response(null, { status: 204, headers: { ...always, ...headers } });

/** Adds what every answer carries to one that a handler made itself (the headers of a redirect can't be changed in place). */
export function withStandardHeaders(response: Response): Response {
  const headers = new Headers({ ...always, ...Object.fromEntries(response.headers) });
  headers.delete('set-cookie');
  for (const cookie of response.headers.getSetCookie()) headers.append('set-cookie', cookie);
  return new Response(response.body, { status: response.status, headers });
}

/** Translates whatever was thrown into Sluice's closed list; what it does not know is logged under a reference. */
export function asSluiceError(error: unknown, where: string): SluiceError {
  if (error instanceof SluiceError) return error;
  if (error instanceof BrokerFailure) {
    if (error.kind === 'unreachable' || error.kind === 'timed_out')
      return new SluiceError('broker_unavailable', error.message, { cause: error });
    if (error.kind === 'offset_out_of_range')
      return new SluiceError('record_gone', error.message, { cause: error });
    if (error.kind === 'unknown_topic' || error.kind === 'unknown_topic_id')
      return new SluiceError('not_found', error.message, { cause: error });
  }
  if (isDatabaseUnavailable(error)) {
    logError(where, 'database', error);
    return new SluiceError('database_unavailable', 'Postgres does not answer. Try again shortly.', {
      cause: error,
    });
  }
  const reference = randomUUID();
  logError(where, reference, error);
  return new SluiceError(
    'internal',
    `Something failed inside Sluice. The log of the web process has it under reference ${reference}.`,
    { fields: { reference }, cause: error },
  );
}

/** One JSON line on stderr. */
export function logError(where: string, reference: string, error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : undefined;
  console.error(
    JSON.stringify({ at: new Date().toISOString(), level: 'error', where, reference, error: text, cause }),
  );
}

/** RFC 9457 problem+json of an error. */
export function problemOf(error: SluiceError): Problem {
  return {
    ...error.fields,
    type: `urn:sluice:problem:${error.code}`,
    title: error.title,
    status: error.status,
    detail: error.message,
    code: error.code,
    ...(error.explain ? { explain: error.explain } : {}),
  };
}

/** The answer for an error, with Retry-After where waiting helps. */
export function problemResponse(error: SluiceError): Response {
  const retryAfterMs = error.fields.retryAfterMs;
  return new Response(JSON.stringify(problemOf(error)), {
    status: error.status,
    headers: {
      'content-type': 'application/problem+json; charset=utf-8',
      ...always,
      ...(error.status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
      ...(typeof retryAfterMs === 'number' ? { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) } : {}),
    },
  });
}
