import { z } from 'zod';
import { groupEventKinds } from '#lib/domain/lag/group-sight.ts';
import { operation } from './operation.ts';
import { instant, instantInput, listOf, pageQuery } from './wire.ts';

export const groupEventView = z.object({
  id: z.string(),
  cluster: z.string(),
  groupId: z.string(),
  at: instant,
  kind: z.enum(groupEventKinds),
  /** Plain words: what happened. */
  text: z.string(),
  /** More than 1 where a storm of the same was folded into one line. */
  count: z.number().int(),
});
export type GroupEventView = z.infer<typeof groupEventView>;

const eventQuery = {
  ...pageQuery,
  from: instantInput.optional(),
  to: instantInput.optional(),
  kind: z.enum(groupEventKinds).optional(),
};

export const listGroupEvents = operation({
  id: 'listGroupEvents',
  method: 'GET',
  path: '/clusters/{cluster}/groups/{group}/events',
  summary:
    'What happened to a group: rebalances, members that came and went, offsets reset, trouble that its status tells of; newest first, kept for 30 days',
  permission: 'read',
  params: z.object({ cluster: z.string(), group: z.string() }),
  query: z.strictObject(eventQuery),
  answer: listOf(groupEventView),
});
export const listAllGroupEvents = operation({
  id: 'listAllGroupEvents',
  method: 'GET',
  path: '/group-events',
  summary: 'The same of every group that the caller may see',
  permission: 'read',
  query: z.strictObject(eventQuery),
  answer: listOf(groupEventView),
});
