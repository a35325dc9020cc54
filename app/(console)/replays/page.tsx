import type { Metadata } from 'next';
import { ReplaysPage } from '#components/replays/replays-page.tsx';

export const metadata: Metadata = { title: 'Replays' };

export default function Page() {
  return <ReplaysPage />;
}
