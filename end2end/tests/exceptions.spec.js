// Procurement: a case from the queue to its end.
import { expect, test } from '@playwright/test';
import { signIn } from '../people.js';
import { word } from '../words.js';

/** Gives the case on this page another class, the first that a person can choose. */
async function changeClass(page) {
  await page.locator('details summary', { hasText: word('exception-classify-title') }).click();
  const classes = page.locator('form[action$="/classify"] select');
  const now = await classes.inputValue();
  const values = await classes.locator('option').evaluateAll((options) => options.map((option) => option.value));
  await classes.selectOption(values.find((value) => value !== now));
  await page.getByRole('button', { name: word('exception-classify'), exact: true }).click();
}

test('a buyer takes a broken control from the queue, gives it another class, and closes it', async ({ page }) => {
  await signIn(page, 'procurement', '/exceptions');
  await page.getByLabel(word('exceptions-class')).first().selectOption('GO-04');
  await page.getByRole('button', { name: word('filter-apply') }).click();
  await page.locator('.rows--cases a').first().click();

  await expect(page).toHaveURL(/\/exceptions\/\d+/);
  const address = new URL(page.url()).pathname;
  await expect(page.getByRole('heading', { level: 1, name: word('class-go-04') })).toBeVisible();
  await expect(page.locator('.evidence li').first()).not.toBeEmpty();

  // Another class is one that a person can choose; the case says so in its history.
  await changeClass(page);
  await expect(page.getByText(word('done-classified'))).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`^[^?]*${address}`));

  await page.locator('form[action$="/resolve"] input[value="accepted"]').check();
  await page.locator('form[action$="/resolve"] input[name="comment"]').fill('Agreed with finance by telephone.');
  await page.getByRole('button', { name: word('exception-resolve'), exact: true }).click();
  await expect(page.getByText(word('done-resolved'))).toBeVisible();
  await expect(page.getByText('Agreed with finance by telephone.')).toBeVisible();

  // It left the queue.
  await page.goto('/exceptions');
  await expect(page.locator(`.rows--cases a[href^="${address}#"], .rows--cases a[href^="${address}?"]`)).toHaveCount(0);
});

test('of two people who act on the same state of a case, the second is told', async ({ page, browser }, info) => {
  await signIn(page, 'finance', '/exceptions', 1);
  await page.locator('.rows--cases a').last().click();

  const other = await browser.newContext({ baseURL: info.project.use.baseURL, javaScriptEnabled: info.project.use.javaScriptEnabled });
  const colleague = await other.newPage();
  // Both know of every entity.
  await signIn(colleague, 'warehouse', new URL(page.url()).pathname, 1);
  await changeClass(colleague);
  await expect(colleague.getByText(word('done-classified'))).toBeVisible();
  await other.close();

  await changeClass(page);
  await expect(page.getByText(word('error-case-changed'))).toBeVisible();
});
