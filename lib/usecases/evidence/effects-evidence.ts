import type { Evidence } from '#lib/domain/replays/evidence.ts';
import { amount, countOf } from '#lib/domain/replays/sentences.ts';
import { unaskedEffects } from '../plan/effect-questions.ts';
import { answer, type PlanningContext } from './context.ts';

const reasonsShown = 3;
const noProbe = (unasked: readonly string[]) => `The flow declares no probe for: ${unasked.join(', ')}.`;

/**
 * Whether the effects of the frozen records were done already, by those who own them. What they don't know blocks; as long as one of the effects outside has no
 * probe it is not known, whatever is said of the others.
 */
export function effectsDoneEvidence(context: PlanningContext): Evidence {
  const { flow, destination, effects, frozen, sentOn: records } = context;
  const { leftOutReasons } = frozen.summary;
  const external = flow?.boundary.effects.filter((effect) => effect.external) ?? [];
  const unasked = unaskedEffects(flow);
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
          why: flow ? noProbe(unasked) : 'No flow declares this topic.',
        });
  const done = leftOutReasons.effect_done ?? 0;
  const asked = records + done;
  const probes = [
    ...new Set(flow?.boundary.effects.flatMap(({ probe }) => (probe ? [probe.name] : [])) ?? []),
  ];
  const value = {
    ...{ asked, done, notDone: records - effects.unknown, unknown: effects.unknown },
    ...(unasked.length > 0 && { unasked }),
  };
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
  if (unasked.length > 0)
    return answer(context, 'effectsDone', {
      status: 'unknown',
      sentence: `${probes.join(' and ')} says: not done for the ${amount(records)} that are sent. Whether the failed attempts had their other effects is not known.`,
      why: noProbe(unasked),
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
