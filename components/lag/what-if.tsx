'use client';
import { useQuery } from '@tanstack/react-query';
import { asProblem } from '#lib/client/api.ts';
import { whatIfQuery } from '#lib/client/what-if.ts';
import { ProblemNote } from '../ui/problem.tsx';
import { Section } from '../ui/section.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { WhatIfForm } from './what-if-form.tsx';
import { WhatIfResult } from './what-if-result.tsx';
import { addressValue, readTarget, type WhatIfKind } from './what-if-target.ts';
import { useWhatIfUrl } from './what-if-url.ts';

const nowhere = { to: { kind: 'earliest' as const } };

/**
 * What moving the group would do. The question stands in the address, so that a link asks it again; it is a question, and nothing on this panel can
 * move anything.
 */
export function WhatIf({
  cluster,
  group,
  topics,
  kind,
}: {
  cluster: string;
  group: string;
  topics: readonly string[];
  /** The kind that the address names; null while nothing was asked. */
  kind: WhatIfKind | null;
}) {
  const { whatIfValue, whatIfTopic, set, close } = useWhatIfUrl();
  const read = kind === null ? null : readTarget(kind, whatIfValue ?? '');
  const asked = read !== null && 'to' in read ? read : null;
  const topic = topics.find((each) => each === whatIfTopic) ?? null;
  const answer = useQuery({
    ...whatIfQuery(cluster, group, { ...(asked ?? nowhere), ...(topic === null ? {} : { topics: [topic] }) }),
    enabled: asked !== null,
  });
  return (
    <Section
      title="What if the group were moved"
      count="a question: it changes nothing"
      className="flex flex-col gap-4"
    >
      <WhatIfForm
        topics={topics}
        start={{ kind: kind ?? 'earliest', value: whatIfValue, topic }}
        busy={answer.isFetching}
        onClose={close}
        onAsk={(to, chosen) => {
          const same =
            to.kind === kind && addressValue(to) === whatIfValue && chosen === topic && asked !== null;
          if (same) void answer.refetch();
          else void set({ whatIf: to.kind, whatIfValue: addressValue(to), whatIfTopic: chosen });
        }}
      />
      <div aria-live="polite" className="flex flex-col gap-4">
        {asked !== null && answer.error ? <ProblemNote problem={asProblem(answer.error)} /> : null}
        {asked !== null && answer.isFetching && answer.data === undefined ? (
          <SkeletonRows what="what it would do" rows={5} />
        ) : null}
        {asked !== null && answer.data !== undefined && !answer.error ? (
          <WhatIfResult answer={answer.data} />
        ) : null}
      </div>
    </Section>
  );
}
