import { hash } from 'node:crypto';
import { canonicalJson } from '../kernel/canonical-json.ts';
import type { DeclaredMapping } from './declared-mapping.ts';
import type { Masks } from './masks.ts';

/**
 * Raise it with every change of what makes a failure group or a verdict (fingerprint.ts, message-pattern.ts, stack-frames.ts, exception.ts,
 * verdict.ts, decode.ts, convention-spec.ts and what they stand on): rows that are indexed already are then grouped anew. The test beside this file
 * fails when outcomes change and this does not.
 */
export const groupingVersion = 1;

/** Names the rules by which a topic's dead letters are grouped: those of the code and those that its flow and topic declare. 32 hex digits. */
export function groupingRules(
  declared: { mapping: DeclaredMapping | null; masks: Masks },
  version: number = groupingVersion,
): string {
  const { mapping, masks } = declared;
  const rules = {
    version,
    mapping:
      mapping && Object.fromEntries(Object.entries(mapping).map(([name, each]) => [name, { ...each }])),
    // What masks hide is in no word of the index, and a message is grouped as it is shown.
    masks: [...masks.headers, ...masks.pointers.map(({ text }) => text)].sort(),
  };
  return hash('sha256', canonicalJson(rules), 'hex').slice(0, 32);
}
