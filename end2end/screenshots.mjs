// Saves the pages as pictures: node screenshots.mjs http://127.0.0.1:PORT DATA-FOLDER [FOLDER]
import { chromium as engine } from 'playwright-core';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from './browser.js';
import { word } from './words.js';
import { untilTold } from './world.js';

const [address, data, folder = fileURLToPath(new URL('../docs/screenshots/', import.meta.url))] = process.argv.slice(2);
const widths = [1440, 390];
const schemes = ['light', 'dark'];
const height = (width) => (width === 390 ? 844 : 900);

/** The address of the first link on `path` that matches. */
async function first(page, path, selector) {
  await page.goto(address + path);
  return page.locator(selector).first().getAttribute('href');
}

/** What is shown: an order to which something happened, and the case that says so. */
async function pages(page) {
  const exception = await first(page, '/exceptions?class=GO-04', '.rows--cases a');
  return [
    ['control-room', '/'],
    ['orders', '/orders'],
    ['order', await first(page, exception, '.facts a[href^="/orders/"]')],
    ['exceptions', '/exceptions'],
    ['exception', exception],
    ['messages', '/messages'],
    ['message', await first(page, '/messages?parked=true', 'main td a.key')],
  ];
}

mkdirSync(folder, { recursive: true });
await untilTold(data);
const browser = await engine.launch(chromium);
for (const scheme of schemes) {
  for (const width of widths) {
    const context = await browser.newContext({ viewport: { width, height: height(width) }, colorScheme: scheme, deviceScaleFactor: 1 });
    const page = await context.newPage();
    const save = async (name, path) => {
      await page.goto(address + path);
      await page.screenshot({ path: `${folder}/${name}-${width}-${scheme}.png` });
      console.log(`${name} ${width} ${scheme}`);
    };
    await save('sign-in', '/sign-in');
    await page.getByRole('button').filter({ hasText: word('role-procurement') }).first().click();
    for (const [name, path] of await pages(page)) await save(name, path);
    await context.close();
  }
}
await browser.close();
