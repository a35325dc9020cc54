import type { Me } from '#lib/contract/access.ts';
import { permissionsHeld, rolesHeld } from '#lib/domain/access/decide.ts';
import type { Principal } from '#lib/domain/access/roles.ts';

/** How a principal sees itself. */
export const meOf = (principal: Principal, demo: boolean): Me => ({
  name: principal.name,
  roles: rolesHeld(principal),
  permissions: permissionsHeld(principal),
  via: principal.via,
  demo,
});
