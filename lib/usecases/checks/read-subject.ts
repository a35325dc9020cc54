import { type FlowFacts, known, notKnown } from '#lib/domain/checks/facts.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { RegistryFailure, type SchemaRegistry } from '#lib/registry/port.ts';

/** The subject that a flow names, as the registry has it now; null for a flow that names none. */
export async function readSubject(
  registry: SchemaRegistry | null,
  { boundary, cluster }: Pick<Flow, 'boundary' | 'cluster'>,
): Promise<FlowFacts['subject']> {
  const { contract } = boundary;
  if (contract === null || !('subject' in contract)) return null;
  if (registry === null)
    return notKnown(`The cluster ${cluster} declares no schema registry to ask for ${contract.subject}.`);
  try {
    await registry.latest(contract.subject);
    return known({ exists: true, compatibility: await registry.compatibility(contract.subject) });
  } catch (error) {
    if (!(error instanceof RegistryFailure)) throw error;
    return error.kind === 'unknown_schema'
      ? known({ exists: false, compatibility: null })
      : notKnown(error.message);
  }
}
