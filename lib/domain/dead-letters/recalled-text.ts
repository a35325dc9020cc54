import { lossyText } from './header-encoding.ts';

type Known = { bytes: Uint8Array; text: string };

/** Longer ones are decoded anew each time. */
const bytesMax = 128;
const slots = 512;
const known: (Known | undefined)[] = Array.from({ length: slots });

/** Whether they say the same, from the end: names of one kind begin alike. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = a.length - 1; at >= 0; at--) if (a[at] !== b[at]) return false;
  return true;
}

function slotOf(bytes: Uint8Array): number {
  const size = bytes.length;
  const [last = 0, middle = 0, early = 0] = [bytes[size - 1], bytes[size >> 1], bytes[size >> 2]];
  return (size * 31 + last * 7 + middle * 13 + early * 3) % slots;
}

/** Just what `lossyText` says, sooner when the same bytes were among the last ones: for names, which repeat from record to record. */
export function recalledText(bytes: Uint8Array): string {
  if (bytes.length === 0 || bytes.length > bytesMax) return lossyText(bytes);
  const slot = slotOf(bytes);
  const found = known[slot];
  if (found && sameBytes(found.bytes, bytes)) return found.text;
  const text = lossyText(bytes);
  // A copy: a piece of what was fetched would keep all of it in memory.
  known[slot] = { bytes: new Uint8Array(bytes), text };
  return text;
}
