import type { Metadata } from 'next';
import { EditReplayPage } from '#components/replays/edit-page.tsx';
import { decodeSegment } from '#lib/client/paths.ts';

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Edit replay ${decodeSegment((await params).id)}` };
}

export default async function Page({ params }: Props) {
  return <EditReplayPage id={decodeSegment((await params).id)} />;
}
