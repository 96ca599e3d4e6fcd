// The door.
import { expect, test } from '@playwright/test';
import { signIn } from '../people.js';
import { word } from '../words.js';

test('nobody sees a page before signing in, and comes to it after', async ({ page }) => {
  await page.goto('/orders?q=45');
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await page.getByRole('button').filter({ hasText: word('role-procurement') }).first().click();
  await expect(page).toHaveURL('/orders?q=45');
});

test('a wrong password says so and not whether the user exists', async ({ page }) => {
  const say = async (user) => {
    await page.goto('/sign-in');
    await page.locator('input[name="user"]').fill(user);
    await page.locator('input[name="password"]').fill('not the password');
    await page.locator('form[action$="/access/sign-in"] button').click();
    return page.locator('.notice__word + span').innerText();
  };
  expect(await say('nobody')).toBe(await say('mkeller'));
});

test('after signing out the back button shows nothing', async ({ page }) => {
  await signIn(page, 'procurement', '/orders');
  await page.getByRole('button', { name: word('nav-sign-out') }).click();
  await page.goto('/orders');
  await expect(page).toHaveURL(/\/sign-in/);
});

test('a person who may not open a page is told who may', async ({ page }) => {
  await signIn(page, 'procurement');
  const answer = await page.goto('/people');
  expect(answer.status()).toBe(403);
  await expect(page.getByText(word('role-administrator')).first()).toBeVisible();
});
