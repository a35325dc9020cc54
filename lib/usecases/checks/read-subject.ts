import { type FlowFacts, known, notKnown } from '#lib/domain/checks/facts.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { RegistryFailure, type SchemaRegistry } from '#lib/registry/port.ts';

/** Whether the registry knows a subject. @throws RegistryFailure when it does not say */
export async function isRegistered(registry: SchemaRegistry, subject: string): Promise<boolean> {
  try {
    await registry.latest(subject);
    return true;
  } catch (error) {
    if (error instanceof RegistryFailure && error.kind === 'unknown_schema') return false;
    throw error;
  }
}

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
    const exists = await isRegistered(registry, contract.subject);
    return known({ exists, compatibility: exists ? await registry.compatibility(contract.subject) : null });
  } catch (error) {
    if (error instanceof RegistryFailure) return notKnown(error.message);
    throw error;
  }
}
