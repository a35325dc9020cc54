'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { actOnIncident, type IncidentAct } from '#lib/client/incidents.ts';
import { newIdempotencyKey } from '#lib/client/replays.ts';

/** One act on an incident; pressing again after silence repeats the same act and not a second one. */
export function useIncidentAct(id: string, onDone: () => void) {
  const client = useQueryClient();
  const key = useRef<{ for: string; key: string } | null>(null);
  return useMutation({
    mutationFn: (act: IncidentAct) => {
      const text = JSON.stringify(act);
      if (key.current?.for !== text) key.current = { for: text, key: newIdempotencyKey() };
      return actOnIncident(id, act, key.current.key);
    },
    onSuccess: () => {
      key.current = null;
      onDone();
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['incidents'] }),
  });
}
