import type { Evidence } from '#lib/domain/replays/evidence.ts';
import { countOf } from '#lib/domain/replays/sentences.ts';
import type { ContractOf } from '#lib/domain/schemas/contract.ts';
import { formatNames } from '#lib/domain/schemas/decoded.ts';
import type { CheckedRecord } from '../plan/contract-checks.ts';
import { answer, type PlanningContext } from './context.ts';

const failingMax = 5;

export function contractInWords(contract: ContractOf | null): string {
  if (contract === null) return "today's contract";
  const format = contract.format === null ? '' : ` (${formatNames[contract.format]})`;
  if (contract.file !== null) return `the contract ${contract.file}`;
  return `version ${contract.version ?? 'unknown'} of ${contract.subject ?? 'its subject'}${format}`;
}

/** The reason that most of them give. */
function mostGiven(samples: readonly (CheckedRecord & { state: 'unknown' })[]): string {
  const counts = new Map<string, number>();
  for (const { why } of samples) counts.set(why, (counts.get(why) ?? 0) + 1);
  const [first] = [...counts].sort(([, a], [, b]) => b - a);
  return first?.[0] ?? 'They were not looked at.';
}

/**
 * Whether the frozen records fit the contract of today, by a sample. One that breaks it warns: rules of the policy deny, by
 * `evidence.decodable.ratio`, which is not there (so that rules fire) as long as anything of the sample is unknown.
 */
export function decodableEvidence(
  context: Pick<PlanningContext, 'now' | 'destination' | 'frozen' | 'contract'>,
): Evidence {
  const { destination, frozen, contract: sampled } = context;
  const { records } = frozen.summary;
  if (sampled.state === 'none')
    return answer(context, 'decodable', {
      status: 'unknown',
      sentence: `Whether the records fit what ${destination.topic}'s readers expect is not known.`,
      why: sampled.why,
    });
  const { samples, contract } = sampled;
  const of = <S extends CheckedRecord['state']>(state: S) =>
    samples.filter((each): each is CheckedRecord & { state: S } => each.state === state);
  const [fits, violates, unknown, noValue] = [of('fits'), of('violates'), of('unknown'), of('no_value')];
  const asked = samples.length - noValue.length;
  const words = contractInWords(contract);
  const sampledOf =
    samples.length < records
      ? `${countOf(samples.length, 'record')} sampled evenly from ${records.toLocaleString('en-US')}`
      : `${countOf(samples.length, 'record')}`;
  const without =
    noValue.length > 0 ? `; ${noValue.length} have no value, of which a contract says nothing` : '';
  const value = {
    ...{ sampled: samples.length, fits: fits.length, noValue: noValue.length, notKnown: unknown.length },
    ...(unknown.length === 0 && asked > 0
      ? { violates: violates.length, ratio: violates.length / asked }
      : violates.length > 0
        ? { violatesAtLeast: violates.length }
        : {}),
    contract: contract === null ? null : { ...contract },
    failing: violates.slice(0, failingMax).map(({ partition, offset, path, expected, found }) => ({
      ...{ partition, offset: String(offset), path, expected, found },
    })),
  };
  const rest = { value, denominator: asked };
  if (violates.length > 0)
    return answer(context, 'decodable', {
      status: 'warns',
      sentence: `Of ${sampledOf}, ${violates.length} ${violates.length === 1 ? 'breaks' : 'break'} ${words}${
        unknown.length > 0 ? `, and of ${unknown.length} it is not known` : ''
      }${without}.`,
      ...rest,
      ...(unknown.length > 0 ? { why: mostGiven(unknown) } : {}),
    });
  if (unknown.length > 0 || asked === 0)
    return answer(context, 'decodable', {
      status: 'unknown',
      sentence:
        asked === 0
          ? `Whether the records fit ${words} is not known: none of ${sampledOf} has a value.`
          : `Of ${sampledOf}, it is not known of ${unknown.length} whether they fit ${words}${without}.`,
      ...rest,
      why: asked === 0 ? 'A contract says nothing about records without a value.' : mostGiven(unknown),
    });
  return answer(context, 'decodable', {
    status: 'good',
    sentence: `${samples.length < records ? `All of ${sampledOf}` : `All ${sampledOf}`} fit ${words}${without}.`,
    ...rest,
  });
}
