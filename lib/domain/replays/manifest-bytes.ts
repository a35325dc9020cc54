import { isPlain, type ManifestEntry } from './manifest.ts';

type Entry = Omit<ManifestEntry, 'ordinal' | 'destinationPartition'>;

/** A character comes to six bytes at most, as `\u` and four digits. */
const mostPerCharacter = 6;
/** What stands around the texts of a line, and its numbers. */
const aroundTexts = 512;
const quote = 0x22;

const ascii = (target: Buffer, text: string, at: number): number => at + target.write(text, at, 'latin1');

function quoted(target: Buffer, text: string, at: number): number {
  if (!isPlain(text)) return at + target.write(JSON.stringify(text), at);
  target[at] = quote;
  const end = ascii(target, text, at + 1);
  target[end] = quote;
  return end + 1;
}

/** Neither half of this entry's line comes to more bytes, nor do both. */
export const mostLineBytes = (entry: Entry): number =>
  aroundTexts +
  mostPerCharacter *
    (entry.contentHash.length +
      (entry.keyHash?.length ?? 0) +
      entry.lineageRoot.length +
      entry.convention.length +
      (entry.origin?.topic.length ?? 0));

/**
 * Writes `linePartsOf(entry).before` as UTF-8, with room for `mostLineBytes`. Of a million records the texts themselves would be most of what the garbage
 * collector looks at. @returns where it ends
 */
export function writeBefore(entry: Entry, target: Buffer, start: number): number {
  let at = ascii(target, `${entry.partition},"offset":"${entry.offset}","contentHash":`, start);
  at = quoted(target, entry.contentHash, at);
  at = ascii(target, ',"keyHash":', at);
  at = entry.keyHash === null ? ascii(target, 'null', at) : quoted(target, entry.keyHash, at);
  at = ascii(target, ',"lineageRoot":', at);
  at = quoted(target, entry.lineageRoot, at);
  return ascii(target, `,"attempt":${entry.attempt},"destinationPartition":`, at);
}

/** As `writeBefore`, of `linePartsOf(entry).behind`. */
export function writeBehind(entry: Entry, target: Buffer, start: number): number {
  const { origin, divert, originTimestampMs } = entry;
  let at = ascii(target, `,"bytes":${entry.bytes},"originTimestampMs":`, start);
  at = ascii(target, originTimestampMs === null ? 'null' : JSON.stringify(originTimestampMs), at);
  at = ascii(target, ',"convention":', at);
  at = quoted(target, entry.convention, at);
  if (origin === null) at = ascii(target, ',"origin":null', at);
  else {
    at = ascii(target, ',"origin":{"topic":', at);
    at = quoted(target, origin.topic, at);
    at = ascii(target, `,"partition":${origin.partition},"offset":"${origin.offset}"}`, at);
  }
  return ascii(target, divert === undefined ? '}' : `,"divert":"${divert}"}`, at);
}
