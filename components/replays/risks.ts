import type { EvidenceItem } from '#lib/contract/evidence-item.ts';
import type { ReplayView } from '#lib/contract/replays.ts';
import { breakingPlaces, type FailingSample, failingSamples } from './failing-samples.ts';

/** What has become of an answer since it was frozen, when that is another one. */
export type RiskNow = {
  status: EvidenceItem['status'];
  change: 'worse' | 'better' | 'other';
  sentence: string;
  at: string;
};
export type Risk = {
  key: string;
  sentence: string;
  why: string | null;
  at: string | null;
  /** Records that show it. */
  failing: readonly FailingSample[];
  now: RiskNow | null;
};
export type Risks = Readonly<Record<EvidenceItem['status'], readonly Risk[]>>;

type Now = NonNullable<ReplayView['evidenceNow']>['items'][number];

const changed = (now: Now | undefined): RiskNow | null =>
  now === undefined || now.change === 'same'
    ? null
    : { status: now.status, change: now.change, sentence: now.sentence, at: now.at };

/**
 * What the plan found, worst first. A denying rule of the policy blocks as well; one that only repeats blocking evidence
 * (`evidence.x`) is not said twice.
 */
export function risksOf({
  evidence,
  policy,
  evidenceNow,
}: Pick<ReplayView, 'evidence' | 'policy' | 'evidenceNow'>): Risks {
  const nowOf = new Map(evidenceNow?.items.map((item) => [item.name, item]));
  const ofEvidence = ({ name, sentence, why, at, value }: EvidenceItem): Risk => ({
    key: name,
    sentence,
    why: name === 'diversion' ? breakingPlaces(value) : why,
    at,
    failing: name === 'decodable' ? failingSamples(value) : [],
    now: changed(nowOf.get(name)),
  });
  const of = (status: EvidenceItem['status']) =>
    evidence.filter((item) => item.status === status).map(ofEvidence);
  const blocking = of('blocks');
  const said = new Set(blocking.map((risk) => `evidence.${risk.key}`));
  const denied = (policy?.rules ?? [])
    .filter((rule) => rule.effect === 'deny' && !said.has(rule.rule))
    .map((rule, place) => ({
      key: `policy ${place}`,
      sentence: rule.reason,
      why: null,
      at: null,
      failing: [],
      now: null,
    }));
  return { blocks: [...blocking, ...denied], warns: of('warns'), unknown: of('unknown'), good: of('good') };
}
