export type QueuedEvent = { atMs: number; order: number; run: () => void };

const before = (a: QueuedEvent, b: QueuedEvent) =>
  a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);

/** Events by virtual time, those of the same time in the order in which they came: a binary heap. */
export class EventQueue {
  readonly #heap: QueuedEvent[] = [];

  push(event: QueuedEvent): void {
    const heap = this.#heap;
    let at = heap.push(event) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above];
      if (!parent || !before(event, parent)) break;
      heap[at] = parent;
      heap[above] = event;
      at = above;
    }
  }

  pop(): QueuedEvent | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (!first || !last || first === last) return first;
    heap[0] = last;
    let at = 0;
    for (;;) {
      const left = heap[2 * at + 1];
      const right = heap[2 * at + 2];
      const [child, place] = left && right && before(right, left) ? [right, 2 * at + 2] : [left, 2 * at + 1];
      if (!child || !before(child, last)) return first;
      heap[at] = child;
      heap[place] = last;
      at = place;
    }
  }
}
