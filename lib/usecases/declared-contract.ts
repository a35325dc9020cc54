import type { Config } from '#lib/config/config.ts';
import { readContractFile } from '#lib/config/contract-file.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import type { DeclaredContract } from '#lib/domain/schemas/contract.ts';

/** What records of a flow are checked against today; a file is read as it stands now. Never throws: what can't be read says why. */
export async function declaredContract(
  config: Pick<Config, 'file'>,
  flow: Pick<Flow, 'name' | 'boundary'> | null,
): Promise<DeclaredContract> {
  if (flow === null) return { kind: 'none', why: 'No flow declares this topic, and so no contract.' };
  const { contract } = flow.boundary;
  if (contract === null) return { kind: 'none', why: `The flow ${flow.name} declares no contract.` };
  if ('subject' in contract)
    return { kind: 'subject', subject: contract.subject, version: contract.version ?? null };
  const file = contract.jsonSchemaFile;
  try {
    return { kind: 'file', file, text: await readContractFile(config.file, file) };
  } catch (error) {
    return { kind: 'unreadable', file, why: (error as Error).message };
  }
}
