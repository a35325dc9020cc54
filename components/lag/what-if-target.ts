import type { WhatIfTarget } from '#lib/contract/what-if.ts';

export const whatIfKinds = ['earliest', 'latest', 'timestamp', 'offset', 'shift'] as const;
export type WhatIfKind = (typeof whatIfKinds)[number];

export const kindLabels: Readonly<Record<WhatIfKind, string>> = {
  earliest: 'the earliest offset',
  latest: 'the latest offset',
  timestamp: 'a time',
  offset: 'an offset',
  shift: 'where it is, shifted',
};

const int64Max = 2n ** 63n - 1n;
const fits = (digits: string) => BigInt(digits) <= int64Max;

/** What was typed as a target, or why it is none, in words. Grouping as the page shows it (`18,204`) is accepted. */
export function readTarget(kind: WhatIfKind, typed: string): { to: WhatIfTarget } | { problem: string } {
  const text = typed.trim();
  const digits = text.replaceAll(/[,\s_]/g, '');
  switch (kind) {
    case 'earliest':
    case 'latest':
      return { to: { kind } };
    case 'offset':
      return /^\d{1,19}$/.test(digits) && fits(digits)
        ? { to: { kind, offset: BigInt(digits).toString() } }
        : { problem: 'An offset is a whole number from 0, such as 88412.' };
    case 'shift': {
      const [, sign = '', amount = ''] = /^([+−-]?)(\d{1,19})$/.exec(digits) ?? [];
      return amount !== '' && fits(amount)
        ? { to: { kind, by: `${sign === '' || sign === '+' ? '' : '-'}${BigInt(amount)}` } }
        : { problem: 'A shift is a whole number of records, such as -1000 to go back a thousand.' };
    }
    case 'timestamp': {
      const atMs = Date.parse(text);
      return Number.isFinite(atMs) && atMs >= 0 && atMs < 253_402_300_800_000
        ? { to: { kind, timestamp: new Date(atMs).toISOString() } }
        : { problem: 'Choose a day and a time.' };
    }
  }
}

/** The value that stands in the address for a target; null when the kind needs none. */
export function addressValue(to: WhatIfTarget): string | null {
  switch (to.kind) {
    case 'offset':
      return to.offset;
    case 'shift':
      return to.by;
    case 'timestamp':
      return to.timestamp;
    default:
      return null;
  }
}

/** For <input type="datetime-local">: the viewer's own zone, to the second. */
export function localInput(at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}
