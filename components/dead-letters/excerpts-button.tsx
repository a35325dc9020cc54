'use client';
import { useQuery } from '@tanstack/react-query';
import { deniedReason } from '#lib/client/permission.ts';
import { meQuery } from '#lib/client/session.ts';
import { Button } from '../ui/button.tsx';
import { formatBytes } from '../ui/format.ts';

/** Lists records with the beginning of their values, where the flow lets it be kept. Each reading of them goes into the audit log. */
export function ExcerptsButton({
  bytes,
  on,
  set,
}: {
  bytes: number;
  on: boolean;
  set: (on: boolean) => void;
}) {
  const me = useQuery(meQuery());
  return (
    <Button
      aria-pressed={on}
      disabledReason={deniedReason(me.data, 'payload.read')}
      title={`The first ${formatBytes(bytes)} of each value, masked. It goes into the audit log, and new records are not followed meanwhile.`}
      onClick={() => set(!on)}
    >
      {on ? 'Hide values' : 'Show values'}
    </Button>
  );
}
