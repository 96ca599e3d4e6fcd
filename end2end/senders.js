// A system of our own that sends to Docket, connected by an administrator as a person would do it.
import { expect } from '@playwright/test';
import { word } from './words.js';
import { signIn } from './people.js';

/** Connects the system `name`, which sends as a warehouse; returns its token, which the page shows once. */
export async function connect(page, name) {
  await signIn(page, 'administrator', '/sources');
  await page.getByLabel(word('sources-form-title')).fill(`Test system ${name}`);
  await page.getByRole('textbox', { name: word('sources-form-name') }).fill(name);
  await page.getByRole('button', { name: word('sources-form-save') }).click();
  const token = await page.locator('pre.secret').innerText();
  await page.getByRole('link', { name: word('token-kept') }).click();
  await expect(page.getByText(name, { exact: true })).toBeVisible();
  return token.trim();
}

/** Sends `body` as that system; returns the id of the message that it became. */
export async function send(request, name, token, body, type = 'application/cloudevents+json') {
  const answer = await request.post(`/v1/in/${name}`, {
    headers: { authorization: `Bearer ${token}`, 'content-type': type },
    data: body,
  });
  expect(answer.status(), await answer.text()).toBe(202);
  return (await answer.json()).id;
}
