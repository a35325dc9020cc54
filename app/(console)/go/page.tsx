import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { GoPage } from '#components/links/go-page.tsx';
import { alertTarget, paths } from '#lib/client/paths.ts';
import { readGoLink } from '#lib/domain/links/go.ts';
import { linkTarget } from '#lib/http/link-target.ts';

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

/** The stable address for links in alerts (api.md): leads on where it can, and says what it found where it can't. */
export default async function Go({ searchParams }: Props) {
  const search = await searchParams;
  const { link, problems } = readGoLink(search);
  if (problems.length > 0) return <GoPage problems={problems} />;
  const sent = await headers();
  const target = await linkTarget(sent, link);
  if (target === 'signed out') redirect(paths.signIn(sent.get('x-sluice-path') ?? undefined));
  if (target === null) redirect(alertTarget(search));
  if (target.kind === 'page') redirect(target.href);
  return <GoPage target={target} />;
}
