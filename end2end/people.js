// Signing in as one of the demo's people.
import { expect } from '@playwright/test';
import { word } from './words.js';

/** Signs in as the demo's first person with this role, and stands on `path` then. */
export async function signIn(page, role, path = '/') {
  await page.goto(`/sign-in?next=${encodeURIComponent(path)}`);
  await page.getByRole('button').filter({ hasText: word(`role-${role}`) }).first().click();
  await expect(page).toHaveURL(path);
}
