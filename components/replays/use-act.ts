'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { type ApiProblem, asProblem } from '#lib/client/api.ts';
import { actOnReplay, newIdempotencyKey, type ReplayAct, replayQuery } from '#lib/client/replays.ts';
import { announce } from '../ui/toast.tsx';
import { doneText } from './verbs.ts';

/**
 * One act at a time on one replay. Nothing is shown as done before the API has said so; a call that nobody answered is
 * repeated under the same key, so that it can't happen twice.
 */
export function useAct(id: string, onDone?: () => void) {
  const client = useQueryClient();
  const key = useRef<{ for: string; key: string } | null>(null);
  const mutation = useMutation({
    mutationFn: (act: ReplayAct) => {
      const body = JSON.stringify(act);
      if (key.current?.for !== body) key.current = { for: body, key: newIdempotencyKey() };
      return actOnReplay(id, act, key.current.key);
    },
    onSuccess: (replay, act) => {
      key.current = null;
      client.setQueryData(replayQuery(id).queryKey, replay);
      void client.invalidateQueries({ queryKey: ['replays'] });
      announce(doneText[act.verb]);
      onDone?.();
    },
    onError: (error) => {
      if (!asProblem(error).isUnreachable) key.current = null;
      void client.invalidateQueries({ queryKey: ['replays'] });
    },
  });
  const problem: ApiProblem | null = mutation.error ? asProblem(mutation.error) : null;
  return {
    act: mutation.mutate,
    verb: mutation.isPending ? mutation.variables.verb : null,
    problem,
    clear: mutation.reset,
  };
}
