import type { ReplayView } from '#lib/contract/replays.ts';
import { type Shape, Sign, type Tone } from '../ui/sign.tsx';
import { type LifeStep, lifeOf } from './life.ts';

const signs: Readonly<Record<LifeStep['state'], { shape: Shape; tone: Tone; word: string }>> = {
  passed: { shape: 'check', tone: 'ok', word: 'passed' },
  running: { shape: 'play', tone: 'accent', word: 'now' },
  waiting: { shape: 'ring', tone: 'idle', word: 'waiting' },
  failed: { shape: 'cross', tone: 'act', word: 'stopped here' },
};

/** The life of a replay as a line of steps: what is done, where it stands, what is to come. */
export function LifeLine({ replay }: { replay: ReplayView }) {
  return (
    <ol aria-label="Steps" className="grid grid-cols-3 border-y border-line sm:flex sm:overflow-x-auto">
      {lifeOf(replay).map((step) => {
        const sign =
          step.state === 'running' && replay.state === 'paused'
            ? { shape: 'pause' as const, tone: 'warn' as const, word: 'paused' }
            : signs[step.state];
        const now = step.state === 'running';
        return (
          <li
            key={step.name}
            aria-current={now ? 'step' : undefined}
            className={`min-w-0 border-line px-2 py-1.5 sm:flex-1 sm:border-r sm:last:border-r-0 ${now ? 'bg-selected' : ''}`}
          >
            <span
              className={`flex items-center gap-1.5 whitespace-nowrap ${now ? 'font-semibold' : step.state === 'waiting' ? 'text-muted' : ''}`}
            >
              <Sign shape={sign.shape} tone={sign.tone} />
              {step.name}
              <span className="sr-only">, {sign.word}</span>
            </span>
            <span className="block pl-4.5 text-xs whitespace-nowrap text-muted">{step.note ?? ' '}</span>
          </li>
        );
      })}
    </ol>
  );
}
