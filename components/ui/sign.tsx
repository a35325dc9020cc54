import type { ReactNode } from 'react';

/** Every shape that carries a meaning, once. Drawn, not typed: no font turns them into pictures. */
export type Shape =
  | 'dot'
  | 'triangle'
  | 'square'
  | 'cross'
  | 'back'
  | 'sand'
  | 'ahead'
  | 'dashed'
  | 'ring'
  | 'dash'
  | 'wait'
  | 'play'
  | 'pause'
  | 'slash'
  | 'check'
  | 'diamond'
  | 'pen'
  | 'return'
  | 'info';

const line = {
  fill: 'none',
  stroke: 'currentColor',
  strokeWidth: 1.6,
  strokeLinecap: 'round',
  strokeLinejoin: 'round',
} as const;

const drawings: Readonly<Record<Shape, ReactNode>> = {
  dot: <circle cx="6" cy="6" r="4" fill="currentColor" />,
  triangle: <path d="M6 1.5 11 10.5H1z" fill="currentColor" />,
  square: <rect x="2" y="2" width="8" height="8" fill="currentColor" />,
  cross: <path d="m2 2 8 8M10 2l-8 8" {...line} strokeWidth={2.2} />,
  back: <path d="M2 2v3.5h3.5M2.3 5.2A4.2 4.2 0 1 1 3 9" {...line} />,
  sand: <path d="M2 1h8v2L7 6l3 3v2H2V9l3-3-3-3z" fill="currentColor" />,
  ahead: <path d="M1 6h7M5.5 3 8.5 6l-3 3M11 2v8" {...line} />,
  dashed: <circle cx="6" cy="6" r="4" {...line} strokeDasharray="1.6 2.6" />,
  ring: <circle cx="6" cy="6" r="4" {...line} />,
  dash: <path d="M2.5 6h7" {...line} />,
  wait: <path d="M2.5 1.5h7L2.5 10.5h7z" {...line} strokeWidth={1.4} />,
  play: <path d="M3 1.5 10.5 6 3 10.5z" fill="currentColor" />,
  pause: <path d="M4 2v8M8 2v8" {...line} strokeWidth={2.2} />,
  slash: <path d="M6 1.8a4.2 4.2 0 1 1 0 8.4 4.2 4.2 0 0 1 0-8.4zM3.2 8.8l5.6-5.6" {...line} />,
  check: <path d="m2 6.5 3 3 5-6.5" {...line} strokeWidth={2} />,
  diamond: <path d="M6 1.5 10.5 6 6 10.5 1.5 6z" {...line} />,
  pen: <path d="M2 10l.5-2.5L8.5 1.5l2 2-6 6z" {...line} strokeWidth={1.3} />,
  return: <path d="M4.5 1.5 2 4l2.5 2.5M2 4h5a3 3 0 0 1 0 6.2H4" {...line} />,
  info: <path d="M6 5.5v4M6 2.6v.1" {...line} strokeWidth={2} />,
};

/** How much it asks of a person. Only `act` is red. */
export type Tone = 'ok' | 'warn' | 'act' | 'idle' | 'accent';
export const toneInk: Readonly<Record<Tone, string>> = {
  ok: 'text-ok',
  warn: 'text-warn',
  act: 'text-act',
  idle: 'text-faint',
  accent: 'text-accent',
};

/** The shape alone, for where the word stands beside it already. */
export function Sign({ shape, tone, className = '' }: { shape: Shape; tone: Tone; className?: string }) {
  return (
    <svg viewBox="0 0 12 12" aria-hidden="true" className={`size-3 shrink-0 ${toneInk[tone]} ${className}`}>
      {drawings[shape]}
    </svg>
  );
}

/** The same within a drawing, 12 by 12 from its origin. */
export const SignGlyph = ({ shape, tone }: { shape: Shape; tone: Tone }) => (
  <g className={toneInk[tone]}>{drawings[shape]}</g>
);
