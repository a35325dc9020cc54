'use client';
import type { NextWave as Wave } from '#lib/contract/next-wave.ts';
import { AsOf, useNow } from '../ui/age.tsx';
import { waveWords } from './wave-words.ts';

/** The worker looks every 30 s; two looks that did not come make it stale. */
const staleMs = 90_000;

/** What waits in the flow's retry topics and may be the next dead letters. */
export function NextWave({ wave }: { wave: Wave }) {
  const now = useNow();
  return (
    <section aria-label="Next wave" className="flex flex-col gap-1 pb-4">
      <h2 className="label">
        Next wave, <AsOf at={wave.asOf} staleMs={staleMs} label="seen" />
      </h2>
      <ul className="flex flex-col gap-0.5 [overflow-wrap:anywhere]">
        {wave.topics.map((waiting) => (
          <li
            key={`${waiting.topic} ${waiting.group}`}
            suppressHydrationWarning
            className={waiting.waitingRecords === 0 ? 'text-muted' : ''}
          >
            {waveWords(waiting, now)}
          </li>
        ))}
      </ul>
    </section>
  );
}
