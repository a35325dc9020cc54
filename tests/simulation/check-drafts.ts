import type { Replay } from '#lib/domain/replays/replay.ts';
import { letterKey } from './postgres/letter-stores.ts';
import type { World } from './world.ts';

/**
 * What came back from a replay that has ended is drafted into the quarantine once, all of it and nothing else, and nobody but a person does
 * anything with the draft, whoever ended it.
 */
export function checkDrafts(world: World, ended: Replay): void {
  const { rows } = world.postgres.tables;
  const drafts = [...rows.replay.values()].filter((each) => each.draftedFor === ended.id);
  const named = drafts.flatMap(({ source }) =>
    ('records' in source.selection ? source.selection.records : []).map(({ partition, offset }) =>
      letterKey({ topicId: source.topicId, partition, offset: BigInt(offset) }),
    ),
  );
  const returned = [...rows.returned.values()]
    .filter(({ replayId }) => replayId === ended.id)
    .map(({ letter }) => letterKey(letter));
  const declared = world.governed.flows.some(({ quarantine }) => quarantine !== null);
  if (!declared && drafts.length > 0) world.violate(`${ended.id} has a draft, and no quarantine is declared`);
  if (declared && named.sort().join() !== returned.sort().join())
    world.violate(
      `${returned.length} records of ${ended.id} came back, and ${drafts.length} drafts name ${named.length}`,
    );
  for (const draft of drafts)
    if (draft.state !== 'draft' || draft.digest !== null || draft.preparedBy.length > 0)
      world.violate(`the draft ${draft.id} is ${draft.state}, and nobody has touched it`);
}
