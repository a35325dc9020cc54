import { describe, expect, it } from 'vitest';
import { ownerLinks } from './owner-links.ts';

const logs = 'https://logs.invalid/?q={originTopic}%20{originOffset}';
const hrefOf = (address: string, values = {}) => ownerLinks({ logs: address }, values)[0]?.href;

describe('ownerLinks', () => {
  it('gives what is declared in a fixed order: addresses as links, the rest as text', () => {
    const owner = {
      chat: '#payments',
      team: 'team-payments',
      runbook: 'https://runbook.invalid/x',
      pager: '',
    };
    expect(ownerLinks(owner, {})).toEqual([
      { kind: 'team', text: 'team-payments', href: null },
      { kind: 'runbook', text: 'runbook', href: 'https://runbook.invalid/x' },
      { kind: 'chat', text: '#payments', href: null },
    ]);
  });

  it('fills in what the page knows, encoded, and leaves the rest empty', () => {
    expect(hrefOf(logs, { originTopic: 'a b&c=1', originOffset: '88412' })).toBe(
      'https://logs.invalid/?q=a%20b%26c%3D1%2088412',
    );
    expect(hrefOf(logs, { originTopic: 'orders' })).toBe('https://logs.invalid/?q=orders%20');
    expect(hrefOf('https://logs.invalid/{constructor}')).toBe('https://logs.invalid/');
  });

  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'ftp://x.invalid',
    '//x.invalid',
    'team channel',
    'https://me:secret@x.invalid/',
  ])('follows nothing but http and https: %s', (address) => {
    expect(hrefOf(address)).toBeNull();
  });

  it('lets no record decide where a link leads', () => {
    const values = { originTopic: 'evil.invalid' };
    expect(hrefOf('https://{originTopic}/x', values)).toBeNull();
    expect(hrefOf('https://logs.{originTopic}/x', values)).toBeNull();
    expect(hrefOf('{originTopic}://x', { originTopic: 'https' })).toBeNull();
    expect(hrefOf('https://logs.invalid/{originTopic}', { originTopic: '//evil.invalid' })).toBe(
      'https://logs.invalid/%2F%2Fevil.invalid',
    );
  });
});
