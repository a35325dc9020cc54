import type { AlertKind } from '../alerts/kind.ts';
import type { IncidentThing } from './about.ts';

type Place = { cluster: string; rest: string };
const asGroup = ({ cluster, rest }: Place): IncidentThing => ({ kind: 'group', cluster, group: rest });
const asTopic = ({ cluster, rest }: Place): IncidentThing => ({ kind: 'topic', cluster, topic: rest });
/** Whatever stands behind the name (which finding it is) says no more about where to look. */
const first = (text: string) => text.split('/')[0] ?? '';

const readers: Readonly<Record<AlertKind, (place: Place) => IncidentThing>> = {
  group_stuck: asGroup,
  group_ahead: asGroup,
  records_expired: asGroup,
  dead_letters_burst: asTopic,
  expiry_soon: asTopic,
  slo_burn: ({ rest }) => ({ kind: 'flow', flow: first(rest) }),
  declaration_wrong: ({ rest }) => ({ kind: 'flow', flow: first(rest) }),
  approval_wanted: ({ cluster }) => ({ kind: 'replay', replay: cluster }),
  review_wanted: ({ cluster }) => ({ kind: 'replay', replay: cluster }),
  replay_gate_failed: ({ cluster }) => ({ kind: 'replay', replay: cluster }),
  cluster_degraded: ({ rest }) => ({ kind: 'cluster', cluster: first(rest) }),
};

/** What an alert is about, by its key `<kind>:<first>/<rest>`; null for a key of no known form. */
export function thingOfAlert(key: string): IncidentThing | null {
  const [, kind = '', cluster = '', rest = ''] = /^([a-z_]+):([^/]+)(?:\/(.+))?$/s.exec(key) ?? [];
  const read = Object.hasOwn(readers, kind) ? readers[kind as AlertKind] : undefined;
  if (!read) return null;
  const thing = read({ cluster, rest });
  return Object.values(thing).includes('') ? null : thing;
}
