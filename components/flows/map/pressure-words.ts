import type { EdgePressure, MapEdgeView } from '#lib/contract/flow-map.ts';
import { lagStatuses } from '#lib/domain/lag/status.ts';
import { formatBig, formatClock, formatCount, formatDuration } from '../../ui/format.ts';
import { lagSigns, type SignOf } from '../../ui/signs.ts';

type Edge = Pick<MapEdgeView, 'kind' | 'pressure'>;

const notRead: SignOf = { shape: 'ring', tone: 'idle', word: 'unknown' };
const notSeen: SignOf = { shape: 'dash', tone: 'idle', word: 'not seen' };
const arriving: SignOf = {
  ...{ shape: 'triangle', tone: 'warn', word: 'arriving' },
  help: 'Dead letters came in within the last five minutes.',
};
const open: SignOf = {
  shape: 'square',
  tone: 'warn',
  word: 'open',
  help: 'None came in lately; some still wait.',
};
const noneOpen: SignOf = { shape: 'dot', tone: 'ok', word: 'none open' };
const held: SignOf = { shape: 'pause', tone: 'idle', word: 'held' };
const waiting: SignOf = { shape: 'wait', tone: 'idle', word: 'waiting' };

/** Kinds along which nothing can be measured, whoever looks. */
const unseen: ReadonlySet<MapEdgeView['kind']> = new Set(['writes', 'effect', 'asks']);

/** Shape, colour and word of what stands on an edge. */
export function pressureSign({ kind, pressure }: Edge): SignOf {
  switch (pressure.measure) {
    case 'lag':
      return lagSigns[pressure.status];
    case 'waiting':
      return waiting;
    case 'arrivals':
      if (kind === 'quarantines') return pressure.open > 0 ? held : { ...noneOpen, word: 'none held' };
      return pressure.m5 > 0 ? arriving : pressure.open > 0 ? open : noneOpen;
    case 'none':
      return unseen.has(kind) ? notSeen : notRead;
  }
}

/** `18,204`, `1.2 M`: a picture has little room. */
function shortCount(value: number | string): string {
  const size = Number(value);
  if (size < 100_000) return typeof value === 'string' ? formatBig(value) : formatCount(value);
  return size < 1_000_000 ? `${Math.round(size / 1000)} k` : `${(size / 1_000_000).toFixed(1)} M`;
}

/** The largest unit alone: `9 min`. */
const shortDuration = (ms: number): string => formatDuration(ms).split(' ').slice(0, 2).join(' ');

/** Older than this, a reading is told with its age. */
const freshMs = 20_000;

function ageOf(pressure: EdgePressure, asOf: string): number {
  return pressure.measure === 'none' ? 0 : Date.parse(asOf) - Date.parse(pressure.asOf);
}

/** The line below the sign's word: how much, as short as it gets. `asOf` is when all of it was answered. */
export function pressureLine({ kind, pressure }: Edge, asOf: string): string {
  const age = ageOf(pressure, asOf);
  if (age > freshMs) return `${shortDuration(age)} old`;
  switch (pressure.measure) {
    case 'lag': {
      if (pressure.lagRecords === null) return 'lag not known';
      const time =
        pressure.lagMs === null || pressure.lagMs < 1000 ? '' : ` · ${shortDuration(pressure.lagMs)}`;
      return pressure.lagRecords === '0' ? 'no lag' : `${shortCount(pressure.lagRecords)}${time}`;
    }
    case 'waiting':
      return `${shortCount(pressure.waitingRecords)} records`;
    case 'arrivals': {
      const least = pressure.caughtUp ? '' : '≥ ';
      return kind === 'quarantines' || pressure.h1 === 0
        ? `${least}${shortCount(pressure.open)}`
        : `${least}${shortCount(pressure.open)} · ${shortCount(pressure.h1)}/h`;
    }
    case 'none':
      return '';
  }
}

function told(pressure: EdgePressure, kind: MapEdgeView['kind'], asOf: string): string {
  switch (pressure.measure) {
    case 'lag': {
      const { lagRecords, lagMs, produceRate, consumeRate, status } = pressure;
      const rate = (value: number | null) => (value === null ? 'unknown' : `${value.toFixed(1)}/s`);
      return [
        `${lagSigns[status].word}: ${lagRecords === null ? 'lag not known' : `${formatBig(lagRecords)} records behind`}`,
        lagMs === null ? 'time lag not known' : `${formatDuration(lagMs)} time lag`,
        `in ${rate(produceRate)}, out ${rate(consumeRate)}`,
      ].join(', ');
    }
    case 'waiting':
      return `${formatCount(pressure.waitingRecords)} records wait${pressure.dueFirstAt === null ? '' : `, the first is due at ${formatClock(new Date(pressure.dueFirstAt), new Date(asOf))}`}`;
    case 'arrivals': {
      const { m5, h1, open: still, caughtUp } = pressure;
      return `${caughtUp ? '' : 'at least '}${formatCount(still)} ${kind === 'quarantines' ? 'held' : 'open'}, ${formatCount(m5)} came in within 5 min, ${formatCount(h1)} within 1 h`;
    }
    case 'none':
      return pressure.why;
  }
}

/** All of it in one sentence, with its age where it is old. */
export function pressureSentence({ kind, pressure }: Edge, asOf: string): string {
  const age = ageOf(pressure, asOf);
  const sentence = told(pressure, kind, asOf);
  return age > freshMs ? `${sentence} (${formatDuration(age)} ago)` : sentence;
}

const toneRank = { act: 0, warn: 1, idle: 2, accent: 3, ok: 4 } as const;

/** For sorting, worst first: what asks for a person, then by status, then by how much waits. */
export function pressureRank(edge: Edge): [number, number, number] {
  const { pressure } = edge;
  const status = pressure.measure === 'lag' ? lagStatuses.indexOf(pressure.status) : lagStatuses.length;
  const much =
    pressure.measure === 'lag'
      ? Number(pressure.lagRecords ?? 0)
      : pressure.measure === 'arrivals'
        ? pressure.open
        : 0;
  const unmeasurable = pressure.measure === 'none' && unseen.has(edge.kind);
  return [unmeasurable ? 5 : toneRank[pressureSign(edge).tone], status, -much];
}
