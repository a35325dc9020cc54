import type { Condition } from '#lib/domain/alerts/alert.ts';

/** What a look found, and the beginnings of keys of which nothing could be told: those that are not found are then not gone. */
export type Found = { conditions: Condition[]; unknownPrefixes: string[] };

/** All of them together. */
export const together = (parts: readonly Found[]): Found => ({
  conditions: parts.flatMap((part) => part.conditions),
  unknownPrefixes: parts.flatMap((part) => part.unknownPrefixes),
});
