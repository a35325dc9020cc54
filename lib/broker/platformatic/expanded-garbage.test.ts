import { describe, expect, it } from 'vitest';
import { createExpandedGarbage } from './expanded-garbage.ts';

const mib = 1 << 20;

function watched() {
  let collected = 0;
  const garbage = createExpandedGarbage(() => {
    collected += 1;
  });
  return { garbage, collected: () => collected };
}

describe('the garbage of expanded batches', () => {
  it('is collected before the next one, once large ones have left more than 32 MiB', () => {
    const { garbage, collected } = watched();
    garbage.add(20 * mib);
    garbage.beforeNext();
    expect(collected()).toBe(0);
    garbage.add(20 * mib);
    expect(collected()).toBe(0);
    garbage.beforeNext();
    expect(collected()).toBe(1);
    garbage.beforeNext();
    expect(collected()).toBe(1);
  });

  it('of ordinary batches is left to V8, however much comes', () => {
    const { garbage, collected } = watched();
    for (let batch = 0; batch < 1000; batch++) {
      garbage.beforeNext();
      garbage.add(10 * mib);
    }
    expect(collected()).toBe(0);
  });

  it('is left alone where the process may not ask for it', () => {
    const garbage = createExpandedGarbage(undefined);
    garbage.add(64 * mib);
    expect(() => garbage.beforeNext()).not.toThrow();
  });
});
