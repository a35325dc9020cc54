'use client';
import { serverNow } from '#lib/client/clock.ts';
import { Button } from '../ui/button.tsx';
import { Select } from '../ui/field.tsx';
import { moved, rangeLabels, rangeNames, zoomed } from './time-span.ts';
import type { SpanControl } from './use-time-span.ts';

const custom = 'custom';

/** The span of a time axis: by name, or step by step; what the mouse does by dragging, these do by keyboard. */
export function RangePicker({ control }: { control: SpanControl }) {
  const { span, fixed, range, fix, move } = control;
  const step = (label: string, sign: string, next: () => void) => (
    <Button size="sm" look="quiet" aria-label={label} title={label} onClick={next}>
      <span aria-hidden="true">{sign}</span>
    </Button>
  );
  return (
    <div className="flex flex-wrap items-center gap-1">
      <Select
        label="Span of time"
        labelHidden
        small
        value={fixed ? custom : range}
        onChange={(event) => move(rangeNames.find((each) => each === event.target.value) ?? range)}
        options={[
          ...(fixed ? [{ value: custom, label: 'fixed span' }] : []),
          ...rangeNames.map((each) => ({ value: each, label: rangeLabels[each] })),
        ]}
      />
      {step('Earlier', '‹', () => fix(moved(span, -0.5, serverNow())))}
      {step('Later', '›', () => fix(moved(span, 0.5, serverNow())))}
      {step('Zoom in', '+', () => fix(zoomed(span, 0.5, serverNow())))}
      {step('Zoom out', '−', () => fix(zoomed(span, 2, serverNow())))}
      {fixed ? (
        <Button size="sm" look="quiet" onClick={() => move(range)}>
          Back to live
        </Button>
      ) : null}
    </div>
  );
}
