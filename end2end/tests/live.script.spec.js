// The one island: what is new is said and waits until it is asked for.
import { expect, test } from '@playwright/test';
import { signIn } from '../people.js';
import { connect, send } from '../senders.js';

test('a message that arrives is announced, and nothing moves until it is asked for', async ({ page, context, request }) => {
  const token = await connect(page, 'live');
  await context.clearCookies();
  await signIn(page, 'support', '/messages');
  const rows = page.locator('main tbody tr');
  const notice = page.locator('.live__show');
  // Other journeys send too, and the demo goes on: begin when nothing is new.
  await expect(async () => {
    await page.reload();
    await expect(notice).toBeHidden({ timeout: 1_000 });
  }).toPass();
  const before = await rows.first().innerText();
  await expect(rows.filter({ hasText: 'live' })).toHaveCount(0);

  await send(request, 'live', token, 'not an event', 'text/plain');
  await expect(notice).toBeVisible();
  expect(await rows.first().innerText()).toBe(before);
  await expect(rows.filter({ hasText: 'live' })).toHaveCount(0);

  await notice.click();
  await expect(rows.filter({ hasText: 'live' })).toHaveCount(1);
});

test('a page without an island loads no script', async ({ page }) => {
  const scripts = [];
  page.on('request', (request) => /\.(js|wasm)$/.test(request.url()) && scripts.push(request.url()));
  await page.goto('/sign-in');
  await page.waitForLoadState('networkidle');
  expect(scripts).toEqual([]);
});

test('a cold page weighs no more than 200 kB in all', async ({ page }) => {
  await signIn(page, 'support');
  let bytes = 0;
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  session.on('Network.loadingFinished', (event) => (bytes += event.encodedDataLength));
  await page.goto('/exceptions');
  await expect.poll(() => bytes).toBeGreaterThan(10_000);
  await page.waitForTimeout(1_000);
  expect(bytes).toBeLessThanOrEqual(200_000);
});
