import type { z } from 'zod';
import { webRuntime } from '#lib/compose/web.ts';
import type { Operation } from '#lib/contract/operation.ts';
import { handle, type RouteHandler, type RouteInput } from './handle.ts';

/** A route of this web process; see `handle` for what it guarantees. */
export const route = <P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType>(
  operation: Operation<P, Q, B, A>,
  handler: (input: RouteInput<P, Q, B>) => Promise<z.input<A> | Response> | z.input<A> | Response,
): RouteHandler => handle(webRuntime, operation, handler);
