'use client';
import type { FlowObjective, FlowView } from '#lib/contract/flows.ts';
import { formatDuration, formatPercent } from '../ui/format.ts';
import { Unknown } from '../ui/quantity.tsx';
import { Section } from '../ui/section.tsx';
import { objectiveSigns } from '../ui/signs.ts';
import { StatusSign } from '../ui/status-sign.tsx';
import { deadLetterSentence, objectiveSentence, rateText } from './objective-words.ts';

function BurnTable({ burn }: { burn: FlowObjective['burn'] }) {
  return (
    <table className="w-full max-w-sm">
      <caption className="sr-only">Burn rate over several windows</caption>
      <thead>
        <tr className="text-left text-xs text-muted">
          <th scope="col" className="py-1 font-medium">
            Over the last
          </th>
          <th scope="col" className="py-1 text-right font-medium">
            Burn
          </th>
          <th scope="col" className="py-1 text-right font-medium">
            Measured
          </th>
        </tr>
      </thead>
      <tbody>
        {burn.map(({ windowMs, rate, coverage }) => (
          <tr key={windowMs} className="border-t border-line">
            <td className="py-1">{formatDuration(windowMs)}</td>
            <td className="py-1 text-right tabular-nums">
              {rate === null ? <Unknown why="less than half of it was measured" /> : rateText(rate)}
            </td>
            <td className="py-1 text-right tabular-nums text-muted">{formatPercent(coverage)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** How the flow stands to what it promised, in words first, then in numbers. */
export function ObjectiveSheet({ flow }: { flow: FlowView }) {
  const { objective } = flow;
  const stalledAfterMs = flow.objectives.stalledAfterMs;
  return (
    <Section title="Objectives">
      <div className="flex flex-col gap-3 px-2 py-2">
        <p>
          <StatusSign sign={objectiveSigns[objective.status]} className="pr-2" />
          {objectiveSentence(objective)}
        </p>
        {objective.burn.length > 0 ? <BurnTable burn={objective.burn} /> : null}
        <p>
          <span className="text-muted">Dead letters: </span>
          {deadLetterSentence(objective)}
        </p>
        {typeof stalledAfterMs === 'number' ? (
          <p className="text-muted">
            A partition counts as stuck after {formatDuration(stalledAfterMs)} without progress.
          </p>
        ) : null}
      </div>
    </Section>
  );
}
