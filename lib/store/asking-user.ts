import { Prisma } from '#generated/prisma/client.ts';
import { type AskingUser, asGrants, type GrantRow } from './users.ts';

/** A row of a statement that selects `askingUser` beside what led to the user. */
export type AskingUserRow = {
  userId: string;
  userName: string;
  userCreatedAt: Date;
  credentialsChangedAt: Date;
  credentialsChangedBy: string;
  disabledAt: Date | null;
  grants: GrantRow[];
  groups: { names: string[]; at: string }[];
};

/**
 * The columns of user `u` with all grants, for the statement in front of every request: what Prisma's relations ask in three takes as
 * long as some pages' own questions.
 */
export const askingUser = Prisma.sql`
  u.id AS "userId", u.name AS "userName", u.created_at AS "userCreatedAt", u.credentials_changed_at AS "credentialsChangedAt",
  u.credentials_changed_by AS "credentialsChangedBy", u.disabled_at AS "disabledAt",
  (SELECT coalesce(jsonb_agg(jsonb_build_object('role', role, 'cluster', cluster, 'flow', flow) ORDER BY role, cluster, flow), '[]')
    FROM role_grant WHERE user_id = u.id) AS grants,
  (SELECT coalesce(jsonb_agg(jsonb_build_object('names', groups, 'at', groups_at) ORDER BY groups_at), '[]')
    FROM identity WHERE user_id = u.id AND groups_at IS NOT NULL) AS groups`;

export const askingUserOf = (row: AskingUserRow): AskingUser => ({
  id: row.userId,
  name: row.userName,
  createdAt: row.userCreatedAt,
  credentialsChangedAt: row.credentialsChangedAt,
  credentialsChangedBy: row.credentialsChangedBy,
  disabledAt: row.disabledAt,
  grants: asGrants(row.grants),
  groups: row.groups.map(({ names, at }) => ({ names, at: new Date(at) })),
});
