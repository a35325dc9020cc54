import type { Flow } from '#lib/domain/flows/flow.ts';
import type { DestinationKind } from '#lib/domain/replays/state.ts';
import type { Asking, EffectProbe, ProbeAnswer } from '#lib/probes/port.ts';

/** Of one record: all its effects were done, none was, or that is not known. */
export type EffectState = 'done' | 'not_done' | 'unknown';

/** The idempotency key of each effect, by its place in `specs`; null where it can't be read. */
export type EffectKeys = readonly (string | null)[];

export type EffectQuestions = {
  /** Whether anything is asked at all. */
  asked: boolean;
  /** Which idempotency key of a record each effect goes by: all that has to be kept of it to ask. */
  specs: readonly string[];
  /** @returns what is known of each record, by its place in the list; nothing where nothing is asked */
  ask(records: readonly EffectKeys[]): Promise<readonly EffectState[]>;
  /** Why something stayed unknown, with how many records it did so for. */
  reasons(): ReadonlyMap<string, number>;
};

const nothingToAsk: EffectQuestions = {
  asked: false,
  specs: [],
  ask: async () => [],
  reasons: () => new Map(),
};

function stateOf(answers: readonly ProbeAnswer[]): { state: EffectState; why: string | null } {
  const unknown = answers.find((answer) => answer.kind === 'unknown');
  if (unknown) return { state: 'unknown', why: unknown.why };
  const done = answers.filter((answer) => answer.kind === 'done').length;
  if (done === 0) return { state: 'not_done', why: null };
  return done === answers.length
    ? { state: 'done', why: null }
    : { state: 'unknown', why: 'some of its effects were done and some were not' };
}

/**
 * Asks whoever owns the flow's effects whether they were done already, under the key that the failed attempt used. A quarantine has no
 * effects. A record whose key can't be read is unknown: nobody can be asked about it.
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
  const askings = new Map<string, Asking | null>(
    effects.map(({ name }) => [name, probes.get(name)?.begin() ?? null]),
  );
  const reasons = new Map<string, number>();

  return {
    asked: true,
    reasons: () => reasons,
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
      return records.map((_, index) => {
        const { state, why } = stateOf(perEffect.flatMap((answers) => answers[index] ?? []));
        if (why !== null) reasons.set(why, (reasons.get(why) ?? 0) + 1);
        return state;
      });
    },
  };
}
