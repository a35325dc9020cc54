import type { RoleRule } from '#lib/config/config.ts';
import { type AccessScope, isPermitted } from '#lib/domain/access/decide.ts';
import type { Permission, Principal } from '#lib/domain/access/roles.ts';
import type { Explanation } from '#lib/domain/kernel/errors.ts';
import type { UserStore } from '#lib/store/users.ts';
import { explain } from './authorize.ts';
import { grantedTo } from './granted.ts';

/** Whose grants there are to look through. */
export type Directory = { users: Pick<UserStore, 'list'>; roles: readonly RoleRule[] };

const namesMost = 8;
const group = 'group:';

/**
 * Who holds a permission there: people by name, by the grants of the database and of the configuration, and groups of the configuration, whose
 * members only their provider knows. At most eight.
 */
async function whoCan(
  { users, roles }: Directory,
  permission: Permission,
  scope: AccessScope,
  without: ReadonlySet<string>,
): Promise<string[]> {
  const people = (await users.list())
    .filter(({ id, disabledAt }) => disabledAt === null && !without.has(id))
    .filter(({ name, grants }) =>
      isPermitted({ grants: [...grants, ...grantedTo(roles, [`user:${name}`])] }, permission, scope),
    )
    .map(({ name }) => name);
  const groups = [...new Set(roles.flatMap(({ subjects }) => subjects))].filter(
    (subject) =>
      subject.startsWith(group) && isPermitted({ grants: grantedTo(roles, [subject]) }, permission, scope),
  );
  return [...people, ...groups.map((subject) => `the group ${subject.slice(group.length)}`)].slice(
    0,
    namesMost,
  );
}

/**
 * The explanation of a refusal that no grant lifts, because it is of this person: who could do it instead.
 * @param without ids of those who could not either
 */
export async function explainByOthers(
  directory: Directory,
  principal: Principal,
  permission: Permission,
  scope: AccessScope,
  without: readonly string[] = [],
): Promise<Explanation> {
  const others = await whoCan(directory, permission, scope, new Set([principal.userId, ...without]));
  return {
    ...explain(principal, permission, scope),
    grantedBy: others.length > 0 ? others : ['nobody else who is known here: an admin can give the role'],
  };
}
