import { boundaryMarks } from '#lib/domain/flows/map/flow-map.ts';
import { MarkIcon } from './glyphs.tsx';
import type { MapModel } from './map-model.ts';
import { markWords } from './mark-words.ts';

/** What the drawings of the boundaries that are in the picture mean. */
export function MapLegend({ model }: { model: MapModel }) {
  const there = new Set(model.map.boundaries.flatMap(({ marks }) => marks));
  return (
    <dl className="grid gap-x-6 gap-y-1 py-3 text-xs sm:grid-cols-2 xl:grid-cols-3">
      {boundaryMarks
        .filter((mark) => there.has(mark))
        .map((mark) => (
          <div key={mark} className="flex items-baseline gap-2">
            <dt className="flex items-center gap-1.5 whitespace-nowrap">
              <MarkIcon mark={mark} />
              {markWords[mark].word}
            </dt>
            <dd className="text-muted">{markWords[mark].means}</dd>
          </div>
        ))}
    </dl>
  );
}
