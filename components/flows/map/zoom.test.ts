import { describe, expect, it } from 'vitest';
import { scaleOf, zoomByKey, zoomed } from './zoom.ts';

const picture = { width: 2000, height: 1000 };

describe('the size of the map', () => {
  it.each([
    ['as wide as there is room', 'width', { width: 1000, height: 100 }, 0.5],
    ['whole', 'whole', { width: 1000, height: 100 }, 0.1],
    ['never larger than it is', 'width', { width: 4000, height: 4000 }, 1],
    ['full where the room is not known', 'whole', null, 1],
    ['full where it is folded away', 'width', { width: -22, height: 600 }, 1],
    ['what a person chose', 1.5, { width: 10, height: 10 }, 1.5],
  ] as const)('%s', (_, zoom, room, scale) => {
    expect(scaleOf(zoom, picture, room)).toBe(scale);
  });

  it('goes by steps, and stays at the ends', () => {
    expect(zoomed(0.6, 'in')).toBe(0.7);
    expect(zoomed(0.6, 'out')).toBe(0.5);
    expect(zoomed(2, 'in')).toBe(2);
    expect(zoomByKey('0', 1)).toBe('whole');
    expect(zoomByKey('x', 1)).toBeNull();
  });
});
