import type { GroupView } from '#lib/contract/lag.ts';
import { formatDuration } from '../ui/format.ts';

type TimeLag = Pick<GroupView, 'lagMs' | 'lagMsMethod' | 'lagMsError'>;

/** How a time lag is known, and how sure it is. */
export function methodWords({ lagMsMethod, lagMsError }: TimeLag): string | undefined {
  if (lagMsMethod === null) return undefined;
  const bound = lagMsError === null ? 'error bound unknown' : `within ${formatDuration(lagMsError)}`;
  return lagMsMethod === 'interpolated'
    ? `from when the end of the log was seen to pass it, ${bound}`
    : `from the record’s own timestamp, ${bound}`;
}

/** How far the rates of the older and the newer half of the window lie apart. */
export function drainWords(range: GroupView['drainRangeMs']): string | undefined {
  if (range === null) return undefined;
  const [shortest, longest] = range;
  return longest === null
    ? `${formatDuration(shortest)} at best; at the rates of half the window, never`
    : `between ${formatDuration(shortest)} and ${formatDuration(longest)}`;
}
