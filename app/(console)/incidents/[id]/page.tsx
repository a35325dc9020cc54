import type { Metadata } from 'next';
import { IncidentPage } from '#components/incidents/incident-page.tsx';
import { decodeSegment } from '#lib/client/paths.ts';
import { goTime } from '#lib/domain/links/go.ts';

type Props = {
  params: Promise<{ id: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
};

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Incident ${decodeSegment((await params).id)}` };
}

export default async function Page({ params, searchParams }: Props) {
  const { from, to } = await searchParams;
  const time = (text: string | string[] | undefined) => (typeof text === 'string' ? goTime(text) : null);
  return <IncidentPage id={decodeSegment((await params).id)} span={{ from: time(from), to: time(to) }} />;
}
