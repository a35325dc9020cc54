import { CopyButton } from '../ui/copy-button.tsx';

/** A seal, or another digest, in groups of four, as people compare it; the whole of it is copied. */
export function Seal({
  digest,
  groups = 4,
  name = 'seal',
}: {
  digest: string;
  groups?: number;
  /** What it is called where it is copied. */
  name?: string;
}) {
  const shown = digest.slice(0, groups * 4).replace(/(.{4})(?=.)/g, '$1 ');
  return (
    <span className="inline-flex items-baseline gap-1 whitespace-nowrap">
      <code title={digest}>
        {shown}
        {digest.length > groups * 4 ? ' …' : ''}
      </code>
      <CopyButton text={digest} label={name} />
    </span>
  );
}
