import type { AuditAction } from '#lib/domain/audit/action.ts';

type Params = Readonly<Record<string, string>>;
type Audited = { action: AuditAction; resource: (params: Params) => string };

const replay = (action: AuditAction): Audited => ({ action, resource: ({ id }) => `replay/${id}` });
const letters = (action: AuditAction): Audited => ({
  action,
  resource: ({ cluster, topic }) => `dead-letters/${cluster}/${topic}`,
});
const failure = (action: AuditAction): Audited => ({
  action,
  resource: ({ cluster, topic, fingerprint }) => `failure-group/${cluster}/${topic}/${fingerprint}`,
});
const incident = (action: AuditAction): Audited => ({ action, resource: ({ id }) => `incident/${id}` });
const fixed = (action: AuditAction, resource: string): Audited => ({ action, resource: () => resource });

/** Under which action and resource a refused write stands in the audit log, by operation id. Every write has a line here (tested). */
export const auditedAs: Readonly<Record<string, Audited>> = {
  createSession: fixed('session.create', 'session'),
  deleteSession: fixed('session.delete', 'session'),
  createFirstAdmin: fixed('user.create', 'user'),
  createToken: fixed('token.create', 'token'),
  deleteToken: { action: 'token.revoke', resource: ({ id }) => `token/${id}` },
  createMarker: fixed('marker.create', 'marker'),
  openIncident: fixed('incident.open', 'incident'),
  noteIncident: incident('incident.note'),
  addToIncident: incident('incident.add'),
  closeIncident: incident('incident.close'),
  reopenIncident: incident('incident.reopen'),
  testNotification: fixed('notification.test', 'notification'),
  whatIfGroup: {
    action: 'group.what_if',
    resource: ({ cluster, group }) => `group/${cluster}/${group}`,
  },
  scanDeadLetters: letters('dead_letters.scan'),
  dismissDeadLetters: letters('dead_letters.dismiss'),
  reopenDeadLetters: letters('dead_letters.reopen'),
  preserveDeadLetters: letters('dead_letters.preserve'),
  muteFailure: failure('dead_letters.mute'),
  unmuteFailure: failure('dead_letters.unmute'),
  snoozeFailure: failure('dead_letters.snooze'),
  unsnoozeFailure: failure('dead_letters.unsnooze'),
  claimFailure: failure('dead_letters.claim'),
  releaseFailure: failure('dead_letters.release'),
  draftReplay: fixed('replay.draft', 'replay'),
  editReplay: replay('replay.edit'),
  planReplay: replay('replay.plan'),
  submitReplay: replay('replay.submit'),
  approveReplay: replay('replay.approve'),
  rejectReplay: replay('replay.reject'),
  withdrawReplay: replay('replay.withdraw'),
  startReplay: replay('replay.start'),
  breakGlassReplay: replay('replay.break_glass'),
  reviewReplay: replay('replay.review'),
  pauseReplay: replay('replay.pause'),
  pauseAllReplays: fixed('replay.pause_all', 'replay'),
  resumeReplay: replay('replay.resume'),
  abortReplay: replay('replay.abort'),
};
