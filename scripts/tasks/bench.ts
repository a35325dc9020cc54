import { runMeasured } from './measured.ts';

/** `npm run bench`. */
export const main = (root: string, args: readonly string[]): Promise<number> =>
  runMeasured(root, 'bench', args);
