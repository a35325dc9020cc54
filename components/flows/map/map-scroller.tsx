'use client';
import { useEffect, useRef, useState } from 'react';
import { ScrollBox } from '../../dead-letters/scroll-box.tsx';
import { Button } from '../../ui/button.tsx';
import type { MapModel } from './map-model.ts';
import { MapPicture } from './map-picture.tsx';
import { scaleOf, type Zoom, zoomByKey, zoomed } from './zoom.ts';

/** Padding and border around the picture. */
const frame = 22;

/** The picture in a part of the page of its own: scrolled by hand or arrow keys, zoomed by buttons or + and -. */
export function MapScroller({ model }: { model: MapModel }) {
  const box = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState<{ width: number; height: number } | null>(null);
  const [zoom, setZoom] = useState<Zoom>('width');
  const scale = scaleOf(zoom, model.map.picture, room);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() =>
      setRoom({ width: element.clientWidth - frame, height: window.innerHeight * 0.75 - frame }),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const onKey = (event: KeyboardEvent) => {
      const next = event.metaKey || event.ctrlKey || event.altKey ? null : zoomByKey(event.key, scale);
      if (next === null) return;
      event.preventDefault();
      setZoom(next);
    };
    element.addEventListener('keydown', onKey);
    return () => element.removeEventListener('keydown', onKey);
  }, [scale]);
  return (
    <>
      <fieldset className="flex flex-wrap items-center gap-1 py-2">
        <legend className="sr-only">Size of the picture</legend>
        <Button size="sm" aria-label="Smaller" onClick={() => setZoom(zoomed(scale, 'out'))}>
          −
        </Button>
        <span className="w-12 text-center text-xs text-muted tabular-nums">{Math.round(scale * 100)}%</span>
        <Button size="sm" aria-label="Larger" onClick={() => setZoom(zoomed(scale, 'in'))}>
          +
        </Button>
        <Button size="sm" aria-pressed={zoom === 'width'} onClick={() => setZoom('width')}>
          Fit width
        </Button>
        <Button size="sm" aria-pressed={zoom === 'whole'} onClick={() => setZoom('whole')}>
          Fit all
        </Button>
      </fieldset>
      <div ref={box}>
        <ScrollBox
          label="Picture of the flows; plus and minus zoom, 0 fits all of it"
          className="max-h-[75vh] border border-line bg-ground p-2"
        >
          <MapPicture model={model} scale={scale} />
        </ScrollBox>
      </div>
    </>
  );
}
