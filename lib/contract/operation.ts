import type { z } from 'zod';
import type { Permission } from '#lib/domain/access/roles.ts';

export type HttpMethod = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/**
 * One endpoint of the contract: the schemas here validate the request and describe it in /openapi.json,
 * so that the two can't differ. `permission: null` means any signed-in person; `public` needs no sign-in.
 */
export type Operation<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Answer extends z.ZodType = z.ZodType,
> = {
  readonly id: string;
  readonly method: HttpMethod;
  /** Below /api/v1, with `{name}` for parameters. */
  readonly path: string;
  readonly summary: string;
  readonly permission: Permission | null | 'public';
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly answer?: Answer;
  /** Default 200. */
  readonly status?: number;
  /** Default application/json. */
  readonly contentType?: string;
};

export const operation = <P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType>(
  definition: Operation<P, Q, B, A>,
): Operation<P, Q, B, A> => definition;
