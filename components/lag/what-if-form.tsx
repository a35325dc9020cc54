'use client';
import { type FormEvent, useState } from 'react';
import type { WhatIfTarget } from '#lib/contract/what-if.ts';
import { Button } from '../ui/button.tsx';
import { Select, TextField } from '../ui/field.tsx';
import { zoneName } from '../ui/format.ts';
import { kindLabels, localInput, readTarget, type WhatIfKind, whatIfKinds } from './what-if-target.ts';

const everyTopic = '';

type Props = {
  topics: readonly string[];
  start: { kind: WhatIfKind; value: string | null; topic: string | null };
  busy: boolean;
  onAsk: (to: WhatIfTarget, topic: string | null) => void;
  onClose: () => void;
};

function typedStart({ kind, value }: Props['start']): string {
  if (kind !== 'timestamp') return value ?? '';
  const at = Date.parse(value ?? '');
  return localInput(new Date(Number.isFinite(at) ? at : Date.now() - 3_600_000));
}

/** Where to, and for which topics. Asks only when told to: each answer is a question to the brokers. */
export function WhatIfForm({ topics, start, busy, onAsk, onClose }: Props) {
  const [kind, setKind] = useState<WhatIfKind>(start.kind);
  const [typed, setTyped] = useState(() => typedStart(start));
  const [topic, setTopic] = useState(start.topic ?? everyTopic);
  const [problem, setProblem] = useState<string | null>(null);

  const choose = (next: WhatIfKind) => {
    setKind(next);
    setProblem(null);
    setTyped(typedStart({ ...start, kind: next, value: null }));
  };
  const ask = (event: FormEvent) => {
    event.preventDefault();
    const read = readTarget(kind, typed);
    if ('problem' in read) {
      setProblem(read.problem);
      return;
    }
    setProblem(null);
    onAsk(read.to, topic === everyTopic ? null : topic);
  };

  return (
    <form onSubmit={ask} className="flex flex-wrap items-start gap-x-4 gap-y-3 px-2">
      <Select
        label="Move the group to"
        value={kind}
        autoFocus
        onChange={(event) => choose(whatIfKinds.find((each) => each === event.target.value) ?? 'earliest')}
        options={whatIfKinds.map((each) => ({ value: each, label: kindLabels[each] }))}
      />
      {kind === 'offset' || kind === 'shift' ? (
        <TextField
          label={kind === 'offset' ? 'Offset, on every partition' : 'Records, negative goes back'}
          value={typed}
          error={problem}
          inputMode="text"
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setTyped(event.target.value)}
          className="w-48"
        />
      ) : null}
      {kind === 'timestamp' ? (
        <TextField
          label={`Time (${zoneName(new Date())})`}
          type="datetime-local"
          step={1}
          value={typed}
          error={problem}
          onChange={(event) => setTyped(event.target.value)}
        />
      ) : null}
      {topics.length > 1 ? (
        <Select
          label="Topics"
          value={topic}
          onChange={(event) => setTopic(event.target.value)}
          options={[
            { value: everyTopic, label: `all ${topics.length}` },
            ...topics.map((each) => ({ value: each, label: each })),
          ]}
          className="max-w-full min-w-0"
        />
      ) : null}
      <div className="flex gap-2 self-end">
        <Button type="submit" look="primary" busy={busy}>
          Show what it would do
        </Button>
        <Button look="quiet" onClick={onClose}>
          Close
        </Button>
      </div>
    </form>
  );
}
