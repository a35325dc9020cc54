import type { Metadata } from 'next';
import { SheetPage } from '#components/flows/sheet/sheet-page.tsx';
import { decodeSegment } from '#lib/client/paths.ts';

type Props = { params: Promise<{ flow: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Boundary sheet of ${decodeSegment((await params).flow)}` };
}

export default async function Page({ params }: Props) {
  return <SheetPage flow={decodeSegment((await params).flow)} />;
}
