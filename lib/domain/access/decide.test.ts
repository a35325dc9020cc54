import { describe, expect, it } from 'vitest';
import { explainPermission, isPermitted, permissionsHeld, sentenceOf } from './decide.ts';
import { permissions, type RoleGrant } from './roles.ts';

const holding = (...grants: RoleGrant[]) => ({ grants });
const everywhere = (role: RoleGrant['role']) => holding({ role, cluster: '*', flow: '*' });

describe('permissions', () => {
  it('admin does not imply approver', () => {
    expect(isPermitted(everywhere('admin'), 'replay.approve')).toBe(false);
    expect(isPermitted(everywhere('admin'), 'replay.draft')).toBe(true);
    expect(isPermitted(everywhere('approver'), 'replay.approve')).toBe(true);
  });

  it('a viewer reads but sees no payloads and changes nothing', () => {
    expect(permissionsHeld(everywhere('viewer'))).toEqual(['read', 'token.manage', 'audit.read']);
  });

  it('somebody without a grant holds nothing', () => {
    for (const permission of permissions) expect(isPermitted(holding(), permission)).toBe(false);
  });

  it('a grant on a prefix of flows covers those flows on that cluster only', () => {
    const ana = holding({ role: 'responder', cluster: 'main', flow: 'payments*' });
    expect(isPermitted(ana, 'replay.draft')).toBe(true);
    expect(isPermitted(ana, 'replay.draft', { cluster: 'main', flow: 'payments-eu' })).toBe(true);
    expect(isPermitted(ana, 'replay.draft', { cluster: 'main', flow: 'orders' })).toBe(false);
    expect(isPermitted(ana, 'replay.draft', { cluster: 'other', flow: 'payments' })).toBe(false);
  });

  it('a topic without a flow is covered by a grant on all flows only', () => {
    const some = holding({ role: 'responder', cluster: '*', flow: 'payments*' });
    expect(isPermitted(some, 'payload.read', { cluster: 'main', flow: null })).toBe(false);
    expect(isPermitted(everywhere('responder'), 'payload.read', { cluster: 'main', flow: null })).toBe(true);
  });

  it('explains what is missing, what is held, and who can grant it', () => {
    const explanation = explainPermission(
      everywhere('viewer'),
      'replay.approve',
      { cluster: 'main', flow: 'payments' },
      ['root'],
    );
    expect(explanation).toEqual({
      permission: 'replay.approve',
      resource: 'cluster/main/flow/payments',
      heldRoles: ['viewer'],
      grantedBy: ['root'],
    });
    expect(sentenceOf(explanation)).toBe(
      'This needs replay.approve on cluster/main/flow/payments (role approver); you are viewer there. It can be granted by root.',
    );
    expect(explainPermission(holding(), 'read').grantedBy).toEqual([
      'an admin (edit roles in the configuration)',
    ]);
  });
});
