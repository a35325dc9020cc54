import { describe, expect, it } from 'vitest';
import { paletteMatches, paletteScore } from './palette-score.ts';

const score = (typed: string, text: string, ...aliases: string[]) => paletteScore(typed, { text, aliases });

describe('the palette', () => {
  it.each(['redrive', 'retry', 'reprocess'])('finds replays by %s', (word) =>
    expect(score(word, 'Replays', 'redrive', 'retry', 'reprocess')).toBeGreaterThan(0),
  );
  it('wants every word', () => {
    expect(score('pay serv', 'payments-service')).toBeGreaterThan(0);
    expect(score('pay xyz', 'payments-service')).toBe(0);
  });
  it('puts a name before an alias, and a word start before its middle', () => {
    expect(score('pay', 'payments')).toBeGreaterThan(score('pay', 'orders', 'payments'));
    expect(score('serv', 'payments-service')).toBeGreaterThan(score('ments', 'payments-service'));
  });
  it('shows everything before anything is typed', () => expect(score('', 'Lag')).toBe(1));
  it('keeps the order among equals, cuts long groups and leaves out empty ones', () => {
    const groups = [
      { heading: 'a', entries: [{ text: 'x pay' }, { text: 'pay 1' }, { text: 'pay 2' }] },
      { heading: 'b', entries: [{ text: 'other' }] },
    ];
    expect(paletteMatches(groups, 'pay', 2)).toEqual([
      { heading: 'a', entries: [{ text: 'pay 1' }, { text: 'pay 2' }] },
    ]);
  });
});
