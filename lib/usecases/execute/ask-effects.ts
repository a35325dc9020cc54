import type { Source } from '#lib/broker/sources/fetch-sources.ts';
import { idempotencyKey } from '#lib/domain/replays/idempotency-key.ts';
import type { ManifestEntry } from '#lib/domain/replays/manifest.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { countOf } from '#lib/domain/replays/sentences.ts';
import { effectQuestions, UnknownReasons } from '../plan/effect-questions.ts';
import { governedHere } from './check-policy.ts';
import type { ExecutionDeps } from './deps.ts';
import { Hold } from './interruption.ts';

const reasonsShown = 3;

/**
 * Asks again, right before a batch, whoever owns the flow's effects (ADR 24): since the plan was made the failed attempt may have had its effect after all.
 * Bounded as the probe is declared. What is diverted has no effect and is not asked about.
 * @returns ordinals of which every effect was done: they are not sent
 * @throws Hold when nobody can say it of one of them; nothing of the batch is sent then
 */
export async function askEffects(
  deps: Pick<ExecutionDeps, 'flows' | 'defaultPolicy' | 'probes'>,
  replay: Replay,
  entries: readonly ManifestEntry[],
  sources: ReadonlyMap<number, Source>,
): Promise<ReadonlySet<number>> {
  const questions = effectQuestions(deps.probes, governedHere(deps, replay).flow, replay.destination.kind);
  if (!questions.asked) return new Set();
  const asked = entries.flatMap(({ ordinal, divert }) => {
    const source = sources.get(ordinal);
    return divert || !source || 'missing' in source
      ? []
      : [{ ordinal, keys: questions.specs.map((spec) => idempotencyKey(spec, source.record)) }];
  });
  const answers = await questions.ask(asked.map(({ keys }) => keys));
  const unknown = answers.filter(({ state }) => state === 'unknown').length;
  if (unknown > 0) {
    const reasons = new UnknownReasons();
    for (const answer of answers) reasons.add(answer);
    const why = [...reasons.counts].slice(0, reasonsShown).map(([reason, n]) => `${n} because ${reason}`);
    throw new Hold(
      `Of ${countOf(unknown, 'record')} of the next ${asked.length} nobody can say any more whether the effect was done: ${why.join('; ')}. None of the ${asked.length} was sent. Resume once the probe answers; or abort, and what was not sent is open again.`,
    );
  }
  return new Set(asked.flatMap(({ ordinal }, at) => (answers[at]?.state === 'done' ? [ordinal] : [])));
}
