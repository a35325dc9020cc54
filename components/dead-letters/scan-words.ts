import type { ScanEnd } from '#lib/contract/payload-scan.ts';
import { formatCount } from '../ui/format.ts';

const reasons: readonly (readonly [keyof ScanEnd['unsearched'], one: string, many: string])[] = [
  ['pointers', 'only points at a record elsewhere', 'only point at records elsewhere'],
  ['gone', 'has left the log', 'have left the log'],
  ['unreadable', 'is damaged or expands too far', 'are damaged or expand too far'],
  [
    'partly',
    'is so large that only its beginning was searched',
    'are so large that only their beginning was searched',
  ],
  ['withheld', 'is hidden by a mask as a whole', 'are hidden by a mask as a whole'],
  ['undecoded', 'could not be decoded by its schema', 'could not be decoded by their schemas'],
];

/** Why nothing may have been found in some records although it is there; null when there are none. */
export function unsearchedText(unsearched: ScanEnd['unsearched']): string | null {
  const said = reasons.flatMap(([name, one, many]) => {
    const count = unsearched[name];
    return count === 0 ? [] : [`${formatCount(count)} ${count === 1 ? one : many}`];
  });
  return said.length === 0 ? null : `Not searched for sure: ${said.join('; ')}.`;
}
