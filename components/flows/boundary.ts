import type { FlowView } from '#lib/contract/flows.ts';
import { formatBytes, formatCount, formatDuration, formatPercent } from '../ui/format.ts';

const text = (value: unknown): string | null =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;

export type Effect = { what: string; external: boolean; idempotencyKey: string | null };

/** The declared side effects; what has another shape than expected is left to the raw view. */
export function effectsOf(flow: Pick<FlowView, 'boundary'>): Effect[] {
  const effects = flow.boundary.effects;
  if (!Array.isArray(effects)) return [];
  return effects.flatMap((each: unknown) => {
    if (typeof each !== 'object' || each === null || !('what' in each)) return [];
    const { what, external, idempotencyKey } = each as Record<string, unknown>;
    return [{ what: text(what) ?? '', external: external === true, idempotencyKey: text(idempotencyKey) }];
  });
}

/** A boundary in four words: the kind of effect and whether it may be replayed. */
export function boundaryMark(flow: Pick<FlowView, 'boundary'>): string {
  const effects = effectsOf(flow);
  const kind = effects.some((effect) => effect.external)
    ? 'external effect'
    : flow.boundary.state === 'transactional'
      ? 'transactional'
      : flow.boundary.time === 'event'
        ? 'event time'
        : effects.length > 0
          ? 'own sink'
          : 'no effect';
  const replay = text(flow.boundary.replay);
  return `${kind} · replay ${replay ?? 'not declared'}`;
}

/** A single declared value in words: durations by the `Ms` of their key, ratios as per cent, yes and no. */
function plainText(key: string, value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return value;
  if (key.endsWith('Ms')) return formatDuration(value);
  if (key.endsWith('Ratio')) return formatPercent(value);
  if (key.endsWith('Bytes')) return formatBytes(value);
  return formatCount(value);
}

/** Any declared value as text for a sheet: lists joined, objects as `key value`; null when there is nothing. */
export function sheetText(value: unknown, key = ''): string | null {
  if (value === null || value === undefined || value === '') return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return plainText(key, value);
  if (Array.isArray(value))
    return value.length === 0 ? 'none' : value.map((each) => sheetText(each) ?? '–').join(', ');
  const entries = Object.entries(value as Record<string, unknown>);
  if (entries.length === 0) return null;
  return entries
    .map(([name, each]) => `${sheetLabel(name).toLowerCase()} ${sheetText(each, name) ?? '–'}`)
    .join(' · ');
}

/** `maxRecords` → `Max records`; a trailing `Ms` goes, since the value is written with its unit. */
export function sheetLabel(key: string): string {
  const words = key
    .replace(/Ms$/, '')
    .replace(/Ttl$/, ' holds for')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
