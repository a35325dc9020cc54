import type { ContractCheck } from '#lib/contract/dead-letters.ts';
import { contractSigns } from '../ui/signs.ts';
import { StatusSign } from '../ui/status-sign.tsx';

/** What the record was held against: `orders.v1-value version 3, BACKWARD`. */
function Against({ contract }: { contract: ContractCheck['contract'] }) {
  if (contract === null) return null;
  const { subject, version, file, compatibility } = contract;
  const name = subject === null ? file : `${subject}${version === null ? '' : ` version ${version}`}`;
  return (
    <span className="text-xs text-muted [overflow-wrap:anywhere]">
      <code>{name}</code>
      {compatibility === null ? '' : `, compatibility ${compatibility}`}
    </span>
  );
}

/** Whether the value satisfies the flow's contract as it stands today, and what breaks it. */
export function Contract({ check }: { check: ContractCheck }) {
  const { state, path, expected, found, why } = check;
  return (
    <section aria-label="Contract" className="flex flex-col gap-0.5 border-b border-line px-2 py-2">
      <p className="flex flex-wrap items-baseline gap-x-3">
        <StatusSign sign={contractSigns[state]} />
        <Against contract={check.contract} />
      </p>
      {state === 'violates' ? (
        <p className="[overflow-wrap:anywhere]">
          {path === '' || path === null ? 'The value' : <code>{path}</code>}: expected {expected}, found{' '}
          {found}.
        </p>
      ) : null}
      {why === null ? null : <p className="text-muted [overflow-wrap:anywhere]">{why}</p>}
    </section>
  );
}
