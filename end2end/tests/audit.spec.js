// What a buyer did, found by the auditor.
import { expect, test } from '@playwright/test';
import { signIn } from '../people.js';
import { word } from '../words.js';

test('an auditor finds what a buyer changed on a case, before and after, and takes it out', async ({ page, browser }, info) => {
  await signIn(page, 'warehouse', '/exceptions');
  await page.locator('.rows--cases a').first().click();
  await expect(page).toHaveURL(/\/exceptions\/\d+/);
  const id = /\/exceptions\/(\d+)/.exec(page.url())[1];
  await page.locator('details summary', { hasText: word('exception-classify-title') }).click();
  const classes = page.locator('form[action$="/classify"] select');
  const before = await classes.inputValue();
  const values = await classes.locator('option').evaluateAll((options) => options.map((option) => option.value));
  const after = values.find((value) => value !== before);
  await classes.selectOption(after);
  await page.locator('form[action$="/classify"] input[name="comment"]').fill('Told so by the carrier.');
  await page.getByRole('button', { name: word('exception-classify'), exact: true }).click();
  await expect(page.getByText(word('done-classified'))).toBeVisible();

  const other = await browser.newContext({ baseURL: info.project.use.baseURL, javaScriptEnabled: info.project.use.javaScriptEnabled });
  const auditor = await other.newPage();
  await signIn(auditor, 'auditor', '/audit');
  await auditor.getByLabel(word('audit-object'), { exact: true }).fill(`case:${id}`);
  await auditor.getByLabel(word('audit-action'), { exact: true }).fill('case.classified');
  await auditor.getByRole('button', { name: word('filter-apply') }).click();
  await auditor.locator('tbody a[href^="/audit/"]').first().click();

  await expect(auditor).toHaveURL(/\/audit\/\d+/);
  await expect(auditor.locator('del')).toHaveText(before);
  await expect(auditor.locator('ins')).toHaveText(after);
  await expect(auditor.getByText('Told so by the carrier.')).toBeVisible();

  await auditor.goBack();
  const download = auditor.waitForEvent('download');
  await auditor.getByRole('button', { name: word('audit-csv') }).click();
  expect((await download).suggestedFilename()).toBe('audit.csv');
  await other.close();
});

test('who may not look into the audit is told so, and that they asked is found there', async ({ page, browser }, info) => {
  await signIn(page, 'executive');
  await page.goto('/audit');
  await expect(page.locator('main')).toContainText(word('role-auditor'));

  const other = await browser.newContext({ baseURL: info.project.use.baseURL, javaScriptEnabled: info.project.use.javaScriptEnabled });
  const auditor = await other.newPage();
  await signIn(auditor, 'auditor', '/audit?object=address%3A%2Faudit&outcome=refused');
  await expect(auditor.locator('tbody tr').first()).toContainText('/audit');
  await other.close();
});
