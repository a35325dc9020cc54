/** One bit for each of so many places, all unset. */
export const bitsFor = (places: number): Uint8Array => new Uint8Array(Math.ceil(places / 8));

export const hasBit = (bits: Uint8Array, at: number): boolean =>
  ((bits[at >> 3] ?? 0) & (1 << (at & 7))) !== 0;

export function setBit(bits: Uint8Array, at: number): void {
  bits[at >> 3] = (bits[at >> 3] ?? 0) | (1 << (at & 7));
}
