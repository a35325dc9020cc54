import { describe, expect, it } from 'vitest';
import { whatIfBody } from './what-if.ts';

const said = (body: unknown) => {
  const result = whatIfBody.safeParse(body);
  return result.success ? null : result.error.issues.map((each) => `${each.path.join('.')}: ${each.message}`);
};

describe('the question what if', () => {
  it.each([
    { to: { kind: 'offset', offset: '0' } },
    { to: { kind: 'offset', offset: '9223372036854775807' }, topics: ['orders.v1'] },
    { to: { kind: 'timestamp', timestamp: '2026-11-25T02:41:07+05:30' } },
    { to: { kind: 'earliest' } },
    { to: { kind: 'latest' } },
    { to: { kind: 'shift', by: '-100' } },
    { to: { kind: 'shift', by: '+5' } },
  ])('%j is one', (body) => expect(said(body)).toBeNull());

  it.each([
    [{}, /^to: /],
    [{ to: { kind: 'offset', offset: 'abc' } }, /^to\.offset: must be an offset as a decimal string/],
    [{ to: { kind: 'offset', offset: 5 } }, /^to\.offset: must be an offset as a decimal string/],
    [{ to: { kind: 'offset', offset: '9223372036854775808' } }, /^to\.offset: must be an offset/],
    [{ to: { kind: 'offset', offset: '-1' } }, /^to\.offset: must be an offset/],
    [{ to: { kind: 'offset' } }, /^to\.offset: must be an offset/],
    [{ to: { kind: 'shift', by: '1e3' } }, /^to\.by: must be a number of records/],
    [{ to: { kind: 'timestamp', timestamp: 'yesterday' } }, /^to\.timestamp: /],
    [{ to: { kind: 'latest', offset: '5' } }, /^to: .*"offset"/],
    [{ to: { kind: 'current' } }, /^to\.kind: must be one of "offset", "timestamp"/],
    [{ to: { kind: 'latest' }, topics: [] }, /^topics: /],
    [{ to: { kind: 'latest' }, execute: true }, /^: .*"execute"/],
  ])('%j is none, and it says where', (body, expected) => expect(said(body)?.join('\n')).toMatch(expected));
});
