import type { Evidence } from '#lib/domain/replays/evidence.ts';
import { amount, countOf } from '#lib/domain/replays/sentences.ts';
import type { ContractOf } from '#lib/domain/schemas/contract.ts';
import { formatNames } from '#lib/domain/schemas/decoded.ts';
import type { CheckedContracts } from '../plan/contract-checks.ts';
import { answer, type PlanningContext } from './context.ts';

export function contractInWords(contract: ContractOf | null): string {
  if (contract === null) return "today's contract";
  const format = contract.format === null ? '' : ` (${formatNames[contract.format]})`;
  if (contract.file !== null) return `the contract ${contract.file}`;
  return `version ${contract.version ?? 'unknown'} of ${contract.subject ?? 'its subject'}${format}`;
}

/**
 * Whether the frozen records fit the contract of today. One that breaks it warns, and so does it when there was not the time to look at all of them: rules
 * of the policy deny, by `evidence.decodable.ratio`, which is not there (so that rules fire) as long as anything is unknown.
 */
export function decodableEvidence(
  context: Pick<PlanningContext, 'now' | 'destination' | 'contract'>,
): Evidence {
  const { destination, contract: checked } = context;
  if (checked.state === 'none')
    return answer(context, 'decodable', {
      status: 'unknown',
      sentence: `Whether the records fit what ${destination.topic}'s readers expect is not known.`,
      why: checked.why,
    });
  const { counts, contract, why } = checked;
  const { violates, unknown } = counts;
  const looked = counts.fits + violates + counts.no_value + unknown;
  const asked = looked - counts.no_value;
  const words = contractInWords(contract);
  const rest = { value: numbersOf(checked, looked, asked), denominator: asked };
  const lookedAt =
    counts.not_reached > 0
      ? `${amount(looked)} of ${countOf(looked + counts.not_reached, 'record')} that were looked at`
      : countOf(looked, 'record');
  const without =
    counts.no_value > 0 ? `; ${amount(counts.no_value)} have no value, of which a contract says nothing` : '';
  const end = `${without}${notReached(checked)}.`;
  if (violates > 0)
    return answer(context, 'decodable', {
      status: 'warns',
      sentence: `Of ${lookedAt}, ${amount(violates)} ${violates === 1 ? 'breaks' : 'break'} ${words}${
        unknown > 0 ? `, and of ${amount(unknown)} it is not known` : ''
      }${end}`,
      ...rest,
      ...(why === null ? {} : { why }),
    });
  if (asked === 0)
    return answer(context, 'decodable', {
      status: 'unknown',
      sentence: `Whether the records fit ${words} is not known: ${looked === 0 ? 'none was looked at' : `none of ${lookedAt} has a value`}${notReached(checked)}.`,
      ...rest,
      why:
        looked === 0
          ? 'The process that decodes payloads gave no answer in time.'
          : 'A contract says nothing about records without a value.',
    });
  if (unknown > 0)
    return answer(context, 'decodable', {
      status: 'unknown',
      sentence: `Of ${lookedAt}, it is not known of ${amount(unknown)} whether they fit ${words}${end}`,
      ...rest,
      why: why ?? 'They were not looked at.',
    });
  return answer(context, 'decodable', {
    status: counts.not_reached > 0 ? 'warns' : 'good',
    sentence: `All ${counts.not_reached > 0 ? 'of the ' : ''}${lookedAt} fit ${words}${end}`,
    ...rest,
  });
}

type Checked = Extract<CheckedContracts, { state: 'checked' }>;

const notReached = ({ counts, limitMs }: Checked): string =>
  counts.not_reached > 0
    ? `; the other ${amount(counts.not_reached)} were not reached in the ${amount(Math.ceil(limitMs / 1000))} s that planning gives to this`
    : '';

function numbersOf(
  { counts, failing, contract }: Checked,
  looked: number,
  asked: number,
): NonNullable<Evidence['value']> {
  const { fits, violates, no_value: noValue, unknown, not_reached: notLookedAt } = counts;
  return {
    ...{ looked, notReached: notLookedAt, fits, noValue, notKnown: unknown },
    ...(unknown + notLookedAt === 0 && asked > 0
      ? { violates, ratio: violates / asked }
      : violates > 0
        ? { violatesAtLeast: violates }
        : {}),
    contract: contract === null ? null : { ...contract },
    failing: failing.map(({ partition, offset, path, expected, found }) => ({
      ...{ partition, offset: String(offset), path, expected, found },
    })),
  };
}
