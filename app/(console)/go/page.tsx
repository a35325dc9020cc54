import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { GoPage } from '#components/links/go-page.tsx';
import { alertTarget } from '#lib/client/paths.ts';
import { readGoLink } from '#lib/domain/links/go.ts';
import { linkTarget } from '#lib/http/link-target.ts';

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

/** The stable address for links in alerts (api.md): leads on where it can, and says what it found where it can't. */
export default async function Go({ searchParams }: Props) {
  const search = await searchParams;
  const { link, problems } = readGoLink(search);
  if (problems.length > 0) return <GoPage problems={problems} />;
  const target = await linkTarget(await headers(), link);
  if (target === null) redirect(alertTarget(search));
  if (target.kind === 'page') redirect(target.href);
  return <GoPage target={target} />;
}
