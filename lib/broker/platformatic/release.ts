/**
 * First feature level of `metadata.version` that each release of Apache Kafka supports; read from
 * org.apache.kafka.server.common.MetadataVersion of Kafka 4.4.0.
 */
const releases: readonly (readonly [number, string])[] = [
  [7, '3.3'],
  [8, '3.4'],
  [9, '3.5'],
  [12, '3.6'],
  [15, '3.7'],
  [20, '3.8'],
  [21, '3.9'],
  [22, '4.0'],
  [26, '4.1'],
  [28, '4.2'],
  [30, '4.3'],
  [31, '4.4'],
];
/** Highest level that the table knows; above it a newer release speaks, which is not guessed. */
const lastKnownLevel = 33;

/** "4.4" from the highest metadata.version that a broker supports; null for one that the table does not know. */
export function kafkaRelease(level: number): string | null {
  if (level > lastKnownLevel) return null;
  return releases.findLast(([first]) => first <= level)?.[1] ?? null;
}
