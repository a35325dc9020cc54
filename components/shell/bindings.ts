/** Every single key of the console with what it does, for the help. */
export type Binding = { keys: string; does: string };

export const bindings: readonly { title: string; keys: readonly Binding[] }[] = [
  {
    title: 'Go to',
    keys: [
      { keys: 'g h', does: 'Home' },
      { keys: 'g l', does: 'Lag' },
      { keys: 'g d', does: 'Dead letters' },
      { keys: 'g r', does: 'Replays' },
      { keys: 'g f', does: 'Flows' },
      { keys: 'g i', does: 'Incidents' },
      { keys: 'g a', does: 'Audit' },
      { keys: 'g s', does: 'Settings' },
    ],
  },
  {
    title: 'On a page',
    keys: [
      { keys: '/', does: 'Filter' },
      { keys: 'j', does: 'Next row' },
      { keys: 'k', does: 'Previous row' },
      { keys: 'Enter', does: 'Open the row' },
      { keys: 'x', does: 'Select the row' },
      { keys: 't', does: 'Times as ages or as clock times' },
    ],
  },
  {
    title: 'Anywhere',
    keys: [
      { keys: '⌘ K', does: 'Find a group, topic, replay, flow or action (also Ctrl K)' },
      { keys: '?', does: 'These keys' },
      { keys: 'Esc', does: 'Close, or leave a field' },
    ],
  },
];
