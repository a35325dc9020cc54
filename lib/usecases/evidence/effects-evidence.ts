import type { Evidence } from '#lib/domain/replays/evidence.ts';
import { amount, countOf } from '#lib/domain/replays/sentences.ts';
import { answer, type PlanningContext } from './context.ts';

const reasonsShown = 3;

/** Whether the effects of the frozen records were done already, by those who own them. What is not known blocks. */
export function effectsDoneEvidence(context: PlanningContext): Evidence {
  const { flow, destination, effects, frozen, sentOn: records } = context;
  const { leftOutReasons } = frozen.summary;
  const external = flow?.boundary.effects.filter((effect) => effect.external) ?? [];
  if (destination.kind === 'quarantine')
    return answer(context, 'effectsDone', {
      status: 'good',
      sentence: 'In a quarantine nothing is done a second time.',
    });
  if (!effects.asked)
    return flow && external.length === 0
      ? answer(context, 'effectsDone', {
          status: 'good',
          sentence: 'Nothing outside can have been done already.',
        })
      : answer(context, 'effectsDone', {
          status: 'unknown',
          sentence: 'Whether the failed attempts had their effect is not known.',
          why: flow
            ? `The flow declares no probe for: ${external.map((effect) => effect.what).join(', ')}.`
            : 'No flow declares this topic.',
        });
  const done = leftOutReasons.effect_done ?? 0;
  const asked = records + done;
  const probes = [
    ...new Set(flow?.boundary.effects.flatMap(({ probe }) => (probe ? [probe.name] : [])) ?? []),
  ];
  const value = { asked, done, notDone: records - effects.unknown, unknown: effects.unknown };
  if (effects.unknown > 0)
    return answer(context, 'effectsDone', {
      status: 'blocks',
      sentence: `Of ${countOf(effects.unknown, 'record')} of ${amount(asked)} nobody can say whether the effect was done: ${[
        ...effects.reasons,
      ]
        .slice(0, reasonsShown)
        .map(([why, n]) => `${amount(n)} because ${why}`)
        .join('; ')}.`,
      value,
      denominator: asked,
    });
  return answer(context, 'effectsDone', {
    status: 'good',
    sentence: `${probes.join(' and ')} says: done already for ${amount(done)} of ${amount(asked)}, which are left out; not done for the ${amount(records)} that are sent.`,
    value,
    denominator: asked,
  });
}
