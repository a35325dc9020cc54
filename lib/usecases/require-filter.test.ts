import { describe, expect, it } from 'vitest';
import type { Principal, Role } from '#lib/domain/access/roles.ts';
import { noMasks, parseMasks } from '#lib/domain/dead-letters/masks.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import { requireFilter } from './require-filter.ts';

const who = (role: Role): Principal => ({
  userId: role,
  name: role,
  grants: [{ role, cluster: 'main', flow: '*' }],
  via: 'session',
});
const open = { cluster: 'main', flow: 'payments', masks: noMasks };
const masked = { ...open, masks: parseMasks(['header:Authorization', '/card/number']) };

function refusal(principal: Principal, text: string, scope: typeof open): SluiceError | null {
  try {
    requireFilter(principal, text, scope);
    return null;
  } catch (error) {
    if (error instanceof SluiceError) return error;
    throw error;
  }
}

describe('who may ask what', () => {
  it.each([
    ['key == "a"', open, 'key'],
    ['attempts > 3 || key.startsWith("a")', open, 'key'],
    ['key == null', open, 'key'],
    ['exceptionMessage.contains("a")', masked, 'exceptionMessage'],
    ['headers["authorization"] == "a"', masked, 'headers["authorization"]'],
    ['!has(headers["AUTHORIZATION"])', masked, 'headers["AUTHORIZATION"]'],
  ])('%s takes the payload permission', (text, scope, field) => {
    const refused = refusal(who('viewer'), text, scope);
    expect(refused).toMatchObject({ code: 'forbidden', fields: { field } });
    expect(refused?.message).toContain(`The filter looks at ${field}.`);
    expect(refused?.explain?.permission).toBe('payload.read');
    expect(refusal(who('responder'), text, scope)).toBeNull();
  });

  it.each([
    ['exceptionMessage.contains("a")', open],
    ['headers["authorization"] == "a"', open],
    ['exceptionClass == "a" && headers["trace-id"] == "b"', masked],
  ])('%s is for everybody who may read', (text, scope) => {
    expect(refusal(who('viewer'), text, scope)).toBeNull();
  });

  it('what can’t be read says where', () => {
    expect(refusal(who('viewer'), 'attempts > "3"', open)).toMatchObject({
      code: 'bad_request',
      message:
        "The filter can't be read. Line 1, column 12: A number is compared with a text: a number is expected. Did you mean 3?",
      fields: { filter: { kind: 'type', at: 11, end: 14, line: 1, column: 12, suggestion: '3' } },
    });
  });
});
