/**
 * The server's time as this browser can best tell. Ages are differences to times that the server wrote, and a laptop
 * whose clock is off by a minute must not show a minute of age that is not there. The Date header has whole seconds,
 * so a difference below two seconds counts as none.
 */
let offsetMs = 0;

/** Learns from one answer: the server's Date header, and when the request left and the answer came. */
export function learnServerTime(dateHeader: string | null, sentAt: number, receivedAt: number): void {
  if (dateHeader === null) return;
  const said = Date.parse(dateHeader);
  if (Number.isNaN(said)) return;
  const difference = said + 500 - (sentAt + receivedAt) / 2;
  offsetMs = Math.abs(difference) < 2000 ? 0 : difference;
}

/** Milliseconds since the epoch on the server's clock. */
export const serverNow = (): number => Date.now() + offsetMs;

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | null = null;
let second = 0;

/** One ticker for every age on the page; it runs only while something listens. */
export function subscribeToSeconds(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === null) {
    // Also before the first tick it is now, not 1970: hydration subscribes before anything reads.
    second = Math.floor(serverNow() / 1000);
    timer = setInterval(() => {
      second = Math.floor(serverNow() / 1000);
      for (const each of listeners) each();
    }, 1000);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
}

/** The second of the last tick: changes once a second, so that a component renders once a second. */
export function currentSecond(): number {
  if (timer === null) second = Math.floor(serverNow() / 1000);
  return second;
}
