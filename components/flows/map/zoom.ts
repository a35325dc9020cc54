/** What the picture is fitted to, or how large it is. */
export type Zoom = 'width' | 'whole' | number;
type Size = { width: number; height: number };

const steps = [0.25, 0.35, 0.5, 0.7, 0.85, 1, 1.25, 1.5, 2];

/** Never larger than full size by itself; as long as there is no room to be known of (on a narrow screen the picture is folded away), full size. */
export function scaleOf(zoom: Zoom, picture: Size, room: Size | null): number {
  if (typeof zoom === 'number') return zoom;
  if (room === null || room.width <= 0 || room.height <= 0 || picture.width === 0 || picture.height === 0)
    return 1;
  const wide = room.width / picture.width;
  return Math.min(1, zoom === 'width' ? wide : Math.min(wide, room.height / picture.height));
}

/** The next step in or out from any scale. */
export function zoomed(scale: number, to: 'in' | 'out'): number {
  const next =
    to === 'in' ? steps.find((step) => step > scale + 0.01) : steps.findLast((step) => step < scale - 0.01);
  return next ?? scale;
}

/** What a key does to the size; null for any other key. */
export function zoomByKey(key: string, scale: number): Zoom | null {
  if (key === '+') return zoomed(scale, 'in');
  if (key === '-') return zoomed(scale, 'out');
  return key === '0' ? 'whole' : null;
}
