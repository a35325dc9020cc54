import type { Flow } from '../flow.ts';
import type { BoundaryMark } from './flow-map.ts';

/**
 * What changes at the boundary of a flow, most consequential first. `internal`: a transaction of Kafka or of the flow's own store holds, and it may be
 * replayed. `idempotent_sink`: at least once, into a sink that bears the same record twice. Pure and total.
 */
export function marksOf({ boundary }: Pick<Flow, 'boundary'>): BoundaryMark[] {
  const { effects, state, time, replay } = boundary;
  const outside = effects.some(({ external }) => external);
  const marks: BoundaryMark[] = [
    ...(outside ? (['provider'] as const) : []),
    ...(time === 'event' ? (['event_time'] as const) : []),
    ...(!outside && state === 'transactional' && replay !== 'never' ? (['internal'] as const) : []),
    ...(!outside && state === 'external' && bearsTwice(boundary) ? (['idempotent_sink'] as const) : []),
  ];
  return marks.length === 0 ? ['undeclared'] : marks;
}

/** Declared safe, or every effect is done under a key. */
const bearsTwice = ({ effects, replay }: Flow['boundary']): boolean =>
  replay === 'safe' || (effects.length > 0 && effects.every(({ idempotencyKey }) => idempotencyKey !== null));
