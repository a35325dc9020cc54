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
  const { partition, offset, contentHash, keyHash, lineageRoot, attempt } = entry;
  // Few long pieces take less than many short ones; a Sha256 is hex.
  const upToKey = `${partition},"offset":"${offset}","contentHash":"${contentHash}","keyHash":`;
  let at = ascii(target, keyHash === null ? `${upToKey}null` : upToKey, start);
  if (keyHash !== null) at = quoted(target, keyHash, at);
  at = quoted(target, lineageRoot, ascii(target, ',"lineageRoot":', at));
  return ascii(target, `,"attempt":${attempt},"destinationPartition":`, at);
}

/** As `writeBefore`, of `linePartsOf(entry).behind`. */
export function writeBehind(entry: Entry, target: Buffer, start: number): number {
  const { origin, divert, originTimestampMs, bytes, convention } = entry;
  const ends = divert === undefined ? '}' : `,"divert":"${divert}"}`;
  const time = originTimestampMs === null ? 'null' : JSON.stringify(originTimestampMs);
  const upToOrigin = `,"bytes":${bytes},"originTimestampMs":${time},"convention":"${convention}","origin":`;
  if (origin === null) return ascii(target, `${upToOrigin}null${ends}`, start);
  const at = quoted(target, origin.topic, ascii(target, `${upToOrigin}{"topic":`, start));
  return ascii(target, `,"partition":${origin.partition},"offset":"${origin.offset}"}${ends}`, at);
}
