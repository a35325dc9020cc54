/** Appends single lines of text to partition 0 of a topic. A line may stand twice after a connection was lost. Throws BrokerFailure. */
export type LineWriter = {
  /** Acknowledged by all in-sync replicas when it resolves. @returns its offset */
  append(topic: string, line: string, timestampMs: number): Promise<bigint>;
  close(): Promise<void>;
};
