// Signing in as one of the demo's people.
import { expect } from '@playwright/test';
import { word } from './words.js';

/** Signs in as the demo's n-th person with this role, the first unless told, and stands on `path` then. */
export async function signIn(page, role, path = '/', n = 0) {
  await page.goto(`/sign-in?next=${encodeURIComponent(path)}`);
  await page.getByRole('button').filter({ hasText: word(`role-${role}`) }).nth(n).click();
  await expect(page).toHaveURL(path);
}
