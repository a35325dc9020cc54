import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { generateClient } from '../launcher/generate.ts';
import { startServices } from '../test/services.ts';
import { inherit } from './inherit.ts';

/** The programs of a folder that can be run by name: bench/<name>.bench.ts, drill/<name>.drill.ts. */
export function programsIn(root: string, folder: 'bench' | 'drill'): string[] {
  const at = path.join(root, folder);
  if (!existsSync(at)) return [];
  const ending = `.${folder}.ts`;
  return readdirSync(at)
    .filter((name) => name.endsWith(ending))
    .map((name) => name.slice(0, -ending.length))
    .sort();
}

/** `npm run bench|drill -- <name> [options]`: long measurements and long trials, on the brokers that the tests use. */
export async function runMeasured(
  root: string,
  folder: 'bench' | 'drill',
  args: readonly string[],
): Promise<number> {
  const known = programsIn(root, folder);
  const [name, ...rest] = args;
  if (name === undefined || !known.includes(name)) {
    console.log(
      name === undefined ? `npm run ${folder} -- <name> [options]` : `There is no ${folder} "${name}".`,
    );
    console.log(
      known.length > 0
        ? `There are: ${known.join(', ')}`
        : `There are none yet (${folder}/<name>.${folder}.ts).`,
    );
    return name === undefined ? 0 : 1;
  }
  await generateClient(root, new AbortController().signal);
  const services = await startServices(root, console.log);
  try {
    return await inherit(root, [path.join(root, folder, `${name}.${folder}.ts`), ...rest], services.env);
  } finally {
    await services.stop();
  }
}
