import { describe, expect, it } from 'vitest';
import { createDatabaseClock } from './database-clock.ts';

describe('createDatabaseClock', () => {
  it('goes by the database, however wrong or changing the clock of this machine is', async () => {
    let monotonic = 1000;
    const time = async () => {
      monotonic += 20;
      return new Date('2026-01-01T00:00:00.010Z');
    };
    const clock = createDatabaseClock(
      { time },
      () => undefined,
      () => monotonic,
    );
    await clock.sync();
    expect(clock.now().toISOString()).toBe('2026-01-01T00:00:00.020Z');
    monotonic += 3_600_000;
    expect(clock.now().toISOString()).toBe('2026-01-01T01:00:00.020Z');
  });

  it('asks again until the database has answered, and says why it has not', async () => {
    const said: string[] = [];
    const stop = new AbortController();
    let asked = 0;
    const time = async () => {
      asked += 1;
      if (asked === 1) throw new Error('not yet');
      return new Date('2026-01-01T00:00:00Z');
    };
    const clock = createDatabaseClock(
      { time },
      (line) => said.push(line),
      () => 0,
    );
    const before = Math.abs(clock.now().getTime() - Date.now());
    expect(before).toBeLessThan(1000);
    await new Promise<void>((known) => {
      void clock.keep(stop.signal, known);
    });
    stop.abort();
    expect(said).toEqual(['the database was asked for its time: not yet']);
    expect(clock.now().toISOString()).toBe('2026-01-01T00:00:00.000Z');
  });
});
