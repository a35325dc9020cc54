import { paths } from '#lib/client/paths.ts';
import type { FlowView } from '#lib/contract/flows.ts';
import { plural } from '../ui/format.ts';
import { Link } from '../ui/link.tsx';
import { Section } from '../ui/section.tsx';
import { limitsOf } from './draft-terms.ts';

type Effect = { what: string; external: boolean; idempotencyKey: string | null };

/** The declared effects; the contract leaves the boundary open, so each is read with care. */
function effectsOf(flow: FlowView): Effect[] {
  const effects = flow.boundary.effects;
  if (!Array.isArray(effects)) return [];
  return effects.flatMap((each: unknown) => {
    if (typeof each !== 'object' || each === null || !('what' in each)) return [];
    const { external, idempotencyKey } = each as Record<string, unknown>;
    return [
      {
        what: String(each.what),
        external: external === true,
        idempotencyKey: typeof idempotencyKey === 'string' ? idempotencyKey : null,
      },
    ];
  });
}

/** What the flow declares about sending again: who receives, what happens outside, how many must approve. */
export function BoundaryFacts({ flow }: { flow: FlowView | null }) {
  if (flow === null)
    return (
      <Section title="Boundary">
        <p className="px-2 py-2 text-muted">
          No flow declares this topic, so nobody says what happens when its records are sent again. Only a
          quarantine can take them; declare a flow in the configuration for more.
        </p>
      </Section>
    );
  const effects = effectsOf(flow);
  const { approvals } = limitsOf(flow.policy);
  return (
    <Section
      title="Boundary"
      aside={
        <Link href={paths.flow(flow.name)} className="link">
          flow {flow.name}
        </Link>
      }
    >
      <ul className="flex flex-col gap-1 px-2 py-2">
        <li>
          {flow.groups.length === 0
            ? 'No group is declared to receive them.'
            : `${flow.groups.map((group) => group.id).join(', ')} ${flow.groups.length === 1 ? 'receives' : 'receive'} them.`}
        </li>
        {effects.map((effect) => (
          <li key={effect.what}>
            {effect.external ? 'Outside: ' : ''}
            {effect.what}
            <span className="text-muted">
              {effect.idempotencyKey === null
                ? ', no idempotency key declared'
                : `, idempotency key ${effect.idempotencyKey}`}
            </span>
          </li>
        ))}
        <li className="text-muted">
          {approvals === null
            ? 'How many must approve is not declared.'
            : `${plural(approvals, 'approval')} by somebody else.`}
        </li>
      </ul>
    </Section>
  );
}
