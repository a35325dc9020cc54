import type { Metadata } from 'next';
import { GroupPage } from '#components/lag/group-page.tsx';
import { decodeSegment } from '#lib/client/paths.ts';

type Props = { params: Promise<{ cluster: string; group: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decodeSegment((await params).group) };
}

export default async function Page({ params }: Props) {
  const { cluster, group } = await params;
  return <GroupPage cluster={decodeSegment(cluster)} group={decodeSegment(group)} />;
}
