// The page in Chromium against the mock, its map: the van, the camera, the destination.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browse, open, shows } from './browser.mjs';

browse({ hasWebGL: true });

test('the van moves without a jump, and the words say where it is', async (t) => {
  const page = await open(t, 'normal', { reducedMotion: 'no-preference', viewport: { width: 280, height: 240 } });
  await page.waitForSelector('.canvas.ready .van', { state: 'attached' });
  // Taken off the camera's lead, so that what moves on the screen is the van.
  await page.locator('#zoom-out').click();
  await page.locator('#follow').waitFor();
  const steps = await page.evaluate(
    () =>
      new Promise((resolve) => {
        const found = [];
        let last = null;
        let quiet = 0;
        let gone = 0;
        const look = () => {
          const { x, y } = document.querySelector('.van').getBoundingClientRect();
          const pixels = last ? Math.hypot(last.x - x, last.y - y) : 0;
          // The camera zooms out first: that is not the van.
          quiet = pixels < 6 ? quiet + 1 : 0;
          if (quiet > 4) {
            found.push(pixels);
            gone += pixels;
          }
          last = { x, y };
          if (found.length >= 12 && gone > 4) resolve(found);
          else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      }),
  );
  assert.ok(Math.max(...steps) < 6);
  await shows(page, '#where-text', /Mira is .+(north|south|east|west).* of you/);
  const [told, shown] = await page.evaluate(() =>
    ['map-words', 'where'].map((id) => document.getElementById(id).textContent),
  );
  assert.equal(told.trim(), shown.trim());
});

test('a reader leads the map by keyboard or finger, until asked to follow again', async (t) => {
  const page = await open(t, 'planned', { viewport: { width: 390, height: 700 } });
  await page.waitForSelector('.canvas.ready .target', { state: 'attached' });
  assert.equal(await page.locator('#follow').isVisible(), false);
  await page.locator('.maplibregl-canvas').focus();
  await page.keyboard.press('ArrowRight');
  await page.locator('#follow').waitFor();
  await page.evaluate(() => document.activeElement.blur());
  const reached = new Set();
  for (let i = 0; i < 12; i += 1) {
    await page.keyboard.press('Tab');
    reached.add(await page.evaluate(() => document.activeElement.id || document.activeElement.className));
  }
  for (const wanted of ['skip', 'handle', 'copy', 'zoom-in', 'zoom-out', 'follow'])
    assert.ok(reached.has(wanted), wanted);
  const small = await page
    .locator('button:visible')
    .evaluateAll((buttons) =>
      buttons.filter((button) => button.offsetWidth < 44 || button.offsetHeight < 44).map((button) => button.id),
    );
  assert.deepEqual(small, []);
  await page.locator('#follow').press('Enter');
  await page.locator('#follow').waitFor({ state: 'hidden' });
  await page.evaluate(() => scrollTo(0, 0));
  await page.waitForFunction(() => document.querySelector('#handle').getAttribute('aria-expanded') === 'false');
  await page.locator('#handle').click();
  await page.waitForFunction(() => document.querySelector('#handle').getAttribute('aria-expanded') === 'true');
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => scrollY === 0);
});

test('a parcel that is delivered while it is watched keeps its place on the map', async (t) => {
  const page = await open(t, 'arriving');
  await shows(page, '#headline', /^Delivered$/);
  await page.waitForSelector('.canvas.ready .target.done', { state: 'attached' });
  assert.equal(await page.locator('.van').count(), 0);
  assert.equal(await page.locator('#map-words').textContent(), 'The map shows where the parcel was delivered.');
});
