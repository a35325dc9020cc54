import { describe, expect, it } from 'vitest';
import { goHref, goTime, readGoLink } from './go.ts';

describe('readGoLink', () => {
  it('takes what it knows, leaves the rest, and reads the older name of a failure group', () => {
    const { link, problems } = readGoLink({
      cluster: 'main',
      group: ' g ',
      fingerprint: 'f',
      utm: 'x',
      flow: '',
    });
    expect(problems).toEqual([]);
    expect(link).toMatchObject({ cluster: 'main', group: 'g', failure: 'f', flow: null, topic: null });
  });

  it.each([
    [{ group: ['a', 'b'] }, /group stands 2 times/],
    [{ group: 'x'.repeat(501) }, /group is longer/],
    [{ partition: '-1' }, /partition is no partition/],
    [{ from: 'yesterday' }, /from is no time/],
    [{ from: '2026-05-04T03:00:00Z', to: '2026-05-04T02:00:00Z' }, /from does not lie before to/],
  ])('says what is wrong with %j', (search, why) => {
    expect(readGoLink(search).problems.join()).toMatch(why);
  });
});

describe('goTime', () => {
  it.each([
    ['2026-05-04T02:41:00Z', '2026-05-04T02:41:00.000Z'],
    ['2026-05-04T04:41:00.5+02:00', '2026-05-04T02:41:00.500Z'],
    ['1777862460000', '2026-05-04T02:41:00.000Z'],
    ['1777862460', '2026-05-04T02:41:00.000Z'],
    ['now-1h', null],
    ['2026-99-99T00:00:00Z', null],
    ['99999999999', null],
    ['javascript:1', null],
  ])('%s', (text, at) => expect(goTime(text)).toBe(at));
});

describe('goHref', () => {
  it('names the thing, and the time of what is over', () => {
    const span = { from: '2026-05-04T02:00:00.000Z', to: '2026-05-04T03:00:00.000Z' };
    expect(goHref({ kind: 'group', cluster: 'main', group: 'a/b' })).toBe('/go?cluster=main&group=a%2Fb');
    expect(goHref({ kind: 'failure', cluster: 'm', topic: 't', fingerprint: 'f' })).toBe(
      '/go?cluster=m&topic=t&failure=f',
    );
    expect(goHref({ kind: 'replay', replay: 'r-1' }, span)).toBe(
      '/go?replay=r-1&from=2026-05-04T02%3A00%3A00.000Z&to=2026-05-04T03%3A00%3A00.000Z',
    );
  });
});
