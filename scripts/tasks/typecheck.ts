import path from 'node:path';
import { generateClient } from '../launcher/generate.ts';
import { inherit } from './inherit.ts';

/** `npm run typecheck`: the database client and Next's route types first, since the sources refer to both. */
export async function main(root: string): Promise<number> {
  await generateClient(root, new AbortController().signal);
  const bin = (...at: string[]) => path.join(root, 'node_modules', ...at);
  const typegen = await inherit(root, [bin('next', 'dist', 'bin', 'next'), 'typegen'], {
    NEXT_TELEMETRY_DISABLED: '1',
    SLUICE_DIST_DIR: '.next',
  });
  return typegen !== 0 ? typegen : inherit(root, [bin('typescript', 'bin', 'tsc'), '--noEmit', '-p', root]);
}
