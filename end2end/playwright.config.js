// Two demo worlds, one per project, so that a person who works with a script and one who works without don't meet.
import { defineConfig } from '@playwright/test';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from './browser.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const binary = process.env.END2END_DOCKET ?? join(root, 'target/debug/docket');
const ports = { script: Number(process.env.END2END_PORT ?? 8460), 'no-script': Number(process.env.END2END_PORT_2 ?? 8461) };

const address = (project) => `http://127.0.0.1:${ports[project]}`;
const data = (project) => join(tmpdir(), `docket-end2end-${ports[project]}`);

// A demo world of its own, made afresh; `exec` so that stopping it stops Docket.
const world = (project) => ({
  command: `rm -rf '${data(project)}' && exec '${binary}' demo`,
  cwd: root,
  env: {
    DOCKET_LISTEN: `127.0.0.1:${ports[project]}`,
    DOCKET_DEMO__DATA: data(project),
    DOCKET_LIMITS__SIGN_IN_PER_MINUTE: '10000',
  },
  url: `${address(project)}/sign-in`,
  timeout: 120_000,
  gracefulShutdown: { signal: 'SIGTERM', timeout: 5_000 },
  reuseExistingServer: false,
  stdout: 'ignore',
  stderr: 'pipe',
});

const project = (name, javaScriptEnabled) => ({
  name,
  metadata: { data: data(name) },
  use: { baseURL: address(name), javaScriptEnabled },
  // What needs a script says so in its file's name.
  testIgnore: javaScriptEnabled ? [] : ['**/*.script.spec.js'],
});

export default defineConfig({
  testDir: 'tests',
  globalSetup: './ready.js',
  workers: 2,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  // A test that fails once has failed: nothing here waits for time to pass.
  retries: 0,
  reporter: 'list',
  use: { browserName: 'chromium', launchOptions: chromium, viewport: { width: 1440, height: 900 }, trace: 'retain-on-failure' },
  projects: [project('script', true), project('no-script', false)],
  webServer: [world('script'), world('no-script')],
});
