// The words on screen, from the one catalogue that the pages use: a journey names a key, so it survives better words.
import { readFileSync } from 'node:fs';

const catalogue = new Map();
for (const line of readFileSync(new URL('../crates/views/locales/en.ftl', import.meta.url), 'utf8').split('\n')) {
  const [, key, text] = /^([a-z0-9-]+) = (.+)$/.exec(line) ?? [];
  if (key) catalogue.set(key, text);
}

/** The words under a key. Throws where there are none, so that a misspelt key is not a test that passes. */
export function word(key) {
  const text = catalogue.get(key);
  if (text === undefined) throw new Error(`the catalogue has no ${key}`);
  if (text.includes('{')) throw new Error(`${key} has arguments: match a part of it`);
  return text;
}
