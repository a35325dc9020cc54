import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { hashInputs } from './inputs-hash.ts';
import { runCommand } from './run-command.ts';

/** Prisma's client for the schema, made when the schema or Prisma changed. @returns whether it was made now */
export async function generateClient(root: string, signal: AbortSignal): Promise<boolean> {
  const marker = path.join(root, 'generated', 'prisma', '.sluice-inputs');
  const inputs = hashInputs(root, [
    'prisma/schema.prisma',
    'prisma.config.ts',
    'node_modules/prisma/package.json',
  ]);
  if (existsSync(marker) && readFileSync(marker, 'utf8') === inputs) return false;
  await runCommand({
    what: "Generating the database client ('prisma generate')",
    file: process.execPath,
    args: [path.join(root, 'node_modules', 'prisma', 'build', 'index.js'), 'generate'],
    options: { cwd: root, env: { ...process.env, CHECKPOINT_DISABLE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1' } },
    signal,
  });
  writeFileSync(marker, inputs);
  return true;
}
