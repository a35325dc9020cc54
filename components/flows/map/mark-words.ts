import type { MapEdgeView, MapNodeView } from '#lib/contract/flow-map.ts';
import type { BoundaryMark } from '#lib/domain/flows/map/flow-map.ts';

type MarkWords = { word: string; short: string; means: string };

/** What changes at a boundary, in words. */
export const markWords: Readonly<Record<BoundaryMark, MarkWords>> = {
  provider: {
    word: 'crosses to a provider',
    short: 'provider',
    means:
      'What is done there is in no transaction and can’t be undone; only its idempotency key protects it.',
  },
  event_time: {
    word: 'event-time window',
    short: 'event time',
    means:
      'Results depend on when a record happened: one that comes late or again counts in a window that may be closed.',
  },
  internal: {
    word: 'internal and replayable',
    short: 'internal',
    means: 'A transaction holds offsets and results together, and nothing leaves the platform.',
  },
  idempotent_sink: {
    word: 'at-least-once, idempotent sink',
    short: 'idempotent',
    means: 'A record may come twice, and the sink bears it.',
  },
  undeclared: {
    word: 'not declared what changes',
    short: 'not declared',
    means: 'The flow does not say what of its guarantees ends here.',
  },
};

/** What a part of a flow is called. */
export const kindWords: Readonly<Record<MapNodeView['kind'], string>> = {
  topic: 'topic',
  retry: 'retry topic',
  dead_letters: 'dead letters',
  quarantine: 'quarantine',
  group: 'consumer group',
  effect: 'effect',
  provider: 'provider',
};

/** Between what it comes from and where it goes to. */
export const edgeWords: Readonly<Record<MapEdgeView['kind'], string>> = {
  consumes: 'is read by',
  writes: 'writes into',
  retries: 'tries again by',
  dead_letters: 'gives up into',
  quarantines: 'is set aside in',
  effect: 'does',
  asks: 'is asked of',
};
