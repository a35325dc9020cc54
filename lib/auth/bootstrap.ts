import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Database } from '#lib/store/database.ts';
import { makeAuditKey } from './audit-key.ts';
import { credentialsPath, readCredentials, writeCredentials } from './credentials-file.ts';
import { createDemoUsers, newSetupToken } from './first-users.ts';
import { hashSecret } from './secrets.ts';

export type BootstrapDeps = {
  database: Database;
  clock: () => Date;
  home: string;
  host: string;
  port: number;
  demo: boolean;
};

const baseUrlOf = ({ host, port }: BootstrapDeps) => {
  const name = ['0.0.0.0', '::', ''].includes(host) ? '127.0.0.1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
};

/** The file beside users that were there before: kept current, or said to be missing or another's. */
async function checkCredentials(deps: BootstrapDeps): Promise<string[]> {
  const file = credentialsPath(deps.home);
  const credentials = await readCredentials(deps.home);
  const reset = 'set a new password with `npx --no-install sluice users reset-password NAME`';
  if (!credentials) return [`${file} is missing, and the passwords in it are stored nowhere else: ${reset}.`];
  if (!(await deps.database.stores.tokens.isMetricsToken(hashSecret(credentials.metricsToken))))
    return [`${file} belongs to another database than this one: ${reset}.`];
  const baseUrl = baseUrlOf(deps);
  if (credentials.baseUrl !== baseUrl) await writeCredentials(deps.home, { ...credentials, baseUrl });
  return [`Sign in with a name and password of ${file} (ana asks for replays, ben approves them).`];
}

/**
 * Before the web process starts: the first users, or how to make them.
 * @returns lines for the person at the terminal
 */
export async function bootstrap(deps: BootstrapDeps): Promise<string[]> {
  if (deps.demo) {
    // A demo signs its audit log from the start; where people configure Sluice, they make the key and say where it is.
    const auditKey = path.join(deps.home, 'audit.key');
    if (!existsSync(auditKey)) await makeAuditKey(auditKey);
    await createDemoUsers(deps, baseUrlOf(deps), (credentials) => writeCredentials(deps.home, credentials));
    return checkCredentials(deps);
  }
  const token = await newSetupToken(deps);
  if (token === null) return [];
  return [
    'There are no users yet. Create the first admin with this one-time set-up token:',
    `  ${token}`,
    `  curl -X POST ${baseUrlOf(deps)}/api/v1/setup -H 'content-type: application/json' -d '{"token":"…","name":"…","password":"…"}'`,
  ];
}
