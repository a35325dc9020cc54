import type { Metadata } from 'next';
import { DeadLetterTopicsPage } from '#components/dead-letters/topics-page.tsx';

export const metadata: Metadata = { title: 'Dead letters' };

export default function Page() {
  return <DeadLetterTopicsPage />;
}
