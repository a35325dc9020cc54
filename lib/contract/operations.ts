import * as access from './access.ts';
import * as alerts from './alerts.ts';
import * as audit from './audit.ts';
import * as clusters from './clusters.ts';
import * as compareRecord from './compare-record.ts';
import * as deadLetterActs from './dead-letter-acts.ts';
import * as deadLetters from './dead-letters.ts';
import * as decisions from './decisions.ts';
import * as document from './document.ts';
import * as flowMap from './flow-map.ts';
import * as flowSheet from './flow-sheet.ts';
import * as flowVersions from './flow-versions.ts';
import * as flows from './flows.ts';
import * as groupEvents from './group-events.ts';
import * as home from './home.ts';
import * as incidents from './incidents.ts';
import * as lag from './lag.ts';
import type { Operation } from './operation.ts';
import * as payloadScan from './payload-scan.ts';
import * as preserve from './preserve.ts';
import * as replays from './replays.ts';
import * as whatIf from './what-if.ts';

const isOperation = (value: unknown): value is Operation =>
  typeof value === 'object' && value !== null && 'method' in value && 'path' in value && 'id' in value;

/** Every endpoint of the API, for /openapi.json and for the test that each has a route. */
export const operations: readonly Operation[] = [
  access,
  clusters,
  lag,
  whatIf,
  groupEvents,
  deadLetters,
  deadLetterActs,
  preserve,
  payloadScan,
  compareRecord,
  replays,
  flows,
  flowMap,
  flowSheet,
  flowVersions,
  audit,
  decisions,
  incidents,
  home,
  alerts,
  document,
].flatMap((module) => Object.values(module).filter(isOperation));
