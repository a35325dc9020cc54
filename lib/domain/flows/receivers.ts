import type { DestinationKind } from '../replays/state.ts';
import type { Boundary, Flow } from './flow.ts';

type Sending = { cluster: string; kind: DestinationKind; topic: string };

/** The flows that process what is written to a topic: it is theirs, or one of their retry topics. Nobody processes what lies in a quarantine. */
export const receivingFlows = (flows: readonly Flow[], { cluster, kind, topic }: Sending): Flow[] =>
  kind === 'quarantine'
    ? []
    : flows.filter(
        (flow) =>
          flow.cluster === cluster &&
          (flow.topic === topic || flow.retryTopics.some((declared) => declared === topic)),
      );

/** Worst last. */
const strictness: readonly Boundary['replay'][] = ['safe', 'conditional', 'never'];

/**
 * The boundary that a replay has to pass: what the flow of its source declares, and whatever the flows declare that receive the records: their effects
 * happen too, an order that one of them requires is required, and the strictest word about replays holds (invariant 7).
 */
export function boundaryOf(flow: Flow, receivers: readonly Flow[]): Boundary {
  const others = receivers.filter((each) => each.name !== flow.name).map(({ boundary }) => boundary);
  if (others.length === 0) return flow.boundary;
  const all = [flow.boundary, ...others];
  const effects = new Map(
    all.flatMap((each) => each.effects).map((effect) => [JSON.stringify(effect), effect]),
  );
  return {
    ...flow.boundary,
    ordering: all.find(({ ordering }) => ordering?.required)?.ordering ?? flow.boundary.ordering,
    effects: [...effects.values()],
    replay: all
      .map(({ replay }) => replay)
      .reduce((a, b) => (strictness.indexOf(a) < strictness.indexOf(b) ? b : a)),
  };
}

/** The flow of a replay's source, with the boundary of all that its records pass; null where no flow declares the source. */
export function flowUnderReceivers(flow: Flow | null, flows: readonly Flow[], sending: Sending): Flow | null {
  return flow && { ...flow, boundary: boundaryOf(flow, receivingFlows(flows, sending)) };
}

/** Why what no flow declares may not be sent where a flow does; null where it may: nobody has said under which rules it may be sent there. */
export function refusedWithoutFlow(flows: readonly Flow[], sending: Sending): string | null {
  const guarded = receivingFlows(flows, sending).find(
    ({ boundary }) => boundary.replay === 'never' || boundary.effects.some(({ external }) => external),
  );
  if (!guarded) return null;
  const what =
    guarded.boundary.replay === 'never'
      ? 'declares: never replay'
      : `has effects outside (${guarded.boundary.effects.flatMap(({ external, what }) => (external ? [what] : [])).join(', ')})`;
  return `${sending.topic} is read for the flow ${guarded.name}, which ${what}; no flow declares the source, so nobody has said under which rules its records go there. Declare its flow.`;
}
