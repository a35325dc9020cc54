import type { Metadata } from 'next';
import { FlowPage } from '#components/flows/flow-page.tsx';
import { decodeSegment } from '#lib/client/paths.ts';

type Props = { params: Promise<{ flow: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decodeSegment((await params).flow) };
}

export default async function Page({ params }: Props) {
  return <FlowPage name={decodeSegment((await params).flow)} />;
}
