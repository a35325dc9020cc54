import { replayOrdersInDoubt } from '../tests/fixtures/charged-orders.ts';

/** `npm run drill -- effects [orders]`: payments that timed out at a provider which charged three in ten of them, replayed. */
const [orders = '10000'] = process.argv.slice(2);
const began = Date.now();
const tally = await replayOrdersInDoubt(Number(orders), true);
console.table([tally]);
const right = tally.chargedTwice === 0 && tally.notCharged === 0 && tally.state === 'verified';
console.log(
  `${tally.orders} orders in doubt, ${tally.chargedBefore} of them charged before: ${tally.chargedTwice} charged twice, ${tally.notCharged} not charged, in ${((Date.now() - began) / 1000).toFixed(1)} s`,
);
process.exitCode = right ? 0 : 1;
