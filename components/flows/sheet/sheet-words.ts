import type { SheetStatement } from '#lib/contract/flow-sheet.ts';
import type { SheetQuestion } from '#lib/domain/flows/sheet/sheet.ts';

/** As the design asks them. */
export const questionWords: Readonly<Record<SheetQuestion, string>> = {
  truth: 'Where does truth live?',
  movement: 'How does work move?',
  replay: 'What can be replayed safely?',
  failure: 'What happens when part of the flow slows or fails?',
};

export const sourceWords: Readonly<Record<SheetStatement['source'], string>> = {
  declared: 'declared',
  checked: 'checked',
  measured: 'measured',
};
