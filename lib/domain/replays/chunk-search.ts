import { compareSendingOrder, type ManifestEntry } from './manifest.ts';

/** What decides where a record stands in the sending order. */
export type SendingPlace = Pick<ManifestEntry, 'topic' | 'partition' | 'offset' | 'origin'>;

/**
 * The only chunk of a manifest that can have a record of this place, in some twenty looks at first entries: entries stand in sending order.
 * @param firstOf the first entry of a chunk; null where it can't be told, which ends the search
 * @returns its index; null when it stands before the first chunk, there is none, or one could not be told
 */
export async function searchChunk(
  chunks: number,
  firstOf: (index: number) => Promise<SendingPlace | null>,
  place: SendingPlace,
): Promise<number | null> {
  let [low, high] = [-1, chunks - 1];
  while (low < high) {
    const middle = Math.floor((low + high + 1) / 2);
    const first = await firstOf(middle);
    if (first === null) return null;
    if (compareSendingOrder(first, place) <= 0) low = middle;
    else high = middle - 1;
  }
  return low < 0 ? null : low;
}
