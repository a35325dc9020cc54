import type { z } from 'zod';
import { authenticate, peerIn } from '#lib/auth/authenticate.ts';
import { can, explain } from '#lib/auth/authorize.ts';
import type { WebRuntime } from '#lib/compose/web.ts';
import type { Operation } from '#lib/contract/operation.ts';
import { sentenceOf } from '#lib/domain/access/decide.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import { idempotencyKey, idempotently, refusalResult } from './idempotent.ts';
import { parseBody, parseParams, parseQuery, readPathParams } from './input.ts';
import { originServed, requireOrigin } from './origin.ts';
import { auditRefusal } from './refusal.ts';
import { asSluiceError, json, noContent, problemResponse, withStandardHeaders } from './respond.ts';

/** What a handler gets: everything checked and typed by the operation's schemas. */
export type RouteInput<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> = {
  runtime: WebRuntime;
  /** Who asks. For a `public` operation it is nobody: a principal without grants. */
  principal: Principal;
  params: z.output<P>;
  query: z.output<Q>;
  body: z.output<B>;
  request: Request;
  /** The connection's true address, set by Sluice's own server. */
  peer: string;
  /** The origin under which the request came in, for cookies and links. */
  origin: string;
};
export type RouteHandler = (request: Request, context?: { params: Promise<unknown> }) => Promise<Response>;

const nobody: Principal = { userId: '', name: 'anonymous', grants: [], via: 'system' };

/** What a browser sends along by itself, also where another site makes it ask: a write by it has to come from here. */
const isAmbient = ({ via }: Principal): boolean => via === 'session' || via === 'proxy';

async function forbidUnlessHeld(
  runtime: WebRuntime,
  principal: Principal,
  operation: Operation,
): Promise<void> {
  const { permission } = operation;
  if (permission === null || permission === 'public' || can(principal, permission)) return;
  const admins = await runtime.database.stores.users.adminNames();
  const explanation = explain(principal, permission, {}, admins);
  throw new SluiceError('forbidden', sentenceOf(explanation), { explain: explanation });
}

/** A refusal thrown deeper down names the configuration; here the admins' names are known. */
async function withAdmins(runtime: WebRuntime, error: SluiceError): Promise<SluiceError> {
  // What explains itself in words of its own has its own names.
  if (error.code !== 'forbidden' || !error.explain || !error.message.includes(sentenceOf(error.explain)))
    return error;
  const admins = await runtime.database.stores.users.adminNames();
  if (admins.length === 0) return error;
  const explanation = { ...error.explain, grantedBy: admins };
  // What was said besides (which field of a filter) stays.
  const said = error.message.replace(sentenceOf(error.explain), '');
  return new SluiceError('forbidden', `${said}${sentenceOf(explanation)}`, {
    explain: explanation,
    fields: error.fields,
  });
}

/** @param acceptEncoding of who reads it at once; null for an answer that is kept */
async function answerOf(
  operation: Operation,
  result: unknown,
  acceptEncoding: string | null = null,
): Promise<Response> {
  if (result instanceof Response) return withStandardHeaders(result);
  if (operation.status === 204) return noContent();
  if (operation.answer && process.env.NODE_ENV !== 'production') operation.answer.parse(result);
  return json(result, operation.status ?? 200, {}, acceptEncoding);
}

/**
 * Turns an operation of the contract and its handler into a route: known host, sign-in, permission, origin, strict input,
 * idempotency, handler, JSON or problem+json; refused writes are audited. Anything on a resource (cluster, flow) the use case checks.
 */
export function handle<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType>(
  runtimeOf: () => Promise<WebRuntime>,
  operation: Operation<P, Q, B, A>,
  handler: (input: RouteInput<P, Q, B>) => Promise<z.input<A> | Response> | z.input<A> | Response,
): RouteHandler {
  const writes = operation.method !== 'GET';

  return async (request) => {
    let runtime: WebRuntime | null = null;
    let principal: Principal | null = null;
    let pathParams: Record<string, string> = {};
    const peer = peerIn(request.headers);

    const refusal = async (thrown: unknown): Promise<SluiceError> => {
      const error = asSluiceError(thrown, operation.id);
      if (!runtime) return error;
      try {
        const explained = await withAdmins(runtime, error);
        await auditRefusal(runtime.database, {
          operation,
          principal,
          params: pathParams,
          peer,
          error: explained,
        });
        return explained;
      } catch (failure) {
        return asSluiceError(failure, operation.id);
      }
    };

    try {
      const url = new URL(request.url);
      runtime = await runtimeOf();
      const { environment, database, clock } = runtime;
      const origin = originServed(request, environment);
      const isPublic = operation.permission === 'public';
      if (!isPublic) principal = await authenticate(runtime, request.headers);
      pathParams = readPathParams(operation, url);
      await forbidUnlessHeld(runtime, principal ?? nobody, operation);
      const ambient = principal !== null && isAmbient(principal);
      if (writes && (ambient || isPublic)) requireOrigin(request, origin, ambient ? 'refused' : 'allowed');
      const input: RouteInput<P, Q, B> = {
        runtime,
        principal: principal ?? nobody,
        params: parseParams(operation, pathParams) as z.output<P>,
        query: parseQuery(operation, url) as z.output<Q>,
        body: (await parseBody(operation, request, ambient || isPublic)) as z.output<B>,
        request,
        peer,
        origin,
      };
      const key = writes && principal ? idempotencyKey(request) : null;
      if (key === null || principal === null)
        return await answerOf(operation, await handler(input), request.headers.get('accept-encoding'));
      return await idempotently({
        store: database.stores.idempotency,
        scope: { userId: principal.userId, path: `${operation.method} ${url.pathname}`, key },
        operationId: operation.id,
        body: input.body,
        now: clock(),
        run: async () => {
          try {
            return await answerOf(operation, await handler(input));
          } catch (error) {
            return refusalResult(await refusal(error));
          }
        },
      });
    } catch (error) {
      return problemResponse(await refusal(error));
    }
  };
}
