import { describe, expect, it } from 'vitest';
import type { Me } from '#lib/contract/access.ts';
import { permissionsOf, type Role } from '#lib/domain/access/roles.ts';
import { deniedReason } from './permission.ts';

const person = (role: Role): Me => ({
  name: 'x',
  roles: [role],
  permissions: [...permissionsOf[role]],
  via: 'session',
  demo: false,
});

describe('why a button is disabled', () => {
  it('says nothing to those who may', () =>
    expect(deniedReason(person('responder'), 'replay.pause')).toBeNull());
  it('names what is held, what it takes, and who grants it', () =>
    expect(deniedReason(person('viewer'), 'replay.pause')).toBe(
      'You are viewer. This takes responder or approver or admin (replay.pause); an admin can grant it.',
    ));
  it('keeps approval from an admin', () =>
    expect(deniedReason(person('admin'), 'replay.approve')).toContain('takes approver'));
  it('does not guess before /me has answered', () =>
    expect(deniedReason(undefined, 'read')).toContain('not been read'));
});
