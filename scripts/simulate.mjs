import { enter } from './ground/enter.mjs';

await enter('tasks/simulate.ts');
