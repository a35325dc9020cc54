'use client';
import { Select } from '../ui/field.tsx';
import type { HistoryChoice } from './prepare-history.ts';

type Place = { topic: string; partition: number };
const whole = '';

/** Whose lag is drawn: the group's, one topic's, or one partition's. */
export function SeriesPicker({
  places,
  choice,
  onChoose,
}: {
  places: readonly Place[];
  choice: HistoryChoice;
  onChoose: (choice: HistoryChoice) => void;
}) {
  const topics = [...new Set(places.map((each) => each.topic))].sort();
  const partitions = places
    .filter((each) => each.topic === choice.topic)
    .map((each) => each.partition)
    .sort((a, b) => a - b);
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-1">
      <Select
        label="Lag of"
        labelHidden
        small
        value={choice.topic ?? whole}
        onChange={(event) =>
          onChoose({
            topic: topics.find((each) => each === event.target.value) ?? null,
            partition: null,
          })
        }
        options={[
          { value: whole, label: 'the whole group' },
          ...topics.map((each) => ({ value: each, label: each })),
        ]}
        className="max-w-56 min-w-0"
      />
      {choice.topic === null ? null : (
        <Select
          label="Partition"
          labelHidden
          small
          value={choice.partition === null ? whole : String(choice.partition)}
          onChange={(event) =>
            onChoose({
              topic: choice.topic,
              partition: partitions.find((each) => String(each) === event.target.value) ?? null,
            })
          }
          options={[
            { value: whole, label: `sum of ${partitions.length} partitions` },
            ...partitions.map((each) => ({ value: String(each), label: `partition ${each}` })),
          ]}
        />
      )}
    </div>
  );
}
