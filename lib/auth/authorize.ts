import { type AccessScope, explainPermission, isPermitted, sentenceOf } from '#lib/domain/access/decide.ts';
import type { Permission, Principal } from '#lib/domain/access/roles.ts';
import { type Explanation, SluiceError } from '#lib/domain/kernel/errors.ts';

/** Whether the principal holds the permission on this cluster and flow. Left-out parts mean anywhere; `flow: null` is a topic without a flow. */
export const can = (principal: Principal, permission: Permission, scope: AccessScope = {}): boolean =>
  isPermitted(principal, permission, scope);

/** Why it is not permitted and who can grant it; answers the 403 and the reason beside a disabled button. */
export const explain = (
  principal: Principal,
  permission: Permission,
  scope: AccessScope = {},
  admins: readonly string[] = [],
): Explanation => explainPermission(principal, permission, scope, admins);

/** @throws SluiceError `forbidden` with the explanation */
export function authorize(principal: Principal, permission: Permission, scope: AccessScope = {}): void {
  if (can(principal, permission, scope)) return;
  const explanation = explain(principal, permission, scope);
  throw new SluiceError('forbidden', sentenceOf(explanation), { explain: explanation });
}
