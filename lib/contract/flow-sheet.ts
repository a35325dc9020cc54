import { z } from 'zod';
import { sheetQuestions, statementSources, statementStates } from '#lib/domain/flows/sheet/sheet.ts';
import { operation } from './operation.ts';
import { instant, sha256Text } from './wire.ts';

const state = z.enum(statementStates).meta({
  description:
    '`said`: neither good nor bad; `accepted`: it fails, and its owner has decided to live with that until a day; what is not known is `unknown`, never `holds`',
});

export const sheetStatement = z.object({
  source: z.enum(statementSources),
  text: z.string(),
  state,
  asOf: instant.nullable().meta({ description: 'null of what is declared' }),
});
export type SheetStatement = z.infer<typeof sheetStatement>;

export const sheetGuarantee = z.object({
  what: z.string(),
  mechanism: z.string(),
  ends: z.string(),
  state,
  because: z.array(z.string()),
});
export type SheetGuarantee = z.infer<typeof sheetGuarantee>;

export const flowSheet = z.object({
  flow: z.string(),
  cluster: z.string(),
  team: z.string().nullable(),
  hash: sha256Text.meta({ description: 'SHA-256 of the canonical declaration: what decisions refer to' }),
  /** null before any process has registered it. */
  version: z.number().int().nullable(),
  declaredAt: instant.nullable(),
  inForce: z.boolean().meta({ description: 'of one that is not, only the declaration is told' }),
  answers: z.array(z.object({ question: z.enum(sheetQuestions), statements: z.array(sheetStatement) })),
  guarantees: z.array(sheetGuarantee),
  asOf: instant,
});
export type FlowSheet = z.infer<typeof flowSheet>;

export const getFlowSheet = operation({
  id: 'getFlowSheet',
  method: 'GET',
  path: '/flows/{flow}/sheet',
  summary:
    'The boundary sheet of a flow: four questions, answered from its declaration and from what was measured',
  permission: 'read',
  params: z.object({ flow: z.string() }),
  query: z.strictObject({
    hash: sha256Text
      .optional()
      .meta({ description: 'of an earlier declaration; the one in force when not given' }),
  }),
  answer: flowSheet,
});
