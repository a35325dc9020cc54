/** Roles and what each may do (api.md, "Roles"). `admin` does not imply `approver` (design.md, Trust). */
export const roles = ['viewer', 'responder', 'approver', 'admin'] as const;
export type Role = (typeof roles)[number];

export const permissions = [
  'read',
  'payload.read',
  'dead_letters.triage',
  'dead_letters.preserve',
  'replay.draft',
  'replay.plan',
  'replay.submit',
  'replay.start',
  'replay.break_glass',
  'replay.pause',
  'replay.resume',
  'replay.abort',
  'replay.withdraw',
  'replay.approve',
  'replay.reject',
  'replay.review',
  'marker.create',
  'incident.write',
  'notification.test',
  'token.manage',
  'audit.read',
] as const;
export type Permission = (typeof permissions)[number];

const viewer: readonly Permission[] = ['read', 'token.manage', 'audit.read'];
const responder: readonly Permission[] = [
  ...viewer,
  'payload.read',
  'dead_letters.triage',
  'dead_letters.preserve',
  'replay.draft',
  'replay.plan',
  'replay.submit',
  'replay.start',
  'replay.break_glass',
  'replay.pause',
  'replay.resume',
  'replay.abort',
  'replay.withdraw',
  'marker.create',
  'incident.write',
];
const approver: readonly Permission[] = [...responder, 'replay.approve', 'replay.reject', 'replay.review'];
const admin: readonly Permission[] = [...responder, 'notification.test'];

export const permissionsOf: Readonly<Record<Role, readonly Permission[]>> = {
  viewer,
  responder,
  approver,
  admin,
};

/** A role held on clusters and flows; `*` is all, a trailing `*` is a prefix. */
export type RoleGrant = { role: Role; cluster: string; flow: string };

/** Who is asking: one person, whatever the way they signed in. */
export type Principal = {
  userId: string;
  name: string;
  grants: readonly RoleGrant[];
  via: 'session' | 'token' | 'proxy' | 'system';
};
