import { enter } from './ground/enter.mjs';

await enter('test/main.ts');
