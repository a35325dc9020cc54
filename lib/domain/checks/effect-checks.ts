import { type Check, fails, passes, unknown } from './check.ts';
import type { FlowFacts } from './facts.ts';

const external = ({ flow }: FlowFacts) => flow.boundary.effects.filter((effect) => effect.external);

export const effectWithoutKey: Check<FlowFacts> = {
  code: 'effect_without_key',
  severity: 'wrong',
  why: 'Without a key that the provider knows, doing it again cannot be told from doing it twice: such a flow is never replayed.',
  judge: (facts) =>
    external(facts).map(({ what, idempotencyKey }) =>
      idempotencyKey === null
        ? fails(
            what,
            `"${what}" reaches outside, and the flow names no idempotency key for it.`,
            'Name the value that the failed attempt already used: idempotencyKey: "field:/…", "header:…" or "key".',
          )
        : passes(what, `"${what}" is done under ${idempotencyKey}.`),
    ),
};

export const effectKeyNotFound: Check<FlowFacts> = {
  code: 'effect_key_not_found',
  severity: 'wrong',
  why: 'A record without the declared key is done again without any protection against doing it twice.',
  judge: (facts) => {
    const { sample } = facts;
    const keyed = facts.flow.boundary.effects.filter((effect) => effect.idempotencyKey !== null);
    return keyed.flatMap(({ what, idempotencyKey }) => {
      if (!sample.known) return [unknown(what, sample.why, 'Look again once the dead letters can be read.')];
      if (sample.value.records === 0) return [];
      const missing = sample.value.effectKeyMissing.get(what);
      if (missing === undefined)
        return [
          unknown(
            what,
            `No record could be looked at for ${idempotencyKey}.`,
            'Look again once payloads can be read.',
          ),
        ];
      return missing === 0
        ? [passes(what, `${idempotencyKey} was found in all ${sample.value.records} dead letters looked at.`)]
        : [
            fails(
              what,
              `${idempotencyKey} of "${what}" is missing in ${missing} of ${sample.value.records} dead letters looked at.`,
              'Name a value that every record has, or have the producer write it.',
            ),
          ];
    });
  },
};

export const safeWithExternalEffect: Check<FlowFacts> = {
  code: 'safe_with_external_effect',
  severity: 'wrong',
  why: '"safe" says that a record may be processed again without asking anybody, which no effect outside allows.',
  judge: (facts) => {
    const { boundary, name } = facts.flow;
    if (boundary.replay !== 'safe') return [];
    const [first] = external(facts);
    return [
      first
        ? fails(
            name,
            `The flow ${name} is declared replay: safe, and "${first.what}" reaches outside.`,
            'Declare replay: conditional with an idempotency key and a probe, or never.',
          )
        : passes(name, `The flow ${name} is declared replay: safe, and none of its effects reaches outside.`),
    ];
  },
};

export const keysMissing: Check<FlowFacts> = {
  code: 'keys_missing',
  severity: 'wrong',
  why: 'Records without a key go to any partition: the order that the flow requires does not exist for them.',
  judge: ({ flow, sample }) => {
    if (!flow.boundary.ordering?.required) return [];
    const where = flow.deadLetters ?? flow.topic;
    if (!sample.known) return [unknown(where, sample.why, 'Look again once the dead letters can be read.')];
    const { records, withoutKey } = sample.value;
    if (records === 0) return [];
    return [
      withoutKey === 0
        ? passes(where, `All ${records} dead letters looked at have a key.`)
        : fails(
            where,
            `${withoutKey} of ${records} dead letters looked at have no key, and order by ${flow.boundary.ordering.key} is required.`,
            'Have the producer write the key, or declare ordering as not required.',
          ),
    ];
  },
};
