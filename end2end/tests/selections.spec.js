// Many cases as one: what was frozen is what is done.
import { expect, test } from '@playwright/test';
import { signIn } from '../people.js';
import { word } from '../words.js';

/** Words that have a number in them: the part of the sentence that stands after it. */
const closing = /^Close \d+ exceptions?$/;

test('a buyer ticks two cases, freezes them, and closes exactly these', async ({ page }) => {
  await signIn(page, 'procurement', '/exceptions', 2);
  const boxes = page.locator('.rows--ticks input[type="checkbox"]');
  await boxes.nth(0).check();
  await boxes.nth(1).check();
  const ids = (await boxes.evaluateAll((all) => all.filter((box) => box.checked).map((box) => box.value.split('_')[0]))).sort();
  await page.locator('form.selecting button[value="ticked"]').click();

  await expect(page).toHaveURL(/\/selections\/\d+/);
  await expect(page.getByText(word('done-frozen'))).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('2 exceptions, frozen');
  const named = await page.locator('.rows--cases li').evaluateAll((rows) => rows.map((row) => row.id.replace('case-', '')));
  expect(named.sort()).toEqual(ids);

  await page.locator('form[action$="/selections/resolve"] input[value="accepted"]').check();
  await page.locator('form[action$="/selections/resolve"] input[name="comment"]').fill('Agreed for both.');
  await page.getByRole('button', { name: closing }).click();
  await expect(page.getByText(word('done-selection'), { exact: true })).toBeVisible();
  await expect(page.getByText('All 2 were done.')).toBeVisible();

  // Each carries it in its history, and is no longer in the queue.
  await page.goto(`/exceptions/${ids[0]}`);
  await expect(page.getByText('Agreed for both.')).toBeVisible();
});

test('what somebody changed after the list was frozen is left, with the reason', async ({ page, browser }, info) => {
  await signIn(page, 'finance', '/exceptions', 1);
  const boxes = page.locator('.rows--ticks input[type="checkbox"]');
  await boxes.nth(2).check();
  await boxes.nth(3).check();
  const first = (await boxes.nth(2).getAttribute('value')).split('_')[0];
  await page.locator('form.selecting button[value="ticked"]').click();
  await expect(page).toHaveURL(/\/selections\/\d+/);

  const other = await browser.newContext({ baseURL: info.project.use.baseURL, javaScriptEnabled: info.project.use.javaScriptEnabled });
  const colleague = await other.newPage();
  await signIn(colleague, 'warehouse', `/exceptions/${first}`, 1);
  await colleague.locator('details summary', { hasText: word('exception-classify-title') }).click();
  const classes = colleague.locator('form[action$="/classify"] select');
  const now = await classes.inputValue();
  const values = await classes.locator('option').evaluateAll((options) => options.map((option) => option.value));
  await classes.selectOption(values.find((value) => value !== now));
  await colleague.getByRole('button', { name: word('exception-classify'), exact: true }).click();
  await expect(colleague.getByText(word('done-classified'))).toBeVisible();
  await other.close();

  await page.locator('form[action$="/selections/resolve"] input[value="not_an_issue"]').check();
  await page.locator('form[action$="/selections/resolve"] input[name="comment"]').fill('Looked at both.');
  await page.getByRole('button', { name: closing }).click();
  await expect(page.getByText(word('done-selection-some'))).toBeVisible();
  await expect(page.getByText('1 were done, 1 were left as they are.')).toBeVisible();
  await expect(page.getByRole('link').filter({ hasText: word('skipped-changed') })).toHaveAttribute('href', `/exceptions/${first}`);
});

test('all that match are frozen without ticking, and taken out as a table', async ({ page, request }) => {
  await signIn(page, 'procurement', '/exceptions', 2);
  await page.locator('form.selecting button[value="all"]').click();
  await expect(page.getByText(word('done-frozen'))).toBeVisible();
  const heading = await page.getByRole('heading', { level: 1 }).innerText();
  const count = Number(heading.replace(/\D/g, ''));
  const href = await page.getByRole('link', { name: word('selection-export') }).getAttribute('href');
  const cookies = (await page.context().cookies()).map((cookie) => `${cookie.name}=${cookie.value}`).join('; ');
  const answer = await request.get(href, { headers: { cookie: cookies } });
  expect(answer.headers()['content-type']).toBe('text/csv; charset=utf-8');
  expect((await answer.text()).trim().split('\r\n')).toHaveLength(count + 1);
});

test('nothing ticked is said, and nothing is frozen', async ({ page }) => {
  await signIn(page, 'procurement', '/exceptions', 2);
  await page.locator('form.selecting button[value="ticked"]').click();
  await expect(page).toHaveURL(/\/exceptions\?/);
  await expect(page.getByText(word('error-selection-none-ticked'))).toBeVisible();
});
