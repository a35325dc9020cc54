import type { Metadata } from 'next';
import { DeadLetterTopicPage } from '#components/dead-letters/topic-page.tsx';
import { decodeSegment } from '#lib/client/paths.ts';

type Props = { params: Promise<{ cluster: string; topic: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `${decodeSegment((await params).topic)} · Dead letters` };
}

export default async function Page({ params }: Props) {
  const { cluster, topic } = await params;
  return <DeadLetterTopicPage cluster={decodeSegment(cluster)} topic={decodeSegment(topic)} />;
}
