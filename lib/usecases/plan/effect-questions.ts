import type { Flow } from '#lib/domain/flows/flow.ts';
import type { DestinationKind } from '#lib/domain/replays/state.ts';
import type { Asking, EffectProbe, ProbeAnswer } from '#lib/probes/port.ts';

/**
 * Of one record: all its effects were done, none was of those that can be asked about, or that is not known. Never `done` where an effect outside has no
 * probe: nobody can say it of that one.
 */
export type EffectState = 'done' | 'not_done' | 'unknown';

/** The idempotency key of each effect, by its place in `specs`; null where it can't be read. */
export type EffectKeys = readonly (string | null)[];

export type EffectAnswer = { state: EffectState; why: string | null };

export type EffectQuestions = {
  /** Whether anything is asked at all. */
  asked: boolean;
  /** Which idempotency key of a record each effect goes by: all that has to be kept of it to ask. */
  specs: readonly string[];
  /** @returns what is known of each record, and why something is not, by its place in the list; nothing where nothing is asked */
  ask(records: readonly EffectKeys[]): Promise<readonly EffectAnswer[]>;
};

/** Why something is not known, with how many records that is said of. */
export class UnknownReasons {
  readonly counts = new Map<string, number>();

  add({ why }: EffectAnswer): void {
    if (why !== null) this.counts.set(why, (this.counts.get(why) ?? 0) + 1);
  }
}

const nothingToAsk: EffectQuestions = {
  asked: false,
  specs: [],
  ask: async () => [],
};

/** What the effects outside do of which nobody can be asked whether they were done: they have no probe. */
export const unaskedEffects = (flow: Pick<Flow, 'boundary'> | null): readonly string[] =>
  (flow?.boundary.effects ?? []).flatMap(({ external, probe, what }) =>
    external && probe === null ? [what] : [],
  );

const inQuotes = (effects: readonly string[]) => effects.map((what) => `"${what}"`).join(' and ');

function stateOf(answers: readonly ProbeAnswer[], unasked: readonly string[]): EffectAnswer {
  const unknown = answers.find((answer) => answer.kind === 'unknown');
  if (unknown) return { state: 'unknown', why: unknown.why };
  const done = answers.filter((answer) => answer.kind === 'done').length;
  if (done === 0) return { state: 'not_done', why: null };
  if (done < answers.length)
    return { state: 'unknown', why: 'some of its effects were done and some were not' };
  return unasked.length === 0
    ? { state: 'done', why: null }
    : {
        state: 'unknown',
        why: `its other effects were done, and nobody can be asked about ${inQuotes(unasked)}`,
      };
}

/**
 * Asks whoever owns the flow's effects whether they were done already, under the key that the failed attempt used. A quarantine has no
 * effects. A record whose key can't be read is unknown: nobody can be asked about it. So is one of which all was done that has a probe, where an effect outside
 * has none: it is neither left out nor sent.
 */
export function effectQuestions(
  probes: ReadonlyMap<string, EffectProbe>,
  flow: Pick<Flow, 'boundary'> | null,
  destination: DestinationKind,
): EffectQuestions {
  const effects = (flow?.boundary.effects ?? []).flatMap(({ idempotencyKey: spec, probe }) =>
    spec === null || probe === null ? [] : [{ spec, name: probe.name }],
  );
  if (effects.length === 0 || destination === 'quarantine') return nothingToAsk;
  const unasked = unaskedEffects(flow);
  const askings = new Map<string, Asking | null>(
    effects.map(({ name }) => [name, probes.get(name)?.begin() ?? null]),
  );

  return {
    asked: true,
    specs: effects.map(({ spec }) => spec),
    async ask(records) {
      const perEffect = await Promise.all(
        effects.map(async ({ spec, name }, effect) => {
          const keys = records.map((each) => each[effect] ?? null);
          const known = keys.filter((key) => key !== null);
          const answers = await askings.get(name)?.ask(known);
          return keys.map((key): ProbeAnswer => {
            if (key === null) return { kind: 'unknown', why: `it has no idempotency key (${spec})` };
            return (
              answers?.get(key) ?? { kind: 'unknown', why: `the probe ${name} is not in this configuration` }
            );
          });
        }),
      );
      return records.map((_, index) =>
        stateOf(
          perEffect.flatMap((answers) => answers[index] ?? []),
          unasked,
        ),
      );
    },
  };
}
