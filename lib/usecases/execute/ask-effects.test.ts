import { expect, it } from 'vitest';
import { plainBoundary } from '#fixtures/boundary.ts';
import type { Source } from '#lib/broker/sources/fetch-sources.ts';
import type { ManifestEntry } from '#lib/domain/replays/manifest.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import type { EffectProbe, ProbeAnswer } from '#lib/probes/port.ts';
import { askEffects } from './ask-effects.ts';

const effect = {
  ...{ what: 'charges a card', external: true, idempotencyKey: 'key' },
  probe: { name: 'books', asks: 'GET' },
};
const flow = { cluster: 'main', deadLetters: 'orders.dlq' };

/** Five entries: one that expired, one that is diverted. */
const entries = Array.from(
  { length: 5 },
  (_, ordinal) => ({ ordinal, ...(ordinal === 4 && { divert: 'breaks_contract' }) }) as ManifestEntry,
);
const sources = new Map<number, Source>(
  entries.map(({ ordinal }) => [
    ordinal,
    ordinal === 3
      ? { missing: 'expired' }
      : ({ record: { key: Buffer.from(`o-${ordinal}`), value: null, headers: [] } } as unknown as Source),
  ]),
);

function askedOf(
  answer: (key: string) => ProbeAnswer,
  kind = 'retry',
  effects: readonly object[] = [effect],
) {
  const asked: string[] = [];
  const probe: EffectProbe = {
    name: 'books',
    begin: () => ({
      ask: async (keys) => {
        asked.push(...keys);
        return new Map(keys.map((key) => [key, answer(key)]));
      },
    }),
  };
  const declared = { ...flow, boundary: { ...plainBoundary, effects } };
  const deps = { flows: [declared], probes: new Map([['books', probe]]) };
  const replay = { cluster: 'main', source: { topic: 'orders.dlq' }, destination: { kind } };
  return {
    asked,
    done: askEffects(
      deps as unknown as Parameters<typeof askEffects>[0],
      replay as unknown as Replay,
      entries,
      sources,
    ),
  };
}

it('asks for what will be sent, and names what was done since it was planned', async () => {
  const { asked, done } = askedOf((key) => ({ kind: key === 'o-1' ? 'done' : 'not_done' }));
  expect([...(await done)]).toEqual([1]);
  expect(asked).toEqual(['o-0', 'o-1', 'o-2']);
});

it('holds the replay when nobody can say it of one, and says what to do', async () => {
  const { done } = askedOf((key) =>
    key === 'o-2' ? { kind: 'unknown', why: 'it answered 503' } : { kind: 'not_done' },
  );
  await expect(done).rejects.toThrow(
    'Of 1 record of the next 3 nobody can say any more whether the effect was done: 1 because it answered 503. None of the 3 was sent. Resume once',
  );
});

it('holds what was done since, where another effect outside has no probe: it is neither skipped nor sent', async () => {
  const mail = { ...effect, what: 'mails the customer', probe: null };
  const saying = (done: string | null) =>
    askedOf((key) => ({ kind: key === done ? 'done' : 'not_done' }), 'retry', [effect, mail]).done;
  await expect(saying('o-1')).rejects.toThrow(
    '1 because its other effects were done, and nobody can be asked about "mails the customer".',
  );
  expect((await saying(null)).size).toBe(0);
});

it('asks nobody about a quarantine', async () => {
  const { asked, done } = askedOf(() => ({ kind: 'done' }), 'quarantine');
  expect((await done).size).toBe(0);
  expect(asked).toEqual([]);
});
