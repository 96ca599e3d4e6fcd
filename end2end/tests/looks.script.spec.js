// Every page in light and dark, wide and narrow, by people who don't see colours, don't use a mouse, or use a reader.
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { signIn } from '../people.js';
import { word } from '../words.js';

const pages = {
  'control room': ['/'],
  orders: ['/orders'],
  order: ['/orders', 'main td a.key'],
  event: ['/orders', 'main td a.key', '#events tbody a'],
  exceptions: ['/exceptions'],
  case: ['/exceptions', '.rows--cases a'],
  messages: ['/messages'],
  message: ['/messages?parked=true', 'main td a.key'],
  sources: ['/sources'],
};

/** Goes to a page: an address, then links to follow. */
async function open(page, [path, ...links]) {
  await page.goto(path);
  for (const link of links) await page.goto(await page.locator(link).first().getAttribute('href'));
}

/** What axe finds wrong for WCAG 2.2 AA. */
async function findings(page) {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).slice(0, 3).join(', ')}`);
}

for (const colorScheme of ['light', 'dark']) {
  test(`the door can be used by everyone, in ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await page.goto('/sign-in');
    expect(await findings(page)).toEqual([]);
  });

  for (const [name, way] of Object.entries(pages)) {
    test(`the page "${name}" can be used by everyone, in ${colorScheme}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await signIn(page, 'support');
      await open(page, way);
      expect(await findings(page)).toEqual([]);
    });
  }
}

test('no page is wider than a telephone', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await signIn(page, 'support');
  for (const [name, way] of Object.entries(pages)) {
    await open(page, way);
    const { wide, at } = await page.evaluate(() => ({ wide: document.documentElement.scrollWidth, at: window.innerWidth }));
    expect(wide, name).toBeLessThanOrEqual(at);
  }
});

test('the keyboard alone leads from the first key past the navigation to an open case', async ({ page }) => {
  await signIn(page, 'procurement', '/exceptions');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: word('nav-skip') })).toBeFocused();
  await page.keyboard.press('Enter');
  const first = page.locator('.rows--cases a').first();
  for (let keys = 0; keys < 20 && !(await first.evaluate((link) => link === document.activeElement)); keys += 1) {
    await page.keyboard.press('Tab');
  }
  await expect(first).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/exceptions\/\d+/);
});

test('no page says anything in the console or asks another machine', async ({ page }, info) => {
  const said = [];
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && said.push(message.text()));
  page.on('pageerror', (error) => said.push(error.message));
  page.on('request', (request) => request.url().startsWith(info.project.use.baseURL) || said.push(request.url()));
  await signIn(page, 'support');
  for (const way of Object.values(pages)) await open(page, way);
  expect(said).toEqual([]);
});
