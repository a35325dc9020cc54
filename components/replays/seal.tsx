import { CopyButton } from '../ui/copy-button.tsx';

/** The seal in groups of four, as people compare it; the whole of it is copied. */
export function Seal({ digest, groups = 4 }: { digest: string; groups?: number }) {
  const shown = digest.slice(0, groups * 4).replace(/(.{4})(?=.)/g, '$1 ');
  return (
    <span className="inline-flex items-baseline gap-1 whitespace-nowrap">
      <code title={digest}>
        {shown}
        {digest.length > groups * 4 ? ' …' : ''}
      </code>
      <CopyButton text={digest} label="seal" />
    </span>
  );
}
