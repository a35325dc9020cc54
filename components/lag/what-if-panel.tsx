'use client';
import { lazy, Suspense, useEffect, useRef } from 'react';
import type { GroupDetail } from '#lib/contract/lag.ts';
import { Button } from '../ui/button.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { whatIfKinds } from './what-if-target.ts';
import { opened, useWhatIfUrl } from './what-if-url.ts';

const WhatIf = lazy(() => import('./what-if.tsx').then((module) => ({ default: module.WhatIf })));

/** Opens and closes the panel; while it is open the address says so. */
export function WhatIfButton() {
  const { whatIf, open, close } = useWhatIfUrl();
  return (
    <Button
      aria-expanded={whatIf !== null}
      aria-controls={whatIf === null ? undefined : 'what-if'}
      onClick={whatIf === null ? open : close}
    >
      What if…
    </Button>
  );
}

/** The panel, loaded when it is first opened. */
export function WhatIfPanel({ group }: { group: GroupDetail }) {
  const { whatIf } = useWhatIfUrl();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (whatIf === opened) box.current?.scrollIntoView({ block: 'nearest' });
  }, [whatIf]);
  if (whatIf === null) return null;
  return (
    <div id="what-if" ref={box} className="scroll-mt-16">
      <Suspense fallback={<SkeletonRows what="the what-if panel" rows={4} />}>
        <WhatIf
          cluster={group.cluster}
          group={group.groupId}
          topics={group.topics}
          kind={whatIfKinds.find((each) => each === whatIf) ?? null}
        />
      </Suspense>
    </div>
  );
}
