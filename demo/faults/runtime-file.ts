import { readFileSync } from 'node:fs';
import path from 'node:path';
import { reasonOf } from '../log.ts';

export type Running = { file: string; databaseUrl: string };

/** Where $SLUICE_HOME may be: as given, from the folder the user stands in, or from the repository (where `npm start` puts it). */
export function homesOf(
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
  repository: string,
): string[] {
  const home = env.SLUICE_HOME;
  if (!home) return [path.join(repository, '.sluice')];
  return [
    ...new Set([repository, env.INIT_CWD, cwd].flatMap((from) => (from ? [path.resolve(from, home)] : []))),
  ];
}

/** @throws Error that says where Sluice was looked for and what to do */
export function findRunning(homes: readonly string[]): Running {
  const looked: string[] = [];
  for (const home of homes) {
    const file = path.join(home, 'runtime.json');
    try {
      const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
      const databaseUrl =
        typeof parsed === 'object' && parsed !== null && 'databaseUrl' in parsed ? parsed.databaseUrl : null;
      if (typeof databaseUrl === 'string') return { file, databaseUrl };
      looked.push(`${file}: has no databaseUrl`);
    } catch (error) {
      const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      looked.push(missing ? `${file}: not there` : reasonOf(error));
    }
  }
  throw new Error(
    `Sluice is not running: found no usable runtime.json (${looked.join('; ')}). Start it with \`npm start\`, or set SLUICE_HOME to its folder.`,
  );
}
