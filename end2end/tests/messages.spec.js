// Support: a message that could not be read, from its arrival to the retry.
import { expect, test } from '@playwright/test';
import { signIn } from '../people.js';
import { connect, send } from '../senders.js';
import { word } from '../words.js';

test('support finds a parked message, reads why, and retries it', async ({ page, context, request }, info) => {
  const source = `wms-${info.project.name}`;
  const token = await connect(page, source);
  // An order that says its quantity in words: no machine can read it.
  await send(request, source, token, '{"specversion":"1.0","id":"1","source":"test","type":"po.created","data":{"broken":');
  await context.clearCookies();

  await signIn(page, 'support', '/messages');
  await page.getByRole('link', { name: word('messages-parked'), exact: true }).click();
  await expect(page.locator('.lede')).toHaveText(word('messages-parked-lede'));
  await page.getByRole('row').filter({ hasText: source }).getByRole('link').first().click();

  await expect(page).toHaveURL(/\/messages\/\d+$/);
  await expect(page.getByText('"broken":')).toBeVisible();
  const why = page.locator('td', { hasText: /\w/ }).and(page.locator(`[data-label="${word('items-why')}"]`));
  await expect(why.first()).not.toBeEmpty();

  await page.getByRole('button', { name: word('messages-retry') }).click();
  // The bytes are as broken as before, and Docket says so.
  await expect(page.getByRole('alert').or(page.getByRole('status')).filter({ hasText: word('error-retry-none') })).toBeVisible();
});

test('a buyer sees what was parked, and who may retry it, but not the bytes', async ({ page }) => {
  // Who sees every entity: what was parked may not say where it belongs.
  await signIn(page, 'procurement', '/messages?parked=true', 2);
  await page.locator('main td a.key').first().click();
  await expect(page.getByRole('button', { name: word('messages-retry') })).toBeDisabled();
  await expect(page.getByText(word('role-support')).first()).toBeVisible();
  await expect(page.getByText(word('raw-absent'))).toBeVisible();
});

test('an administrator asks for a buying entity, another agrees, support retries, and the order is there', async ({ page, context, request: sender }, info) => {
  const source = `legacy-${info.project.name}`;
  const number = `77${Date.now() % 100_000_000}`;
  const token = await connect(page, source);
  // The sender names no buying entity, and nobody has said whose orders it sends.
  const event = {
    specversion: '1.0', id: number, source: '/legacy', type: 'docket.po.created.v1', time: new Date().toISOString(),
    datacontenttype: 'application/json',
    data: { order: { number }, currency: 'EUR', lines: [{ line: '10', item: 'A1', quantity: '4', unit: 'EA', price: '10.00' }] },
  };
  const id = await send(sender, source, token, JSON.stringify(event));
  await context.clearCookies();

  await signIn(page, 'support', `/messages/${id}`);
  await page.getByRole('button', { name: word('messages-retry') }).click();
  await expect(page.getByRole('alert').or(page.getByRole('status')).filter({ hasText: word('error-retry-none') })).toBeVisible();
  await context.clearCookies();

  await signIn(page, 'administrator', '/sources');
  const row = page.getByRole('row').filter({ hasText: source });
  await row.getByRole('textbox').fill('PL02');
  await row.getByRole('button', { name: word('sources-set'), exact: true }).click();
  await expect(page).toHaveURL(/\/requests\/\d+/);
  const request = new URL(page.url()).pathname;
  await context.clearCookies();

  await signIn(page, 'administrator', request, 1);
  await page.getByRole('button', { name: word('verdict-agree') }).click();
  await expect(page.getByRole('status').filter({ hasText: word('done-agreed') })).toBeVisible();
  await context.clearCookies();

  await signIn(page, 'support', `/messages/${id}`);
  await page.getByRole('button', { name: word('messages-retry') }).click();
  await expect(page.getByRole('status').filter({ hasText: word('done-retry-all') })).toBeVisible();
  await page.goto(`/orders/PL02/${number}`);
  await expect(page.getByRole('heading', { level: 1 })).toContainText(number);
});
