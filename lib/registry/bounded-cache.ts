/** Keeps what never changes, the longest unused leaving first: bounded in entries and in size. */
export class BoundedCache<Value> {
  private readonly entries = new Map<string, { value: Value; size: number }>();
  private readonly bounds: { entries: number; size: number };
  private size = 0;

  constructor(bounds: { entries: number; size: number }) {
    this.bounds = bounds;
  }

  get(key: string): Value | undefined {
    const found = this.entries.get(key);
    if (!found) return undefined;
    this.entries.delete(key);
    this.entries.set(key, found);
    return found.value;
  }

  set(key: string, value: Value, size: number): void {
    this.forget(key);
    if (size > this.bounds.size) return;
    this.entries.set(key, { value, size });
    this.size += size;
    for (const oldest of this.entries.keys()) {
      if (this.entries.size <= this.bounds.entries && this.size <= this.bounds.size) return;
      this.forget(oldest);
    }
  }

  private forget(key: string): void {
    this.size -= this.entries.get(key)?.size ?? 0;
    this.entries.delete(key);
  }
}
