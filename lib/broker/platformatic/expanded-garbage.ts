/** Smaller ones are left to V8. What Kafka lets a producer send by default (1 MB) seldom expands to as much. */
const largeBytes = 16 << 20;
const letStandBytes = 32 << 20;

/**
 * Has the garbage of large expanded batches collected before another batch is expanded. What such a batch takes lies outside of V8's heap, and V8 lets
 * four of 60 MiB stand beside those in use before it looks: a partition full of them took the worker past its 512 MB.
 * @param collect V8's collector, which a process has when it was started with `--expose-gc`; without it V8 chooses its time
 */
export function createExpandedGarbage(collect: (() => void) | undefined) {
  let standing = 0;
  return {
    beforeNext(): void {
      if (standing <= letStandBytes) return;
      standing = 0;
      collect?.();
    },
    /** @param bytes that were filled, also by a batch that turned out to be too large; one that only says so took none */
    add(bytes: number): void {
      if (bytes >= largeBytes) standing += bytes;
    },
  };
}
