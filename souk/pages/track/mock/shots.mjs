// Takes screenshots of the page in its states, light and dark, on a phone and on a desk:
//
//   node mock/shots.mjs [scenario …] [--out shots] [--locale en-GB] [--from 0.55]
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { start } from './server.mjs';

const words = process.argv.slice(2);
const option = (name, otherwise) => {
  const i = words.indexOf(`--${name}`);
  return i < 0 ? otherwise : words.splice(i, 2)[1];
};
const out = option('out', 'shots');
const locale = option('locale', 'en-GB');
const from = Number(option('from', 0.55));
const scenarios =
  words.length > 0 ? words : ['packed', 'planned', 'far', 'normal', 'last', 'stale', 'delivered', 'wrong'];
const WINDOWS = [
  { width: 390, height: 844 },
  { width: 1280, height: 800 },
];
/** How long the camera takes to come to rest, and the page to speak of a lost connection, in milliseconds. */
const REST = 2_500;
mkdirSync(out, { recursive: true });

const mock = await start({ from });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--no-sandbox'],
});
for (const viewport of WINDOWS) {
  for (const colorScheme of ['light', 'dark']) {
    const context = await browser.newContext({ viewport, colorScheme, locale, timezoneId: 'Europe/Lisbon' });
    for (const scenario of scenarios) {
      const page = await context.newPage();
      page.on('pageerror', (error) => console.log(scenario, error.stack));
      await page.goto(`${mock.origin}/track/${scenario}`);
      await page.waitForSelector('.canvas.ready', { state: 'attached', timeout: 60_000 });
      await page.waitForTimeout(REST);
      const name = `${scenario}-${viewport.width}-${colorScheme}.png`;
      await page.screenshot({ path: join(out, name) });
      console.log(name);
      await page.close();
    }
    await context.close();
  }
}
await browser.close();
await mock.close();
