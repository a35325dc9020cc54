import { redirect } from 'next/navigation';
import { alertTarget } from '#lib/client/paths.ts';

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

/** The stable address for links in alerts (api.md). */
export default async function Go({ searchParams }: Props) {
  redirect(alertTarget(await searchParams));
}
