import type { Metadata } from 'next';
import { FlowMapPage } from '#components/flows/map/map-page.tsx';

export const metadata: Metadata = { title: 'Flow map' };

export default function Page() {
  return <FlowMapPage />;
}
