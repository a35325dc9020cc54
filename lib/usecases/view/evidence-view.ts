import type { Evidence } from '#lib/domain/replays/evidence.ts';

/**
 * Evidence as a person may see it: where and how single records break their contract is of their payloads (ADR 15), and only for who may see
 * those. How many do is for everybody.
 */
export const evidenceFor = (evidence: readonly Evidence[], withPayloads: boolean): Evidence[] =>
  evidence.map((item) => {
    const { value } = item;
    if (withPayloads || typeof value !== 'object' || value === null) return item;
    if (item.name === 'decodable') return { ...item, value: { ...value, failing: null } };
    return item.name === 'diversion' ? { ...item, value: { ...value, paths: null } } : item;
  });
