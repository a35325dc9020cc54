import type { Metadata } from 'next';
import { ReplayPage } from '#components/replays/replay-page.tsx';
import { decodeSegment } from '#lib/client/paths.ts';

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Replay ${decodeSegment((await params).id)}` };
}

export default async function Page({ params }: Props) {
  return <ReplayPage id={decodeSegment((await params).id)} />;
}
