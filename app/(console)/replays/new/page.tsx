import type { Metadata } from 'next';
import { NewReplayPage } from '#components/replays/new-page.tsx';

export const metadata: Metadata = { title: 'Draft a replay' };

export default function Page() {
  return <NewReplayPage />;
}
