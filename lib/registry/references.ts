import { SchemaBroken } from '#lib/domain/schemas/problem.ts';
import type { RegisteredSchema, SchemaRegistry } from './port.ts';

const referencesMax = 100;
const depthMax = 16;

/**
 * Every schema that one refers to, and those that they refer to, by the name that it is called; each stands before those that use it. The
 * same name twice is the same schema: the first one found. @throws RegistryFailure; SchemaBroken when there are too many, or they go in a circle
 */
export async function referencesOf(
  registry: Pick<SchemaRegistry, 'version'>,
  schema: Pick<RegisteredSchema, 'references'>,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const add = async (from: Pick<RegisteredSchema, 'references'>, depth: number): Promise<void> => {
    if (depth > depthMax) throw new SchemaBroken(`its references go deeper than ${depthMax}, or in a circle`);
    for (const { name, subject, version } of from.references) {
      if (found.has(name)) continue;
      if (found.size >= referencesMax) throw new SchemaBroken(`it has more than ${referencesMax} references`);
      const referred = await registry.version({ subject, version });
      await add(referred, depth + 1);
      found.set(name, referred.text);
    }
  };
  await add(schema, 0);
  return found;
}
