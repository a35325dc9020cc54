import type { RoleRule } from '#lib/config/config.ts';
import type { RoleGrant } from '#lib/domain/access/roles.ts';

/** What the configuration grants to any of these subjects, `user:<name>` or `group:<name>`. */
export const grantedTo = (rules: readonly RoleRule[], subjects: readonly string[]): RoleGrant[] =>
  rules
    .filter((rule) => rule.subjects.some((subject) => subjects.includes(subject)))
    .flatMap(({ role, clusters, flows }) =>
      clusters.flatMap((cluster) => flows.map((flow) => ({ role, cluster, flow }))),
    );
