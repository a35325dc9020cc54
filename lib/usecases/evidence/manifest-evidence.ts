import type { Evidence } from '#lib/domain/replays/evidence.ts';
import { amount, countOf } from '#lib/domain/replays/sentences.ts';
import { unaskedEffects } from '../plan/effect-questions.ts';
import { answer, type PlanningContext } from './context.ts';
import { leftOutInWords } from './left-out.ts';

/** How much is frozen, and what was left out. */
export function manifestEvidence(context: PlanningContext): Evidence {
  const { summary } = context.frozen;
  const out = leftOutInWords(summary.leftOutReasons);
  const beyond = Object.keys(summary.leftOutReasons).some((reason) => reason !== 'superseded');
  return answer(context, 'manifest', {
    status: beyond ? 'warns' : 'good',
    sentence: `${countOf(summary.records, 'record')} frozen on ${countOf(summary.partitions.length, 'partition')}; ${
      out.length === 0 ? 'none left out' : `left out: ${out.join(', ')}`
    }.`,
    value: {
      records: summary.records,
      bytes: summary.bytes,
      keys: summary.keys,
      leftOut: summary.leftOut,
      reasons: { ...summary.leftOutReasons },
    },
    denominator: summary.records + summary.leftOut,
  });
}

/** Which failures are in it, and what kind of trouble each is. */
export function failureGroupsEvidence(context: PlanningContext): Evidence {
  const { failureGroups, summary } = context.frozen;
  const of = (verdict: string) =>
    failureGroups.filter((group) => group.verdict === verdict).reduce((sum, group) => sum + group.count, 0);
  const { effects, flow } = context;
  // Of everything that is frozen those who own the effects said that it was not done, of each of them.
  const answered = effects.asked && effects.unknown === 0 && unaskedEffects(flow).length === 0;
  const counts = {
    transient: of('transient'),
    poison: of('poison'),
    ambiguousEffect: of('ambiguous_effect'),
    unknown: of('unknown'),
  };
  const parts = [
    counts.transient && `${amount(counts.transient)} may pass by themselves`,
    counts.poison &&
      `${amount(counts.poison)} look like poison: they will fail again unless something was fixed`,
    counts.ambiguousEffect &&
      (answered
        ? `${amount(counts.ambiguousEffect)} left it open whether their effect was done, which its owner has answered`
        : `${amount(counts.ambiguousEffect)} may already have had their effect`),
    counts.unknown && `${amount(counts.unknown)} of a kind that is not known`,
  ].filter((part) => part !== 0);
  const inDoubt = answered ? 0 : counts.ambiguousEffect;
  const status = counts.poison + inDoubt > 0 ? 'warns' : counts.unknown > 0 ? 'unknown' : 'good';
  return answer(context, 'failureGroups', {
    status,
    sentence: `${countOf(failureGroups.length, 'failure group')}: ${parts.join('; ')}.`,
    ...(status === 'unknown' ? { why: 'The headers do not say what kind of failure it is.' } : {}),
    value: { ...counts, groups: failureGroups.map((group) => ({ ...group })) },
    denominator: summary.records,
  });
}

export function duplicatesEvidence(context: PlanningContext): Evidence {
  const { duplicates, frozen } = context;
  return answer(context, 'duplicates', {
    status: duplicates > 0 ? 'warns' : 'good',
    sentence:
      duplicates === 0
        ? 'No two records have the same key and value.'
        : `${countOf(duplicates, 'record')} repeat the key and value of another.`,
    value: { duplicates },
    denominator: frozen.summary.records,
  });
}

/** Whether each record carries the value that the failed attempt already used. */
export function idempotencyKeyEvidence(context: PlanningContext): Evidence {
  const { flow, destination, keysSeen, sentOn: records } = context;
  if (destination.kind === 'quarantine')
    return answer(context, 'idempotencyKey', {
      status: 'good',
      sentence: 'Nobody processes a quarantine: no effect happens.',
    });
  if (!flow)
    return answer(context, 'idempotencyKey', {
      status: 'unknown',
      sentence: 'Whether processing has effects outside is not known.',
      why: 'No flow declares this topic.',
    });
  const external = flow.boundary.effects.filter((effect) => effect.external);
  if (external.length === 0)
    return answer(context, 'idempotencyKey', {
      status: 'good',
      sentence: 'The flow declares no effect outside.',
    });
  const undeclared = external.filter((effect) => effect.idempotencyKey === null);
  const seen = [...keysSeen].map(([spec, n]) => ({ spec, seen: n }));
  const least = undeclared.length > 0 ? 0 : Math.min(...seen.map((each) => each.seen));
  return answer(context, 'idempotencyKey', {
    status: least === records ? 'good' : 'blocks',
    sentence:
      undeclared.length > 0
        ? `No idempotency key is declared for: ${undeclared.map((effect) => effect.what).join(', ')}.`
        : `Idempotency key: ${seen.map((each) => `${each.spec.replace(/^(field:\/|header:)/, '')}, seen in ${amount(each.seen)} of ${amount(records)}`).join('; ')}.`,
    value: { seen: least, keys: seen },
    denominator: records,
  });
}
