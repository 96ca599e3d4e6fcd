// Tokens: made, used, replaced, revoked.
import { expect, test } from '@playwright/test';
import { connect, send } from '../senders.js';
import { signIn } from '../people.js';
import { word } from '../words.js';

const event = (id) => ({
  specversion: '1.0', id, source: '/test', type: 'docket.po.created.v1', time: '2026-02-20T10:00:00Z',
  data: { order: { entity: 'DE01', number: `T-${id}` } },
});

/** The status that a system's message is answered with. */
async function tried(request, name, token) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/cloudevents+json' };
  return (await request.post(`/v1/in/${name}`, { headers, data: event(`t${Math.random()}`) })).status();
}

test('a token is replaced with an overlap, then the old one is revoked at once', async ({ page, request }, info) => {
  const name = `tokens-${info.project.name}`;
  const old = await connect(page, name);
  await send(request, name, old, event(`first-${info.project.name}`));

  await page.goto(`/sources/${name}`);
  await page.locator('summary', { hasText: old.slice(0, 12) }).click();
  await page.getByLabel(word('token-overlap')).fill('2');
  await page.getByRole('button', { name: word('token-rotate'), exact: true }).click();
  const fresh = (await page.locator('pre.secret').innerText()).trim();
  expect(fresh).not.toBe(old);
  await page.getByRole('link', { name: word('token-kept') }).click();

  await expect(page).toHaveURL(`/sources/${name}`);
  await expect(page.getByText(word('token-state-replaced'))).toBeVisible();
  expect(await page.content()).not.toContain(fresh);
  expect(await tried(request, name, old)).toBe(202);
  expect(await tried(request, name, fresh)).toBe(202);

  await page.getByRole('button', { name: `Revoke ${old.slice(0, 12)} at once` }).click();
  await expect(page.getByText(word('done-token-revoked'))).toBeVisible();
  expect(await tried(request, name, old)).toBe(401);
  expect(await tried(request, name, fresh)).toBe(202);
});

test('a service reads orders of its rows, changes nothing and opens no page', async ({ page, request }, info) => {
  const name = `reader-${info.project.name}`;
  await signIn(page, 'administrator', '/services');
  await page.locator('input[name="name"]').fill(name);
  await page.locator('input[name="orders:read"]').check();
  await page.getByLabel(word('services-form-entities')).fill('DE01');
  await page.getByRole('button', { name: word('services-form-save') }).click();
  const token = (await page.locator('pre.secret').innerText()).trim();
  await page.getByRole('link', { name: word('token-kept') }).click();
  await expect(page.getByRole('heading', { level: 2, name })).toBeVisible();

  const headers = { authorization: `Bearer ${token}` };
  const orders = await request.get('/v1/orders', { headers });
  expect(orders.status()).toBe(200);
  const { rows } = await orders.json();
  expect(rows.length).toBeGreaterThan(0);
  // An order known by another system's number only stands under that system until it has one of its own.
  expect(rows.every((row) => !['PL02', 'GB03'].includes(row.entity) && row.value === undefined)).toBe(true);
  expect((await request.get('/v1/exceptions', { headers })).status()).toBe(403);
  expect((await request.post('/v1/selections', { headers, data: {} })).status()).toBe(403);
  const opened = await request.get('/orders', { headers, maxRedirects: 0 });
  expect(opened.headers().location).toMatch(/^\/sign-in/);
});

test('who may not look after tokens sees who may', async ({ page }) => {
  await signIn(page, 'support', '/sources');
  await page.locator('table a').first().click();
  await expect(page.getByText(word('source-tokens-closed'))).toBeVisible();
  await expect(page.locator('form[action*="/token"]')).toHaveCount(0);
});
