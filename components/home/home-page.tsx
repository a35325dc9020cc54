'use client';
import { PageHeader } from '../ui/section.tsx';
import { FlowRows } from './flow-rows.tsx';
import { HealthLine } from './health-line.tsx';
import { Lately } from './lately.tsx';
import { NeedsYou } from './needs-you.tsx';
import { PauseAll } from './pause-all.tsx';
import { Running } from './running.tsx';

/** First: is it Kafka or us. Then what needs a human, worst first. Then everything else. */
export function HomePage() {
  return (
    <>
      <PageHeader title="Home" hiddenTitle actions={<PauseAll />}>
        <HealthLine />
      </PageHeader>
      <div className="flex flex-col gap-8">
        <NeedsYou />
        <FlowRows />
        <div className="grid gap-8 xl:grid-cols-2">
          <Running />
          <Lately />
        </div>
      </div>
    </>
  );
}
