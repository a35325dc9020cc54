import { runMeasured } from './measured.ts';

/** `npm run drill`. */
export const main = (root: string, args: readonly string[]): Promise<number> =>
  runMeasured(root, 'drill', args);
