import { authorize } from '#lib/auth/authorize.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import { manifestRoot } from '#lib/domain/replays/manifest.ts';
import { readReplay, scopeOf } from './change-replay-state.ts';
import type { ReplayDeps } from './replay-deps.ts';

const changed = (id: string) =>
  new SluiceError(
    'conflict',
    `Replay ${id} was planned anew while its manifest was read: what came so far is of an earlier one. Read it again.`,
  );

/**
 * The canonical bytes of the manifest, chunk by chunk: each line is a Merkle leaf, every 1,000 a chunk. All chunks are of one manifest, the one
 * whose root the replay has when it is asked for; where another takes its place meanwhile, the stream fails instead of ending.
 * @throws SluiceError `not_found`, `forbidden`, `wrong_state` where nothing is frozen, `conflict`
 */
export async function readManifest(
  deps: Pick<ReplayDeps, 'database'>,
  principal: Principal,
  id: string,
): Promise<ReadableStream<Uint8Array>> {
  const { manifestChunks } = deps.database.stores;
  const replay = await readReplay(deps, id);
  authorize(principal, 'read', scopeOf(replay));
  if (replay.manifestRoot === null)
    throw new SluiceError(
      'wrong_state',
      `Replay ${id} has no manifest: none is frozen before it is planned.`,
    );
  const outline = await manifestChunks.outline(id);
  if (manifestRoot(outline) !== replay.manifestRoot) throw changed(id);
  const encoder = new TextEncoder();
  const awaited = outline.values();
  return new ReadableStream({
    async pull(controller) {
      const next = awaited.next();
      if (next.done) return controller.close();
      const chunk = await manifestChunks.read(id, next.value.index);
      if (chunk?.root !== next.value.root) throw changed(id);
      controller.enqueue(encoder.encode(chunk.body));
    },
  });
}
