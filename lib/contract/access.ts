import { z } from 'zod';
import { isAccountName } from '#lib/domain/access/account-name.ts';
import { permissions, roles } from '#lib/domain/access/roles.ts';
import { operation } from './operation.ts';
import { instant, instantInput, listOf, pageQuery } from './wire.ts';

export const me = z.object({
  name: z.string(),
  roles: z.array(z.enum(roles)),
  permissions: z.array(z.enum(permissions)),
  via: z.enum(['session', 'token', 'proxy', 'system']),
  /** True when every identity is in one credentials file: four eyes is simulated (design.md, Trust). */
  demo: z.boolean(),
});
export type Me = z.infer<typeof me>;

export const tokenView = z.object({
  id: z.string(),
  name: z.string(),
  owner: z.string(),
  createdAt: instant,
  expiresAt: instant,
  lastUsedAt: instant.nullable(),
});
export const createdToken = tokenView.extend({ token: z.string() });

export const createSession = operation({
  id: 'createSession',
  method: 'POST',
  path: '/session',
  summary: 'Sign in with a local user; sets the session cookie',
  permission: 'public',
  body: z.strictObject({ name: z.string().min(1).max(100), password: z.string().min(1).max(500) }),
  answer: me,
  status: 201,
});
export const beginOidcSession = operation({
  id: 'beginOidcSession',
  method: 'GET',
  path: '/session/oidc',
  summary: 'Sign in at the identity provider of auth.oidc: sends the browser there',
  permission: 'public',
  query: z.strictObject({ next: z.string().max(2000).optional() }),
  status: 303,
});
export const finishOidcSession = operation({
  id: 'finishOidcSession',
  method: 'GET',
  path: '/session/oidc/callback',
  summary: 'Where the identity provider sends the browser back to; sets the session cookie',
  permission: 'public',
  query: z.record(z.string(), z.string().max(8000)),
  contentType: 'text/html',
});
export const createFirstAdmin = operation({
  id: 'createFirstAdmin',
  method: 'POST',
  path: '/setup',
  summary: 'Create the first admin with the one-time set-up token that the start printed',
  permission: 'public',
  body: z.strictObject({
    token: z.string().min(1).max(200),
    name: z
      .string()
      .trim()
      .refine(
        isAccountName,
        'must begin with a letter or a digit, go on with those and . _ @ -, and not be reserved',
      ),
    password: z.string().min(12).max(500),
  }),
  answer: z.object({ name: z.string(), roles: z.array(z.enum(roles)) }),
  status: 201,
});
export const deleteSession = operation({
  id: 'deleteSession',
  method: 'DELETE',
  path: '/session',
  summary: 'Sign out',
  permission: null,
  status: 204,
});
export const getMe = operation({
  id: 'getMe',
  method: 'GET',
  path: '/me',
  summary: 'Who is asking, with roles and permissions',
  permission: null,
  answer: me,
});
export const listTokens = operation({
  id: 'listTokens',
  method: 'GET',
  path: '/tokens',
  summary: 'API tokens of the caller (all of them for an admin)',
  permission: 'token.manage',
  query: z.strictObject(pageQuery),
  answer: listOf(tokenView),
});
export const createToken = operation({
  id: 'createToken',
  method: 'POST',
  path: '/tokens',
  summary: 'New API token; its text is shown only once',
  permission: 'token.manage',
  body: z.strictObject({ name: z.string().trim().min(1).max(100), expiresAt: instantInput.optional() }),
  answer: createdToken,
  status: 201,
});
export const deleteToken = operation({
  id: 'deleteToken',
  method: 'DELETE',
  path: '/tokens/{id}',
  summary: 'Revoke an API token',
  permission: 'token.manage',
  params: z.object({ id: z.string() }),
  status: 204,
});
