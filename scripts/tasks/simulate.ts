import path from 'node:path';
import { inherit } from './inherit.ts';

/** `npm run simulate`: the life of replays in a simulated world, seed by seed. Needs no broker and no database. */
export const main = (root: string, args: readonly string[]): Promise<number> =>
  inherit(root, [path.join(root, 'tests', 'simulation', 'simulate.ts'), ...args], {});
