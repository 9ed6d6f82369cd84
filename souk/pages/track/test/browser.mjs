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
let hasMap = false;

/**
 * Has a browser and the mock for all tests of the file. Drawing takes seconds without a graphics card, so only files that
 * are about the map have WebGL.
 * @param {{ hasWebGL: boolean }} options
 */
export function browse({ hasWebGL }) {
  hasMap = hasWebGL;
  before(async () => {
    mock = await start({ every: 250, speed: 3 });
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: hasMap
        ? ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader']
        : ['--no-sandbox', '--disable-gpu', '--disable-3d-apis'],
    });
  });
  after(async () => {
    await browser?.close();
    await mock?.close();
  });
}

/**
 * A page, and what its console complains of.
 * @typedef {{ page: import('playwright-core').Page, complaints: string[] }} Tab
 */

/** @type {Tab | undefined} */
let shared;

/** @param {import('playwright-core').BrowserContextOptions} options @returns {Promise<Tab>} */
async function tab(options) {
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'America/New_York', ...options });
  if (!hasMap) {
    const nothing = { contentType: 'text/javascript', body: '' };
    await context.route('**/maplibre-gl*.js', (route) => route.fulfill(nothing));
  }
  const page = await context.newPage();
  page.setDefaultTimeout(DEADLINE);
  /** @type {string[]} */
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  return { page, complaints };
}

/**
 * Opens the page of a scenario and fails the test for whatever its console complains of and is not expected, a breach of
 * the Content-Security-Policy among it. A tab takes seconds to make: tests share one, unless they want a browser of
 * another kind.
 */
export async function open(t, scenario, { expected = [], viewport, reducedMotion, isOwn = false, ...kind } = {}) {
  const isShared = !isOwn && Object.keys(kind).length === 0;
  if (isShared) shared ??= await tab({});
  const { page, complaints } = isShared ? shared : await tab(kind);
  t.after(async () => {
    if (isShared) await page.goto('about:blank');
    else await page.context().close();
    const found = complaints.splice(0).filter((each) => !expected.some((pattern) => pattern.test(each)));
    assert.deepEqual(found, []);
  });
  await page.setViewportSize(viewport ?? { width: 400, height: 320 });
  await page.emulateMedia({ reducedMotion: reducedMotion ?? 'reduce' });
  await page.goto(`${mock.origin}/track/${scenario}`);
  return page;
}

export const text = (page, selector) => page.locator(selector).innerText();
export const shows = (page, selector, wanted) =>
  page.waitForFunction(
    ([where, what]) => new RegExp(what).test(document.querySelector(where)?.textContent ?? ''),
    [selector, wanted.source],
  );
