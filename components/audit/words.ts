import type { AuditEventView } from '#lib/contract/audit.ts';

/** An audit line as a sentence: `ana submitted replay r-7f3a`, `vera was refused to submit replay r-7f3a`. */
const verbs: Readonly<Record<AuditEventView['action'], readonly [did: string, refused: string]>> = {
  'system.bootstrap': ['set up', 'set up'],
  'session.create': ['signed in', 'sign in'],
  'session.delete': ['signed out', 'sign out'],
  'user.create': ['created user', 'create user'],
  'user.disable': ['disabled', 'disable'],
  'user.enable': ['enabled', 'enable'],
  'user.link': ['linked a sign-in to', 'link a sign-in to'],
  'user.reset_password': ['reset the password of', 'reset the password of'],
  'user.grant': ['changed the roles of', 'change the roles of'],
  'metrics_token.create': ['created the metrics token', 'create the metrics token'],
  'token.create': ['created token', 'create a token'],
  'token.revoke': ['revoked token', 'revoke token'],
  'policy.version': ['put policy in force', 'put policy in force'],
  'audit.export': ['exported', 'export'],
  'dead_letters.read_payload': ['read payload of', 'read payload of'],
  'dead_letters.export': ['exported', 'export'],
  'dead_letters.scan': ['scanned', 'scan'],
  'dead_letters.dismiss': ['dismissed', 'dismiss'],
  'dead_letters.reopen': ['reopened', 'reopen'],
  'dead_letters.preserve': [
    'began to copy dead letters into the quarantine',
    'copy dead letters into the quarantine',
  ],
  'dead_letters.mute': ['muted', 'mute'],
  'dead_letters.unmute': ['ended the mute of', 'end the mute of'],
  'dead_letters.snooze': ['snoozed', 'snooze'],
  'dead_letters.unsnooze': ['ended the snooze of', 'end the snooze of'],
  'dead_letters.claim': ['claimed', 'claim'],
  'dead_letters.release': ['released', 'release'],
  'dead_letters.regroup': ['grouped anew', 'group anew'],
  'replay.draft': ['drafted', 'draft'],
  'replay.edit': ['edited', 'edit'],
  'replay.plan': ['planned', 'plan'],
  'replay.submit': ['submitted', 'submit'],
  'replay.approve': ['approved', 'approve'],
  'replay.reject': ['rejected', 'reject'],
  'replay.withdraw': ['withdrew', 'withdraw'],
  'replay.expire': ['let expire', 'let expire'],
  'replay.void': ['voided the approval of', 'void the approval of'],
  'replay.start': ['started', 'start'],
  'replay.break_glass': ['started without approval', 'start without approval'],
  'replay.review': ['reviewed the start without approval of', 'review the start without approval of'],
  'replay.review_overdue': [
    'saw nobody review in time the start without approval of',
    'see the review in time of',
  ],
  'replay.first_batch_passed': ['saw the first batch pass of', 'pass the first batch of'],
  'replay.gate_failed': ['saw a gate fail of', 'fail a gate of'],
  'replay.pause': ['paused', 'pause'],
  'replay.pause_all': ['paused all replays', 'pause all replays'],
  'replay.resume': ['resumed', 'resume'],
  'replay.abort': ['aborted', 'abort'],
  'replay.execution_closed': ['ended sending of', 'end sending of'],
  'replay.verification_closed': ['closed the proof of', 'close the proof of'],
  'marker.create': ['marked', 'mark'],
  'incident.open': ['opened', 'open'],
  'incident.note': ['noted on', 'note on'],
  'incident.add': ['added to', 'add to'],
  'incident.close': ['closed', 'close'],
  'incident.reopen': ['reopened', 'reopen'],
  'incident.export': ['exported', 'export'],
  'notification.test': ['sent a test to', 'send a test to'],
  'group.what_if': ['asked what a move would do to', 'ask what a move would do to'],
};

export function auditVerb(event: Pick<AuditEventView, 'action' | 'outcome'>): string {
  const verb = verbs[event.action];
  // An API newer than this page may know more actions than the page has words for.
  if (!verb) return `${event.outcome === 'refused' ? 'was refused ' : ''}${event.action}`;
  return event.outcome === 'refused' ? `was refused to ${verb[1]}` : verb[0];
}

const places: ReadonlyMap<string, string> = new Map([
  ['replay', '/replays'],
  ['incident', '/incidents'],
]);

/** Where the thing of an audit line can be seen; null when it has no page. */
export function auditHref(resource: string): string | null {
  const cut = resource.indexOf('/');
  const [kind, name] = [resource.slice(0, cut), resource.slice(cut + 1)];
  const place = cut > 0 && name !== '' ? places.get(kind) : undefined;
  return place === undefined ? null : `${place}/${encodeURIComponent(name)}`;
}
