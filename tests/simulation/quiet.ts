/** Deciding says some failures on the console of its process; in a simulation they are meant, and stand in the trace. */
export async function quietly<T>(say: (text: string) => void, act: () => Promise<T>): Promise<T> {
  const { error } = console;
  console.error = (...parts: unknown[]) => say(parts.map(String).join(' '));
  try {
    return await act();
  } finally {
    console.error = error;
  }
}
