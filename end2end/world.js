// The demo's world: its history is told in the background after the start.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Waits until the demo in this data folder has told its history and goes on in the present. */
export async function untilTold(folder) {
  const ends = Date.now() + 180_000;
  while (Date.now() < ends) {
    const state = await readFile(join(folder, 'demo.json'), 'utf8').then(JSON.parse, () => ({}));
    if (state.began) return;
    await new Promise((done) => setTimeout(done, 500));
  }
  throw new Error(`the demo in ${folder} has not told its history within three minutes`);
}
