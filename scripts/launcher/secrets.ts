import { randomBytes } from 'node:crypto';
import { readJson, writeJson } from './home.ts';

/** Passwords of the two database roles; made once a home, readable by its owner only. */
export type Secrets = { postgresPassword: string; appPassword: string };

export function readOrMakeSecrets(file: string): Secrets {
  const known = readJson<Secrets>(file);
  if (known) return known;
  const made = {
    postgresPassword: randomBytes(24).toString('hex'),
    appPassword: randomBytes(24).toString('hex'),
  };
  writeJson(file, made);
  return made;
}
