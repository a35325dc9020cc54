import { expect, it } from 'vitest';
import { clusterId, replayId } from '#lib/domain/kernel/brand.ts';
import type { ManifestEntry } from '#lib/domain/replays/manifest.ts';
import type { Stores } from '#lib/store/database.ts';
import { forgetAttempts, noteAttempts } from './note-attempts.ts';

const replay = { clusterId: clusterId('c'), id: replayId('r'), purpose: 'replay' } as const;
const entryOf = (lineageRoot: string, more: Partial<ManifestEntry> = {}) =>
  ({ lineageRoot, ...more }) as ManifestEntry;

/** The attempts of a replay as their table holds them. */
function attemptTable() {
  const roots = new Set<string>();
  const lineageAttempts: Partial<Stores['lineageAttempts']> = {
    add: async (_cluster, _replay, added) => added.forEach((root) => void roots.add(root)),
    remove: async (_cluster, _replay, removed) => removed.forEach((root) => void roots.delete(root)),
  };
  return { roots, stores: { lineageAttempts } as Stores };
}

it('a root of which one letter is sent stays an attempt when another of the same batch is left out', async () => {
  const { roots, stores } = attemptTable();
  const sent = [entryOf('orders-0-7'), entryOf('orders-0-8', { divert: 'breaks_contract' })];
  const left = [entryOf('orders-0-7'), entryOf('orders-0-8'), entryOf('orders-0-9')];
  // All of them were noted ahead.
  await noteAttempts(stores, replay, [...left, ...sent], new Date());
  await forgetAttempts(stores, replay, left, sent);
  expect([...roots]).toEqual(['orders-0-7']);
});
