import { pathToFileURL } from 'node:url';
import { root } from './enter.mjs';

// The pinned Node's side of enter.mjs: argv[2] is the entry, the rest its arguments.
const [, , file = '', ...args] = process.argv;
const { main } = await import(pathToFileURL(file).href);
process.exit(await main(root, args));
