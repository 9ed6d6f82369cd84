// Chromium and the mock, for the tests of a file. Conditions are waited for; nothing sleeps.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { chromium } from 'playwright-core';
import { start } from '../mock/server.mjs';

const DEADLINE = 60_000;
/** @type {Awaited<ReturnType<typeof start>>} */
export let mock;
/** @type {import('playwright-core').Browser} */
let browser;

before(async () => {
  mock = await start({ every: 250, speed: 3 });
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
  });
});

after(async () => {
  await browser?.close();
  await mock?.close();
});

/**
 * Opens the page of a scenario and fails the test for whatever its console complains of, a breach of the
 * Content-Security-Policy among it. Without a graphics card the map takes seconds: only what is about it has it.
 */
export async function open(t, scenario, { expected = [], hasMap = false, ...options } = {}) {
  const context = await browser.newContext({
    viewport: { width: 400, height: 320 },
    locale: 'en-GB',
    timezoneId: 'America/New_York',
    ...options,
  });
  if (!hasMap) {
    await context.addInitScript(() => {
      HTMLCanvasElement.prototype.getContext = () => null;
    });
  }
  const page = await context.newPage();
  page.setDefaultTimeout(DEADLINE);
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !expected.some((each) => each.test(message.text())))
      complaints.push(message.text());
  });
  t.after(async () => {
    await context.close();
    assert.deepEqual(complaints, []);
  });
  await page.goto(`${mock.origin}/track/${scenario}`);
  return page;
}

export const text = (page, selector) => page.locator(selector).innerText();
export const shows = (page, selector, wanted) =>
  page.waitForFunction(
    ([where, what]) => new RegExp(what).test(document.querySelector(where)?.textContent ?? ''),
    [selector, wanted.source],
  );
