import { describe, expect, it } from 'vitest';
import { paletteScore } from './palette-score.ts';

const score = (typed: string, ...keywords: string[]) => paletteScore('key', typed, keywords);

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
});
