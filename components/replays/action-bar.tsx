'use client';
import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { type ReactNode, useState } from 'react';
import { paths } from '#lib/client/paths.ts';
import type { ReplayView } from '#lib/contract/replays.ts';
import { Button, type ButtonLook } from '../ui/button.tsx';
import { ProblemNote } from '../ui/problem.tsx';
import { useAct } from './use-act.ts';
import { type Action, type AskedVerb, actionsNow, isAsked, type Seen, verbText } from './verbs.ts';

/** Loaded when something is asked, and beforehand when a button of it is come near: the page itself stays small. */
const loadDialog = () => import('./act-dialog.tsx').then((module) => module.ActDialog);
const ActDialog = dynamic(loadDialog, { ssr: false });

/** The first that may be pressed moves the replay on. Stopping it is never pushed, and nothing is red before it is asked. */
const lookOf = (action: Action, actions: readonly Action[]): ButtonLook =>
  action === actions.find((each) => each.allowed) && !stopping.includes(action.verb) ? 'primary' : 'default';
const stopping: readonly string[] = ['pause', 'abort', 'reject', 'withdraw', 'break-glass'];

/** What the reader may do, or who else must: beside the buttons, so that a disabled one needs no hover. */
function standing(actions: readonly Action[]): ReactNode {
  const first = actions[0];
  if (!first) return null;
  if (!first.allowed) return first.reason;
  switch (first.verb) {
    case 'approve':
      return 'You may approve this: you did not prepare it.';
    case 'plan':
      return 'Planning freezes the records and looks at the risks. It sends nothing.';
    case 'submit':
      return 'Submitting asks for approval. It sends nothing.';
    case 'pause':
      return 'Pause finishes the open batch and asks nothing.';
    default:
      return null;
  }
}

/** The actions of the moment at the foot of the window, always in reach. */
export function ActionBar({
  replay,
  seen,
  changed,
}: {
  replay: ReplayView;
  seen: Seen | null;
  changed: string | null;
}) {
  const [asking, setAsking] = useState<AskedVerb | null>(null);
  const router = useRouter();
  const { act, verb: running, problem } = useAct(replay.id);
  const actions = actionsNow(replay);
  if (actions.length === 0) return null;
  const press = ({ verb }: Action) => {
    if (isAsked(verb)) setAsking(verb);
    else if (verb === 'edit') router.push(paths.editReplay(replay.id));
    else act({ verb });
  };
  return (
    <section
      aria-label="Actions"
      className="sticky bottom-0 z-20 -mx-4 mt-4 flex flex-col gap-2 border-t border-line-strong bg-surface px-4 py-2"
    >
      {problem ? <ProblemNote problem={problem} /> : null}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <div className="flex flex-wrap items-center gap-2">
          {actions.map((action) => (
            <Button
              key={action.verb}
              look={lookOf(action, actions)}
              busy={running === action.verb}
              disabledReason={
                action.allowed
                  ? action.verb === 'approve' || action.verb === 'start' || action.verb === 'break-glass'
                    ? changed
                    : null
                  : (action.reason ?? 'The API gave no reason.')
              }
              onPointerEnter={() => void loadDialog()}
              onFocus={() => void loadDialog()}
              onClick={() => press(action)}
            >
              {verbText(replay, action.verb)}
            </Button>
          ))}
        </div>
        <p className="min-w-0 flex-1 basis-60 text-muted">{standing(actions)}</p>
      </div>
      {asking ? (
        <ActDialog
          replay={replay}
          verb={asking}
          seen={seen}
          changed={changed}
          onClose={() => setAsking(null)}
        />
      ) : null}
    </section>
  );
}
