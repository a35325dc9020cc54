import type { ReactNode } from 'react';

/** A topic's or group's name: in a narrow column it breaks after its dots and dashes, and elsewhere only where that is not enough. */
export function DottedName({ name }: { name: string }) {
  const pieces: ReactNode[] = [];
  let from = 0;
  for (const piece of name.split(/(?<=[._-])/)) {
    if (from > 0) pieces.push(<wbr key={from} />);
    pieces.push(piece);
    from += piece.length;
  }
  return <span className="[overflow-wrap:anywhere]">{pieces}</span>;
}
