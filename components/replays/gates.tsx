import type { GateView } from '#lib/contract/replays.ts';
import { formatCount, formatPercent } from '../ui/format.ts';
import { Unknown } from '../ui/quantity.tsx';
import { gateSigns } from '../ui/signs.ts';
import { StatusSign } from '../ui/status-sign.tsx';

const words: Readonly<Record<string, { name: string; help: string }>> = {
  came_back: { name: 'Came back', help: 'Of the records whose outcome is known' },
  target_lag_growth: { name: 'Lag growth', help: 'Of the target group since the start' },
  target_stuck: { name: 'Target stuck', help: 'Target groups that are stopped or stalled' },
};

const said = (value: number, unit: string) =>
  unit === 'ratio' ? formatPercent(value) : `${formatCount(value)} ${unit}`;

/** What must hold for the replay to go on. A gate that fails pauses or aborts it; an unknown one never lets it pass. */
export function Gates({ gates }: { gates: readonly GateView[] }) {
  if (gates.length === 0) return <p className="px-2 py-3 text-muted">No gate has been looked at yet.</p>;
  return (
    <table aria-label="Gates" className="w-full border-separate border-spacing-0">
      <thead>
        <tr className="text-2xs text-faint">
          <th scope="col" className="h-7 border-b border-line px-2 text-left font-medium">
            Gate
          </th>
          <th scope="col" className="border-b border-line px-2 text-right font-medium">
            Now
          </th>
          <th scope="col" className="border-b border-line px-2 text-right font-medium">
            Limit
          </th>
          <th scope="col" className="border-b border-line px-2 text-left font-medium">
            State
          </th>
        </tr>
      </thead>
      <tbody>
        {gates.map((gate) => (
          <tr key={gate.name}>
            <td className="h-8 border-b border-line px-2" title={words[gate.name]?.help}>
              {words[gate.name]?.name ?? gate.name}
            </td>
            <td className="border-b border-line px-2 text-right font-semibold whitespace-nowrap">
              {gate.value === null ? <Unknown why="nothing to judge by yet" /> : said(gate.value, gate.unit)}
            </td>
            <td className="border-b border-line px-2 text-right whitespace-nowrap text-muted">
              {said(gate.limit, gate.unit)}
            </td>
            <td className="border-b border-line px-2">
              <StatusSign sign={gateSigns[gate.state]} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
