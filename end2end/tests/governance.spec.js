// What needs two people: one asks, another agrees, by keyboard alone.
import { expect, test } from '@playwright/test';
import { signIn } from '../people.js';
import { word } from '../words.js';

/** The label as it stands at the beginning of a line. */
const begun = (key) => word(key).replace(/^./, (c) => c.toUpperCase());

test('an administrator asks for other roles, the second person agrees, by keyboard', async ({ page, context }) => {
  await signIn(page, 'administrator', '/people/sberg');
  const reason = `another job ${Date.now()}`;
  const support = page.getByRole('checkbox', { name: begun('role-auditor') });
  await support.focus();
  await page.keyboard.press('Space');
  await page.locator('input[name="ask[reason]"][required]').first().focus();
  await page.keyboard.type(reason);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/requests\/\d+\?done=/);
  const request = new URL(page.url()).pathname;
  // Who asks does not decide, and reads who may.
  await expect(page.getByRole('button', { name: begun('verdict-agree') })).toBeDisabled();
  await expect(page.getByText(word('error-proposal-own')).first()).toBeVisible();
  await expect(page.getByText('Karin Holm').first()).toBeVisible();
  await context.clearCookies();

  await signIn(page, 'administrator', '/requests', 1);
  await expect(page.getByText(reason)).toBeVisible();
  await page.goto(request);
  await expect(page.getByText(word('request-will'))).toBeVisible();
  const agree = page.getByRole('button', { name: begun('verdict-agree') });
  await agree.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status').filter({ hasText: word('done-agreed') })).toBeVisible();
  await page.goto('/people/sberg');
  await expect(page.locator('.lede')).toContainText(word('role-auditor'));

  // And back again: the same record, the version before.
  await page.goto('/people/sberg');
  await expect(page.getByText(reason)).toBeVisible();
});

test('a rate is asked for by one of finance, declined by another, and nothing changes', async ({ page, context }, info) => {
  await signIn(page, 'finance', '/governance/currency_rate');
  const key = info.project.name === 'script' ? 'USD/EUR' : 'CHF/EUR';
  await page.locator('input[name="ask[key]"]').fill(key);
  await page.locator('input[name="ask[rate]"]').fill('0.9213');
  await page.locator('input[name="ask[reason]"]').fill('rate of the month');
  await page.getByRole('button', { name: word('form-ask') }).click();
  await expect(page).toHaveURL(/\/requests\/\d+\?done=/);
  const request = new URL(page.url()).pathname;
  await context.clearCookies();

  await signIn(page, 'finance', request, 1);
  const decline = page.locator('form').filter({ has: page.locator('input[value="decline"]') });
  await decline.getByRole('textbox').fill('Not the rate of the bank');
  await decline.getByRole('button').click();
  await expect(page.getByRole('status').filter({ hasText: word('done-declined') })).toBeVisible();
  await page.goto('/governance/currency_rate');
  await expect(page.getByText(key, { exact: true })).toHaveCount(0);
});
