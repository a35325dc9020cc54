import type { EvidenceItem, ReplayView } from '#lib/contract/replays.ts';
import { type FailingSample, failingSamples } from './failing-samples.ts';

export type Risk = {
  key: string;
  sentence: string;
  why: string | null;
  at: string | null;
  /** Records that show it. */
  failing: readonly FailingSample[];
};
export type Risks = Readonly<Record<EvidenceItem['status'], readonly Risk[]>>;

const ofEvidence = (item: EvidenceItem): Risk => ({
  key: item.name,
  sentence: item.sentence,
  why: item.why,
  at: item.at,
  failing: item.name === 'decodable' ? failingSamples(item.value) : [],
});

/**
 * What the plan found, worst first. A denying rule of the policy blocks as well; one that only repeats blocking evidence
 * (`evidence.x`) is not said twice.
 */
export function risksOf({ evidence, policy }: Pick<ReplayView, 'evidence' | 'policy'>): Risks {
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
    }));
  return { blocks: [...blocking, ...denied], warns: of('warns'), unknown: of('unknown'), good: of('good') };
}
