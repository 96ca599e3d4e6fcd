// Where an order stands, where it stood, and what that is made of.
import { expect, test } from '@playwright/test';
import { signIn } from '../people.js';
import { word } from '../words.js';

/** The number of an order of the demo that has some history. */
async function anOrder(page) {
  await page.goto('/orders');
  return page.locator('main td a.key').last().innerText();
}

test('an order is found by its number, and by the beginning of it', async ({ page }) => {
  await signIn(page, 'procurement');
  const number = await anOrder(page);
  for (const asked of [number, number.slice(0, -1)]) {
    await page.goto('/');
    await page.getByLabel(word('nav-find')).fill(asked);
    await page.getByLabel(word('nav-find')).press('Enter');
    await expect(page.locator('main td a.key', { hasText: number }).first()).toBeVisible();
  }
});

test('an order shows what was true on a day as we knew it then', async ({ page }) => {
  await signIn(page, 'procurement');
  const number = await anOrder(page);
  await page.locator('main td a.key', { hasText: number }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(number);
  const now = await page.locator('#events h2').innerText();

  // The moment of its first event: less was known than is now.
  const first = await page.locator('#events tbody tr time').first().getAttribute('datetime');
  const moment = first.slice(0, 19);
  await page.getByLabel(word('moment-world')).fill(moment);
  await page.getByLabel(word('moment-known')).fill(moment);
  await page.getByRole('button', { name: word('moment-show'), exact: true }).click();
  await expect(page.locator('.past')).toBeVisible();
  expect(await page.locator('#events h2').innerText()).not.toBe(now);

  // The address can be shared; a link leads back.
  await page.reload();
  await expect(page.locator('.past')).toBeVisible();
  await page.locator('.past').getByRole('link', { name: word('moment-back') }).click();
  await expect(page.locator('.past')).toHaveCount(0);
  expect(await page.locator('#events h2').innerText()).toBe(now);
});

test('an event opens down to its fields and to the bytes that were sent', async ({ page }) => {
  await signIn(page, 'support');
  await page.goto('/orders');
  await page.locator('main td a.key').last().click();
  await page.locator('#events tbody a').first().click();
  await expect(page).toHaveURL(/\/events\/\d+$/);
  await expect(page.locator('table.pairs tr').first()).toBeVisible();
  await expect(page.locator('pre.raw')).toContainText('"specversion"');
});
