'use client';
import { useState } from 'react';
import type { ApiProblem } from '#lib/client/api.ts';
import type { FlowView } from '#lib/contract/flows.ts';
import type { DraftBody } from '#lib/contract/replays.ts';
import { Button } from '../ui/button.tsx';
import { TextArea, TextField } from '../ui/field.tsx';
import { formatCount } from '../ui/format.ts';
import { ProblemNote } from '../ui/problem.tsx';
import { Section } from '../ui/section.tsx';
import {
  type Choice,
  choicesOf,
  type Limits,
  limitsOf,
  type NumberField,
  nothingTyped,
  policyNumbers,
  type Typed,
  termsOf,
} from './draft-terms.ts';

/** What the form makes: all of a draft but where it is drawn from. */
export type DraftTerms = Omit<DraftBody, 'cluster' | 'source'>;
export type DraftStart = {
  choice: string | null;
  reason: string;
  ticket: string;
  autoStart: boolean;
  typed: Typed;
};
export const blankStart: DraftStart = {
  choice: null,
  reason: '',
  ticket: '',
  autoStart: false,
  typed: nothingTyped,
};

function Destination({
  choices,
  value,
  onChange,
}: {
  choices: readonly Choice[];
  value: string | null;
  onChange: (value: string) => void;
}) {
  return (
    <fieldset>
      <legend className="label pb-1">Destination</legend>
      <div className="flex flex-col">
        {choices.map((choice) => (
          <label
            key={choice.value}
            className={`grid grid-cols-[1rem_minmax(0,1fr)] gap-x-3 border-b border-line px-2 py-1.5 first:border-t ${choice.value === value ? 'bg-selected' : choice.denied === null ? 'hover:bg-hover' : ''}`}
          >
            <input
              type="radio"
              name="destination"
              value={choice.value}
              checked={choice.value === value}
              disabled={choice.denied !== null}
              onChange={() => onChange(choice.value)}
              className="mt-1 accent-accent"
            />
            <span className={choice.denied === null ? '' : 'text-muted'}>
              <span className="font-medium">{choice.kind}</span>{' '}
              {choice.topic === null ? null : (
                <code className="pl-2 [overflow-wrap:anywhere]">{choice.topic}</code>
              )}
              <span className="block text-xs text-muted">{choice.denied ?? choice.note}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

const words: readonly { field: NumberField; label: string; way: 'most' | 'least' }[] = [
  { field: 'maxRecords', label: 'Records at most', way: 'most' },
  { field: 'recordsPerSecond', label: 'Records per second', way: 'most' },
  { field: 'maxMinutes', label: 'Minutes at most', way: 'most' },
  { field: 'canaryRecords', label: 'First batch, records', way: 'most' },
  { field: 'settleSeconds', label: 'Quiet after it, seconds', way: 'least' },
  { field: 'cameBackPercent', label: 'May come back, per cent', way: 'most' },
];

function Numbers({
  typed,
  limits,
  errors,
  onChange,
}: {
  typed: Typed;
  limits: Limits;
  errors: Partial<Record<NumberField, string>>;
  onChange: (typed: Typed) => void;
}) {
  const policy = policyNumbers(limits);
  return (
    <fieldset>
      <legend className="label pb-1">Tighten the bounds (empty: as the policy says)</legend>
      <div className="grid grid-cols-2 gap-3 sm:grid-cols-3">
        {words.map(({ field, label, way }) => {
          const limit = policy[field];
          return (
            <TextField
              key={field}
              label={label}
              inputMode="decimal"
              autoComplete="off"
              value={typed[field]}
              placeholder={limit === null ? '' : formatCount(limit)}
              onChange={(event) => onChange({ ...typed, [field]: event.target.value })}
              hint={limit === null ? 'the policy does not say' : `policy: at ${way} ${formatCount(limit)}`}
              error={errors[field] ?? null}
            />
          );
        })}
      </div>
    </fieldset>
  );
}

/** Where, why, and how carefully. A request can only be tighter than the flow's policy. */
export function DraftForm({
  flow,
  sourceTopic,
  start,
  submitText,
  denied,
  busy,
  problem,
  onSubmit,
}: {
  flow: FlowView | null;
  sourceTopic: string;
  start: DraftStart;
  submitText: string;
  /** Why this person can't. */
  denied: string | null;
  busy: boolean;
  problem: ApiProblem | null;
  onSubmit: (terms: DraftTerms) => void;
}) {
  const limits = limitsOf(flow?.policy ?? null);
  const choices = choicesOf(flow, sourceTopic, limits);
  const [draft, setDraft] = useState(start);
  const set = (change: Partial<DraftStart>) => setDraft({ ...draft, ...change });
  const choice =
    choices.find((each) => each.value === draft.choice) ?? choices.find((each) => each.denied === null);
  const terms = termsOf(draft.typed, limits);
  const reason = draft.reason.trim();
  const ticket = draft.ticket.trim();
  const missing =
    choice === undefined || choice.denied !== null
      ? 'The policy leaves no destination to choose.'
      : reason === ''
        ? 'Say why: the approver reads it, and the audit keeps it.'
        : limits.requireTicket && ticket === ''
          ? 'The policy asks for a ticket.'
          : Object.keys(terms.errors).length > 0
            ? 'A bound is not within the policy.'
            : null;
  const submit = () => {
    if (!choice || missing !== null || denied !== null) return;
    onSubmit({
      destination: {
        kind: choice.kind,
        ...(choice.topic === null || choice.kind === 'quarantine' ? {} : { topic: choice.topic }),
      },
      reason,
      ...(ticket === '' ? {} : { ticket }),
      ...(Object.keys(terms.bounds).length === 0 ? {} : { bounds: terms.bounds }),
      ...(Object.keys(terms.canary).length === 0 ? {} : { canary: terms.canary }),
      autoStart: draft.autoStart,
    });
  };
  return (
    <Section title="Terms">
      <form
        noValidate
        className="flex flex-col gap-4 px-2 py-3"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Destination
          choices={choices}
          value={choice?.value ?? null}
          onChange={(value) => set({ choice: value })}
        />
        <TextArea
          label="Reason"
          required
          maxLength={2000}
          value={draft.reason}
          placeholder="What was wrong, and why it will work now"
          onChange={(event) => set({ reason: event.target.value })}
        />
        <TextField
          label={limits.requireTicket ? 'Ticket' : 'Ticket (optional)'}
          required={limits.requireTicket}
          maxLength={200}
          value={draft.ticket}
          autoComplete="off"
          className="max-w-60"
          onChange={(event) => set({ ticket: event.target.value })}
        />
        <label className="flex items-start gap-2">
          <input
            type="checkbox"
            checked={draft.autoStart}
            onChange={(event) => set({ autoStart: event.target.checked })}
            className="mt-1 accent-accent"
          />
          <span>
            Start by itself at the last approval
            <span className="block text-xs text-muted">
              Otherwise you, or an approver, start it by hand. The approver’s button says which.
            </span>
          </span>
        </label>
        <Numbers
          typed={draft.typed}
          limits={limits}
          errors={terms.errors}
          onChange={(typed) => set({ typed })}
        />
        <ProblemNote problem={problem} />
        <div className="flex flex-wrap items-center gap-3">
          <Button type="submit" look="primary" busy={busy} disabledReason={denied ?? missing}>
            {submitText}
          </Button>
          <p className="text-muted">{denied ?? missing ?? 'Nothing is frozen or sent by a draft.'}</p>
        </div>
      </form>
    </Section>
  );
}
