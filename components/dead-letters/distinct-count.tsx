'use client';
import { Age, staleAfterMs, useNow } from '../ui/age.tsx';
import { Quantity, Unknown } from '../ui/quantity.tsx';

/** How many there are without those that are the same, and when they were counted if that is a while ago. */
export function DistinctCount({ value, at }: { value: number | null; at: string | null }) {
  const now = useNow();
  if (value === null) return <Unknown why="not counted yet: there are many, and the worker counts them" />;
  const old = at !== null && now - Date.parse(at) > staleAfterMs;
  return (
    <>
      <Quantity value={value} />
      {old ? (
        <span className="whitespace-nowrap text-2xs text-faint">
          {' '}
          counted <Age at={at} />
        </span>
      ) : null}
    </>
  );
}
