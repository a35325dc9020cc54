import { paths } from '#lib/client/paths.ts';
import type { EvidenceItem } from '#lib/contract/evidence-item.ts';
import type { ReplayView } from '#lib/contract/replays.ts';
import { Age } from '../ui/age.tsx';
import { formatCount, plural } from '../ui/format.ts';
import { Link } from '../ui/link.tsx';
import { Sign } from '../ui/sign.tsx';
import { evidenceSigns } from '../ui/signs.ts';
import type { Risk, RiskNow, Risks } from './risks.ts';

const order = ['blocks', 'warns', 'unknown', 'good'] as const;
const headings: Readonly<Record<EvidenceItem['status'], string>> = {
  blocks: 'Blocks',
  warns: 'Warns',
  unknown: 'Unknown',
  good: 'Good',
};

type Source = { cluster: string; topic: string };

/** Which records show it, each a way to its page. */
function Failing({ of, source }: { of: Risk['failing']; source: Source }) {
  return (
    <ul className="text-muted" aria-label="Failing samples">
      {of.map(({ partition, offset, words }) => (
        <li key={`${partition}:${offset}`}>
          <Link
            href={paths.deadLetterRecord(source.cluster, source.topic, partition, offset)}
            className="underline"
          >
            {partition} at {offset}
          </Link>{' '}
          {words}
        </li>
      ))}
    </ul>
  );
}

const words: Readonly<Record<RiskNow['change'], string>> = {
  worse: 'worse now',
  better: 'better now',
  other: 'changed since',
};

/** What the same question answers now, where that is not what was frozen. */
function Now({ now }: { now: RiskNow }) {
  const sign = evidenceSigns[now.status];
  return (
    <span
      className={`mt-0.5 flex gap-2 border-l-2 pl-2 ${now.change === 'worse' ? 'border-act' : 'border-line'}`}
      title={`looked at ${now.at}`}
    >
      <Sign shape={sign.shape} tone={sign.tone} className="mt-1" />
      <span>
        <strong className={`font-medium ${now.change === 'worse' ? 'text-act' : ''}`}>
          {words[now.change]}:
        </strong>{' '}
        {now.sentence}
      </span>
    </span>
  );
}

function Line({ risk, status, source }: { risk: Risk; status: EvidenceItem['status']; source: Source }) {
  const sign = evidenceSigns[status];
  return (
    <li className="flex gap-2 py-0.5" title={risk.at === null ? undefined : `looked at ${risk.at}`}>
      <Sign shape={sign.shape} tone={sign.tone} className="mt-1" />
      <span className={`[overflow-wrap:anywhere] ${status === 'good' ? 'text-muted' : 'text-ink'}`}>
        {risk.sentence}
        {risk.why === null ? null : <span className="text-muted"> {risk.why}</span>}
        {risk.failing.length === 0 ? null : <Failing of={risk.failing} source={source} />}
        {risk.now === null ? null : <Now now={risk.now} />}
      </span>
    </li>
  );
}

/** What could go wrong, worst first, each kind with its number, also when it is 0. */
export function RiskList({
  risks,
  plannedAt,
  now,
  source,
}: {
  risks: Risks;
  plannedAt: string | null;
  now: ReplayView['evidenceNow'];
  source: Source;
}) {
  const changed = Object.values(risks)
    .flat()
    .filter((risk) => risk.now !== null).length;
  return (
    <div>
      {order.map((status) => (
        <div
          key={status}
          className="grid gap-x-3 border-b border-line py-1 last:border-0 sm:grid-cols-[5.5rem_minmax(0,1fr)]"
        >
          <h3
            className={`pt-0.5 font-medium ${status === 'blocks' && risks.blocks.length > 0 ? 'text-act' : ''} ${risks[status].length === 0 ? 'text-faint' : ''}`}
          >
            {headings[status]} {formatCount(risks[status].length)}
          </h3>
          {risks[status].length === 0 ? null : (
            <ul aria-label={headings[status]}>
              {risks[status].map((risk) => (
                <Line key={risk.key} risk={risk} status={status} source={source} />
              ))}
            </ul>
          )}
        </div>
      ))}
      <p className="pt-1 text-xs text-muted">
        Looked at <Age at={plannedAt} why="not planned yet" />, when the plan was frozen; rules that deny are
        checked again at approval, start and resume.
        {now === null ? null : now.why === null ? (
          <>
            {' '}
            What can change was asked again <Age at={now.asOf} />:{' '}
            {changed === 0 ? 'nothing has changed since.' : `${plural(changed, 'answer')} changed since.`}
          </>
        ) : (
          <span className="text-warn"> How it stands now could not be read: {now.why}</span>
        )}
      </p>
    </div>
  );
}
