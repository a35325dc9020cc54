import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { createdToken, Me, tokenView } from '#lib/contract/access.ts';
import { apiFetch, type Page, segment } from './api.ts';

export type TokenView = z.infer<typeof tokenView>;
export type CreatedToken = z.infer<typeof createdToken>;

export const meQuery = () =>
  queryOptions({
    queryKey: ['session', 'me'],
    queryFn: ({ signal }) => apiFetch<Me>('/me', { signal }),
    staleTime: 30_000,
    refetchInterval: 60_000,
  });

export const tokensQuery = () =>
  queryOptions({
    queryKey: ['session', 'tokens'],
    queryFn: ({ signal }) => apiFetch<Page<TokenView>>('/tokens', { query: { limit: 500 }, signal }),
  });

export const signIn = (name: string, password: string) =>
  apiFetch<Me>('/session', { method: 'POST', body: { name, password } });

export const signOut = () => apiFetch<void>('/session', { method: 'DELETE' });

export const createToken = (input: { name: string; expiresAt?: string }) =>
  apiFetch<CreatedToken>('/tokens', { method: 'POST', body: input });

export const revokeToken = (id: string) => apiFetch<void>(`/tokens/${segment(id)}`, { method: 'DELETE' });
