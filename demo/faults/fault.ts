/** What can be broken in the demo, and what each means. */
export const faults = {
  payments: 'the payment provider is down: it answers 503, and sometimes charges without answering',
  contract: 'a bad release of the shop sends orders that break the contract',
  stall: 'the notifications service stays in its group but no longer moves',
} as const;

export type FaultName = keyof typeof faults;
export const faultNames = Object.keys(faults) as FaultName[];
export const isFaultName = (name: string): name is FaultName => Object.hasOwn(faults, name);

export type FaultState = Record<FaultName, boolean>;
export const noFaults = (): FaultState => ({ payments: false, contract: false, stall: false });
