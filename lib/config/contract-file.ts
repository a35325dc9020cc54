import { open } from 'node:fs/promises';
import path from 'node:path';

const fileBytesMax = 1024 * 1024;

/**
 * The text of a file that a flow declares as its contract, as it stands now; a relative name is beside the configuration file.
 * @throws Error that says in a sentence why it can't be read
 */
export async function readContractFile(configFile: string | null, name: string): Promise<string> {
  const file = path.resolve(configFile === null ? '.' : path.dirname(configFile), name);
  const handle = await open(file, 'r').catch((error: NodeJS.ErrnoException) => {
    throw new Error(`The contract file ${name} can't be read: ${error.code ?? error.message}.`);
  });
  try {
    const { size } = await handle.stat();
    if (size > fileBytesMax)
      throw new Error(`The contract file ${name} is over ${fileBytesMax} bytes, and is not read.`);
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}
