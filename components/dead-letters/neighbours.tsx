'use client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { deadLetterPagesQuery } from '#lib/client/dead-letters.ts';
import { paths } from '#lib/client/paths.ts';
import type { DeadLetterRow } from '#lib/contract/dead-letters.ts';
import { Button, LinkButton } from '../ui/button.tsx';
import { formatCount } from '../ui/format.ts';
import { rowKey } from './records-table.tsx';

/** The records before and after this one in the list that the reader came from: its failure group, newest first. */
export function Neighbours({
  cluster,
  topic,
  record,
  fingerprint,
}: {
  cluster: string;
  topic: string;
  record: { partition: number; offset: string };
  fingerprint: string;
}) {
  const { data, hasNextPage } = useInfiniteQuery(deadLetterPagesQuery(cluster, topic, { fingerprint }));
  const rows = data?.pages.flatMap((page) => page.items) ?? [];
  const at = rows.findIndex((row) => rowKey(row) === rowKey(record));
  const why =
    data === undefined
      ? 'The list of this failure group is being read.'
      : at === -1
        ? `This record is not among the newest ${formatCount(rows.length)} of its failure group.`
        : null;
  const step = (name: string, row: DeadLetterRow | undefined, end: string) =>
    row && why === null ? (
      <LinkButton
        size="sm"
        href={paths.deadLetterRecord(cluster, topic, row.partition, row.offset, { fingerprint })}
      >
        {name}
      </LinkButton>
    ) : (
      <Button size="sm" disabledReason={why ?? end}>
        {name}
      </Button>
    );
  return (
    <nav aria-label="Records of this failure group" className="flex items-center gap-1">
      {step('Newer', rows[at - 1], 'This is the newest of its failure group.')}
      <span className="px-1 text-xs text-muted">
        {at === -1 ? '–' : formatCount(at + 1)} of {formatCount(rows.length)}
        {hasNextPage ? '+' : ''}
      </span>
      {step('Older', rows[at + 1], 'This is the oldest of its failure group that was read.')}
    </nav>
  );
}
