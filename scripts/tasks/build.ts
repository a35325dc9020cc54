import { buildWeb } from '../launcher/build.ts';
import { generateClient } from '../launcher/generate.ts';
import { StartError } from '../launcher/start-error.ts';

/** `npm run build`: the database client and the production console, each only where its sources changed. */
export async function main(root: string): Promise<number> {
  const { signal } = new AbortController();
  try {
    await generateClient(root, signal);
    const built = await buildWeb(root, process.env.SLUICE_DIST_DIR || '.next', signal);
    console.log(built ? 'The console is built.' : 'Nothing changed since the last build.');
    return 0;
  } catch (error) {
    console.error(error instanceof StartError ? error.message : error);
    return 1;
  }
}
