// The page in Chromium against the mock, its map: the van, the camera, the destination.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mock, open, shows, text } from './browser.mjs';

const vanAt = (page) =>
  page.locator('.van').evaluate((van) => {
    const box = van.getBoundingClientRect();
    return { x: box.x, y: box.y };
  });
/** Waits until the van is on the map and the camera has come to rest. */
const onMap = (page) => page.waitForSelector('.canvas.ready .van', { state: 'attached' });

test('the van moves on the screen, and the words say where it is', async (t) => {
  const page = await open(t, 'normal', { hasMap: true });
  await onMap(page);
  // Taken off the camera's lead, so that what moves on the screen is the van.
  await page.locator('#zoom-in').click();
  await page.locator('#follow').waitFor();
  await page.waitForFunction(() => {
    const { x, y } = document.querySelector('.van').getBoundingClientRect();
    const samples = (window.samples ??= []);
    const last = samples[samples.length - 1];
    if (!last || Math.hypot(last.x - x, last.y - y) > 0.5) samples.push({ x, y });
    return samples.length > 12;
  });
  await shows(page, '#where-text', /Mira is .+(north|south|east|west).* of you/);
  assert.equal(
    await page.locator('#map-words').textContent(),
    await page
      .locator('#where')
      .innerText()
      .then((where) => where.trim()),
  );
});

test('the van never jumps: between two frames it goes a few pixels', async (t) => {
  const page = await open(t, 'normal', { hasMap: true, reducedMotion: 'no-preference' });
  await onMap(page);
  await page.locator('#zoom-out').click();
  await page.locator('#follow').waitFor();
  const steps = await page.evaluate(
    () =>
      new Promise((resolve) => {
        const found = [];
        let last = null;
        let quiet = 0;
        const look = (now) => {
          const { x, y } = document.querySelector('.van').getBoundingClientRect();
          // The camera zooms out first: that is not the van.
          if (last) quiet = Math.hypot(last.x - x, last.y - y) < 6 ? quiet + 1 : 0;
          if (last && quiet > 20) found.push({ pixels: Math.hypot(last.x - x, last.y - y), elapsed: now - last.now });
          last = { x, y, now };
          if (found.length >= 45) resolve(found);
          else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      }),
  );
  assert.ok(
    steps.some((step) => step.pixels > 0),
    'it moves',
  );
  assert.ok(Math.max(...steps.map((step) => step.pixels)) < 6);
});

test('a user who moves the map leads, until asked to follow again', async (t) => {
  const page = await open(t, 'normal', { hasMap: true });
  await onMap(page);
  assert.equal(await page.locator('#follow').isVisible(), false);
  await page.locator('.maplibregl-canvas').focus();
  await page.keyboard.press('ArrowRight');
  await page.locator('#follow').waitFor();
  await page.locator('#follow').click();
  await page.locator('#follow').waitFor({ state: 'hidden' });
});

test('a lost connection is said, what is known stays, and a new one closes the gap', async (t) => {
  const page = await open(t, 'normal', { hasMap: true, expected: [/WebSocket connection/] });
  await onMap(page);
  const before = await vanAt(page);
  mock.refuse(true);
  mock.cut();
  await shows(page, '#link-text', /^Reconnecting$/);
  await shows(page, '#lost', /connection is lost/);
  assert.equal(await text(page, '#headline'), 'On its way to you');
  assert.ok(await page.locator('.van.stale').count());
  mock.refuse(false);
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await shows(page, '#link-text', /^Live$/);
  await page.locator('#lost').waitFor({ state: 'hidden' });
  await page.waitForFunction(({ x, y }) => {
    const now = document.querySelector('.van').getBoundingClientRect();
    return Math.hypot(now.x - x, now.y - y) > 2;
  }, before);
  assert.equal(await page.locator('.van.stale').count(), 0);
});

test('a parcel that is delivered while it is watched keeps its place on the map', async (t) => {
  const page = await open(t, 'arriving', { hasMap: true });
  await shows(page, '#headline', /^Delivered$/);
  await page.waitForSelector('.canvas.ready .target.done', { state: 'attached' });
  assert.equal(await page.locator('.van').count(), 0);
  assert.equal(await page.locator('#map-words').textContent(), 'The map shows where the parcel was delivered.');
});

test('a van that was not heard of is shown as it was seen last', async (t) => {
  const page = await open(t, 'stale', { hasMap: true });
  await shows(page, '#seen', /^Last seen 1\d minutes ago$/);
  await page.waitForSelector('.canvas.ready .van.stale', { state: 'attached' });
});

test('everything is reached by keyboard, and is large enough for a finger', async (t) => {
  const page = await open(t, 'normal', { hasMap: true, viewport: { width: 390, height: 844 } });
  await onMap(page);
  await page.locator('#zoom-in').click();
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
  await page.locator('#handle').click();
  await page.waitForFunction(() => document.querySelector('#handle').getAttribute('aria-expanded') === 'true');
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => scrollY === 0);
});
