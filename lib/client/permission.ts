import type { Me } from '#lib/contract/access.ts';
import { type Permission, permissionsOf, roles } from '#lib/domain/access/roles.ts';

/**
 * Why this person may not do something, for a disabled button; null when they may. It repeats what the API will say
 * from the roles that `/me` gives: the API decides, also per cluster and flow.
 */
export function deniedReason(me: Me | undefined, permission: Permission): string | null {
  if (me === undefined) return 'Who you are has not been read yet.';
  if (me.permissions.includes(permission)) return null;
  const holders = roles.filter((role) => permissionsOf[role].includes(permission));
  const held = me.roles.length === 0 ? 'no role' : me.roles.join(' and ');
  return `You are ${held}. This takes ${holders.join(' or ')} (${permission}); an admin can grant it.`;
}
