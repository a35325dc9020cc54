/** Text that fits into so many characters: the middle gives way, since names differ at their ends. */
export function cutMiddle(text: string, most: number): string {
  if (text.length <= most) return text;
  const head = Math.ceil((most - 1) / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (most - 1 - head))}`;
}

/** The same for a width in pixels of the picture, at its two sizes of text; wide enough for any font that stands in. */
export const charactersIn = (width: number, size: 'name' | 'line'): number =>
  Math.floor(width / (size === 'name' ? 6.7 : 5.9));
