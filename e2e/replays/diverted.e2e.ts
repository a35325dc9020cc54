import { expect } from '@playwright/test';
import { expectWellFormed, watchErrors } from '../fixtures/page-checks.ts';
import { signInAs, test } from '../fixtures/product.ts';
import { planned, replayCall } from '../fixtures/replays.ts';

test('records that break the contract are planned into the quarantine, and the page says so at every width', async ({
  page,
  product,
  api,
}) => {
  const errors = watchErrors(page);
  const exception = 'ContractViolationException';
  const { id } = await planned(api, { records: 3, reason: 'To see where they go', exception });
  try {
    await signInAs(page, product, 'ana');
    await page.goto(`/replays/${id}`);
    await page.getByRole('button', { name: 'Show each frozen record' }).click();
    const records = page.getByRole('table', { name: 'Records of the replay' });
    await expect(records).toContainText("to the quarantine: breaks today's contract");
    await expectWellFormed(page);
    expect(errors).toEqual([]);
  } finally {
    await replayCall(api, 'ana', `/replays/${id}/withdraw`);
  }
});
