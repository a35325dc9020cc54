import type { Joined } from './joined.ts';
import { counted } from './words.ts';

/** What the rest does not tell: figures that are missing, outcomes that nobody knows, lists that were cut. */
export function unknownSentences(joined: Joined): string[] {
  const { replays, groups, topics, gaps } = joined;
  const unmeasured = groups.filter(({ peak }) => peak === null).map(({ groupId }) => groupId);
  const said = [
    ...gaps,
    ...replays.flatMap(({ id, progress }) =>
      progress.unknown > 0
        ? [
            `Of ${counted(progress.unknown, 'record')} of replay ${id} nobody can tell whether it was written.`,
          ]
        : [],
    ),
    ...replays.flatMap(({ id, state, stateReason }) =>
      state === 'indeterminate'
        ? [`How replay ${id} ended could not be told${stateReason === null ? '.' : `: ${stateReason}`}`]
        : [],
    ),
    ...(unmeasured.length === 0 ? [] : [`No lag was measured of ${unmeasured.join(', ')} in this time.`]),
    ...topics.flatMap(({ topic, open }) =>
      open === null ? [`How many dead letters of ${topic} are open could not be counted.`] : [],
    ),
    ...(joined.failuresLeftOut > 0
      ? [`${counted(joined.failuresLeftOut, 'failure group')} with fewer dead letters are left out.`]
      : []),
    ...(joined.replaysLeftOut > 0 ? [`More replays than these touch it: only the newest are told.`] : []),
    ...(joined.linesLeftOut > 0
      ? [`${counted(joined.linesLeftOut, 'line')} of the timeline are left out, the newest.`]
      : []),
  ];
  return said.length > 0 ? said : ['Nothing that Sluice looks at was missing when this was put together.'];
}
