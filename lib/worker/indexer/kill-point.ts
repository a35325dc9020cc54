/** Named moments of indexing, in their order; the fault test ends the process at each of them. */
export const indexKillPoints = [
  'topics_described',
  'topics_noted',
  'offsets_read',
  'move_begun',
  'move_expired',
  'move_saved',
  'move_committed',
  'cursors_saved',
  'fetch_asked',
  'fetch_answered',
  'fetched_ahead',
  'piece_decoded',
  'piece_analysed',
  'hints_confirmed',
  'batch_full',
  'copy_opened',
  'copy_half_sent',
  'copy_sent',
  'copy_ended',
  'batch_committed',
  'position_moved',
  'pointers_noted',
  'pointers_judged',
  'pointers_lost',
] as const;

/** The same of grouping anew, which takes rules that have changed. */
export const regroupKillPoints = [
  'regroup_page_changed',
  'regroup_page_saved',
  'regroup_states_moved',
] as const;
export type IndexKillPoint = (typeof indexKillPoints)[number] | (typeof regroupKillPoints)[number];
