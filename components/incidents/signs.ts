import type { IncidentLineView, IncidentView } from '#lib/contract/incidents.ts';
import type { SignOf } from '../ui/signs.ts';

export const incidentSigns: Readonly<Record<IncidentView['state'], SignOf>> = {
  open: { shape: 'square', tone: 'warn', word: 'open' },
  closed: { shape: 'check', tone: 'ok', word: 'closed' },
};

/** What a line of the timeline tells of. */
export const lineSigns: Readonly<Record<IncidentLineView['kind'], SignOf>> = {
  incident: { shape: 'info', tone: 'accent', word: 'incident' },
  note: { shape: 'pen', tone: 'accent', word: 'note' },
  alert: { shape: 'triangle', tone: 'warn', word: 'alert' },
  lag: { shape: 'triangle', tone: 'idle', word: 'lag' },
  group: { shape: 'return', tone: 'idle', word: 'group' },
  failure: { shape: 'square', tone: 'warn', word: 'failure group' },
  decision: { shape: 'check', tone: 'accent', word: 'decision' },
  replay: { shape: 'play', tone: 'accent', word: 'replay' },
  marker: { shape: 'diamond', tone: 'accent', word: 'marker' },
};
