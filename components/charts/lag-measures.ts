import { formatBig, formatDuration } from '../ui/format.ts';

/** `lagRecords` is what is drawn, to the precision of a pixel; `exactLag` is what is said. */
export type LagPoint = {
  at: number;
  lagRecords: number | null;
  lagMs: number | null;
  exactLag: string | null;
};

export type Measure = {
  key: 'lagRecords' | 'lagMs';
  name: string;
  axis: (value: number) => string;
  /** The point's exact value in words; null where nothing was measured. */
  text: (point: LagPoint) => string | null;
};

const shortCount = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

export const measures: readonly Measure[] = [
  {
    key: 'lagRecords',
    name: 'Lag, records',
    axis: (value) => shortCount.format(value),
    text: ({ exactLag }) => (exactLag === null ? null : `${formatBig(exactLag)} records`),
  },
  {
    key: 'lagMs',
    name: 'Time lag',
    axis: formatDuration,
    text: ({ lagMs }) => (lagMs === null ? null : formatDuration(lagMs)),
  },
];
