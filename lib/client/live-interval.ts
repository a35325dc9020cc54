/** While the event stream is open it says when to read again, and polling is only the safety net. */
let streaming = false;

export const setStreaming = (open: boolean): void => {
  streaming = open;
};

export const isStreaming = (): boolean => streaming;

/** A `refetchInterval`: as given, doubled while events arrive by themselves. */
export const liveMs = (ms: number) => (): number => (streaming ? Math.max(ms, 2000) * 2 : ms);
