import { get, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { expect } from '@playwright/test';
import { personOf, test } from './fixtures/product.ts';

test('a stranger is asked to sign in, and by keyboard alone comes to the page that was asked for', async ({
  page,
  product,
}) => {
  await page.goto('/lag');
  await expect(page).toHaveURL(/\/sign-in\?next=%2Flag/);
  const ana = personOf(product, 'ana');
  const submit = page.getByRole('button', { name: 'Sign in' });
  await expect(submit).toBeEnabled();
  await page.getByLabel('Name').focus();
  await page.keyboard.type(ana.name);
  await page.keyboard.press('Tab');
  await page.keyboard.type(ana.password);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/lag$/);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
});

test('a wrong password is refused in words, and signs nobody in', async ({ page, product }) => {
  await page.goto('/sign-in');
  await page.getByLabel('Name').fill(personOf(product, 'vera').name);
  await page.getByLabel('Password').fill('not her password');
  const submit = page.getByRole('button', { name: 'Sign in' });
  await expect(submit).toBeEnabled();
  await submit.click();
  await expect(page.locator('form [aria-live="assertive"]')).toContainText(/password/i);
  expect((await page.request.get(`${product.baseUrl}/api/v1/me`)).status()).toBe(401);
});

test('the API knows each person by token', async ({ api }) => {
  const roles = {
    ana: 'responder',
    ben: 'approver',
    cleo: 'approver',
    vera: 'viewer',
    root: 'admin',
  } as const;
  for (const [name, role] of Object.entries(roles))
    expect(await api(name as keyof typeof roles, 'GET', '/me')).toMatchObject({
      status: 200,
      body: { name, roles: [role] },
    });
});

test('a large answer is packed once for whoever takes that, and says so', async ({ product }) => {
  const { token } = personOf(product, 'vera');
  const read = async (encoding: string) => {
    const answer = await new Promise<IncomingMessage>((resolve, reject) =>
      get(
        `${product.baseUrl}/api/v1/clusters/main/groups/payments-service`,
        { headers: { authorization: `Bearer ${token}`, 'accept-encoding': encoding } },
        resolve,
      ).once('error', reject),
    );
    return { headers: answer.headers, bytes: await buffer(answer) };
  };
  const [packed, plain] = [await read('gzip'), await read('identity')];
  expect(packed.headers).toMatchObject({
    'content-encoding': 'gzip',
    vary: expect.stringMatching(/accept-encoding/i),
  });
  expect(packed.headers['x-sluice-coding']).toBeUndefined();
  expect(plain.headers['content-encoding']).toBeUndefined();
  for (const text of [gunzipSync(packed.bytes), plain.bytes])
    expect(JSON.parse(text.toString())).toMatchObject({ groupId: 'payments-service' });
});
