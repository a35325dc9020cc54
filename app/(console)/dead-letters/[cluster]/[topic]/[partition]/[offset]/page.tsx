import type { Metadata } from 'next';
import { DeadLetterRecordPage } from '#components/dead-letters/record-page.tsx';
import { decodeSegment } from '#lib/client/paths.ts';

type Props = {
  params: Promise<{ cluster: string; topic: string; partition: string; offset: string }>;
  searchParams: Promise<{ fingerprint?: string | string[] }>;
};

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { topic, partition, offset } = await params;
  return { title: `${decodeSegment(topic)}-${partition} @ ${offset}` };
}

export default async function Page({ params, searchParams }: Props) {
  const { fingerprint } = await searchParams;
  const { cluster, topic, partition, offset } = await params;
  return (
    <DeadLetterRecordPage
      cluster={decodeSegment(cluster)}
      topic={decodeSegment(topic)}
      partition={Number(partition)}
      offset={decodeSegment(offset)}
      fingerprint={typeof fingerprint === 'string' ? fingerprint : null}
    />
  );
}
