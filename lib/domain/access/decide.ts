import type { Explanation } from '../kernel/errors.ts';
import { type Permission, type Principal, permissionsOf, type Role, type RoleGrant, roles } from './roles.ts';

/**
 * What a permission is asked for. A left-out part means "anywhere" (the check before the resource is known);
 * `flow: null` is a topic that no flow declares, which only a grant on all flows covers.
 */
export type AccessScope = { cluster?: string; flow?: string | null };

const matches = (pattern: string, name: string) =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;

function covers(grant: RoleGrant, scope: AccessScope): boolean {
  if (scope.cluster !== undefined && !matches(grant.cluster, scope.cluster)) return false;
  if (scope.flow === undefined) return true;
  return scope.flow === null ? grant.flow === '*' : matches(grant.flow, scope.flow);
}

type Holder = Pick<Principal, 'grants'>;

/** The distinct roles held within the scope, in the order of `roles`. */
export const rolesHeld = (holder: Holder, scope: AccessScope = {}): Role[] =>
  roles.filter((role) => holder.grants.some((grant) => grant.role === role && covers(grant, scope)));

/** The distinct permissions held within the scope. */
export const permissionsHeld = (holder: Holder, scope: AccessScope = {}): Permission[] => [
  ...new Set(rolesHeld(holder, scope).flatMap((role) => permissionsOf[role])),
];

/** Whether a role held within the scope carries the permission. */
export const isPermitted = (holder: Holder, permission: Permission, scope: AccessScope = {}): boolean =>
  rolesHeld(holder, scope).some((role) => permissionsOf[role].includes(permission));

/** Clusters and flows, each by name or pattern, of which a grant carries a permission. */
export type GrantedPlace = Pick<RoleGrant, 'cluster' | 'flow'>;

/** Everywhere that the permission is held: for lists, which can't ask of each thing whether it is permitted. */
export const placesWith = (holder: Holder, permission: Permission): GrantedPlace[] =>
  holder.grants
    .filter((grant) => permissionsOf[grant.role].includes(permission))
    .map(({ cluster, flow }) => ({ cluster, flow }));

/** The roles that carry a permission, least powerful first. */
export const rolesWith = (permission: Permission): Role[] =>
  roles.filter((role) => permissionsOf[role].includes(permission));

const anAdmin = 'an admin (edit roles in the configuration)';

function nameOf(scope: AccessScope): string {
  const cluster = scope.cluster === undefined ? 'any cluster' : `cluster/${scope.cluster}`;
  if (scope.flow === undefined) return cluster;
  return scope.flow === null ? `${cluster}, topics without a flow` : `${cluster}/flow/${scope.flow}`;
}

/**
 * Says why a permission is missing: the same words stand in a 403 and beside a disabled button (design.md, Trust).
 * @param admins names of those who can grant it; left out, the configuration is named instead
 */
export const explainPermission = (
  holder: Holder,
  permission: Permission,
  scope: AccessScope = {},
  admins: readonly string[] = [],
): Explanation => ({
  permission,
  resource: nameOf(scope),
  heldRoles: rolesHeld(holder, scope),
  grantedBy: admins.length > 0 ? [...admins] : [anAdmin],
});

/** One sentence for the explanation above. */
export function sentenceOf(explanation: Explanation): string {
  const needed = rolesWith(explanation.permission as Permission);
  const held =
    explanation.heldRoles.length > 0
      ? `you are ${explanation.heldRoles.join(' and ')} there`
      : 'you have no role there';
  return `This needs ${explanation.permission} on ${explanation.resource} (role ${needed.join(' or ')}); ${held}. It can be granted by ${explanation.grantedBy.join(', ')}.`;
}
