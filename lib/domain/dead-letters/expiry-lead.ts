/** Told of so long before, where the flow declares nothing. */
export const defaultLeadMs = 24 * 3_600_000;
/** Of a topic that keeps its records for less than four days, the last quarter of that. */
const shareOfRetention = 4;
/** Somebody has to act within the last sixth of the lead: 4 h of 24. */
const actShare = 6;

/** How long before it happens an expiry is told of. */
export const leadMsOf = (declaredMs: number | null, retentionMs: number | null): number =>
  declaredMs ??
  Math.min(defaultLeadMs, retentionMs === null ? defaultLeadMs : retentionMs / shareOfRetention);

/** Whether somebody has to act on it, should know of it, or neither. @param inMs time until then; negative when it has passed */
export function urgencyOf(inMs: number, leadMs: number): 'act' | 'warn' | null {
  if (inMs > leadMs) return null;
  return inMs <= leadMs / actShare ? 'act' : 'warn';
}
