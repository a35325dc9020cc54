import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/**
 * One hash over the names and contents of files and folders: equal means that what is made from them need not be made again.
 * @param inputs relative to the root; what is not there counts as not there
 */
export function hashInputs(
  root: string,
  inputs: readonly string[],
  skip: (file: string) => boolean = () => false,
): string {
  const hash = createHash('sha256');
  const add = (relative: string) => {
    const file = path.join(root, relative);
    if (!existsSync(file) || skip(relative)) return;
    if (statSync(file).isDirectory()) {
      for (const name of readdirSync(file).sort()) add(`${relative}/${name}`);
      return;
    }
    hash.update(`${relative}\0`).update(createHash('sha256').update(readFileSync(file)).digest());
  };
  for (const input of inputs) add(input);
  return hash.digest('hex');
}
