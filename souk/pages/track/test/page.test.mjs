// The page in Chromium against the mock, its words, and what happens when the connection does not hold.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browse, mock, open, shows, text } from './browser.mjs';

browse({ hasWebGL: false });

test('status, window of arrival and timeline are shown in the time zone of the delivery', async (t) => {
  const page = await open(t, 'normal');
  await shows(page, '#headline', /^On its way to you$/);
  assert.match(await text(page, '#eta-window'), /^\d\d:\d\d – \d\d:\d\d$/);
  assert.match(await text(page, '#eta-left'), /min|moment/);
  assert.match(await text(page, '#stops'), /stop/);
  const events = await page.locator('#timeline li .what').allInnerTexts();
  assert.deepEqual(events, ['Out for delivery', 'In transit', 'Handed to the carrier', 'Packed', 'Order received']);
  const time = page.locator('#timeline time').first();
  const at = new Date(await time.getAttribute('datetime'));
  const inBerlin = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone: 'Europe/Berlin' }).format(at);
  assert.ok((await time.innerText()).endsWith(inBerlin));
  assert.match(await text(page, '#zone'), /Central European/);
  assert.match(await text(page, '#announce'), /Status: On its way to you\. Expected today between/);
});

test('a lost connection is said, what is known stays, and a new one closes the gap', async (t) => {
  const page = await open(t, 'normal', { expected: [/WebSocket connection/] });
  await shows(page, '#where-text', /Mira is/);
  mock.refuse(true);
  mock.cut();
  await shows(page, '#link-text', /^Reconnecting$/);
  await shows(page, '#lost', /connection is lost/);
  assert.equal(await text(page, '#headline'), 'On its way to you');
  await page.waitForSelector('body.aged');
  mock.refuse(false);
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await shows(page, '#link-text', /^Live$/);
  await page.locator('#lost').waitFor({ state: 'hidden' });
  await page.waitForSelector('body:not(.aged)');
});

test('a socket that drops again and again is opened again and again', async (t) => {
  const page = await open(t, 'flaky', { expected: [/WebSocket connection/] });
  const sockets = [];
  page.on('websocket', (socket) => sockets.push(socket));
  await page.reload();
  await page.waitForEvent('websocket');
  await page.waitForEvent('websocket');
  await shows(page, '#link-text', /^Live$/);
  assert.equal(await text(page, '#headline'), 'On its way to you');
});

test('a peer that goes silent is asked, and left when it does not answer', async (t) => {
  const page = await open(t, 'silent', { isOwn: true });
  await page.clock.install();
  await page.reload();
  await shows(page, '#headline', /On its way/);
  let isOpenAgain = false;
  page.once('websocket', () => (isOpenAgain = true));
  // Fifteen seconds of silence, ten for the answer, and the wait before the next attempt.
  while (!isOpenAgain) await page.clock.fastForward(1_000);
});

test('a link that leads nowhere says so and does not try again', async (t) => {
  const page = await open(t, 'wrong');
  await shows(page, '#headline', /^This link does not work$/);
  let sockets = 0;
  page.on('websocket', () => (sockets += 1));
  assert.match(await text(page, '#note'), /expired/);
  assert.equal(await page.locator('#link').isVisible(), false);
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  assert.equal(sockets, 0);
});

test('what cannot be a token is told without asking the shop', async (t) => {
  const page = await open(t, 'no%20token', { expected: [/404/] });
  await shows(page, '#headline', /^This link does not work$/);
});

test('a link that is withdrawn while it is watched takes away what was shown', async (t) => {
  const page = await open(t, 'gone');
  await shows(page, '#headline', /^This link does not work$/);
  assert.equal(await page.locator('#timeline').isVisible(), false);
  assert.equal(await page.locator('#eta').isVisible(), false);
  assert.equal(await page.locator('.van, .target').count(), 0);
});

test('every state has its words', async (t) => {
  const page = await open(t, 'packed');
  for (const [scenario, headline] of [
    ['packed', 'Packed and ready'],
    ['planned', 'Handed to the carrier'],
    ['setting-off', 'On its way to you'],
    ['delivered', 'Delivered'],
    ['foreign', 'Delivered'],
    ['attempted', 'We missed you'],
    ['returned', 'Sent back to the shop'],
    ['lost', 'Your parcel is lost'],
    ['cancelled', 'Delivery cancelled'],
    ['unknown', 'In progress'],
  ]) {
    await page.goto(`${mock.origin}/track/${scenario}`);
    await shows(page, '#headline', new RegExp(`^${headline}$`));
    assert.ok(await page.locator('#timeline li .what').count(), scenario);
  }
});

test('the proof of a delivery shows with whom or where it was left', async (t) => {
  const page = await open(t, 'delivered');
  for (const [scenario, kind, by] of [
    ['delivered', 'Handed over in person', /^Received by A\. Petersen · /],
    ['neighbour', 'Left with a neighbour', /^Received by B\. Janssen · /],
    ['safe-place', 'Left in a safe place', /^Behind the rain barrel · /],
  ]) {
    await page.goto(`${mock.origin}/track/${scenario}`);
    await shows(page, '#proof-kind', new RegExp(`^${kind}$`));
    assert.match(await text(page, '#proof-by'), by);
  }
});

test('a van that is too far away to be shown is spoken of', async (t) => {
  const page = await open(t, 'far');
  await shows(page, '#note', /^Mira is on the road with your parcel\./);
  assert.equal(await text(page, '#stops'), '14 stops before yours');
});

test('times are those of the device until the place of the delivery is known', async (t) => {
  const page = await open(t, 'packed');
  await shows(page, '#zone', /^Times are those of your device \(Eastern/);
});

test('who is the next stop is told so', async (t) => {
  const page = await open(t, 'last');
  await shows(page, '#stops', /^You are the next stop$/);
});

test('a van that was not heard of is shown as it was seen last', async (t) => {
  const page = await open(t, 'stale');
  await shows(page, '#seen', /^Last seen 1\d minutes ago$/);
  await page.waitForSelector('body.aged');
});

test('German readers read German', async (t) => {
  const page = await open(t, 'normal', { locale: 'de-AT' });
  await shows(page, '#headline', /^Unterwegs zu Ihnen$/);
  assert.equal(await page.locator('html').getAttribute('lang'), 'de');
});

test('the tracking number is copied', async (t) => {
  const page = await open(t, 'normal');
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await shows(page, '#number', /SK-/);
  await page.locator('#copy').click();
  await shows(page, '#copy', /^Copied$/);
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'SK-4829-7731-06');
});

test('without JavaScript the page says what it needs', async (t) => {
  const page = await open(t, 'normal', { javaScriptEnabled: false });
  assert.match(await text(page, '.without-script'), /This page needs JavaScript[\s\S]*Diese Seite braucht JavaScript/);
  assert.equal(await page.locator('#headline').isVisible(), false);
});

test('without WebGL everything but the map is there', async (t) => {
  const page = await open(t, 'normal');
  await shows(page, '#no-map', /needs WebGL/);
  await shows(page, '#headline', /On its way to you/);
  await shows(page, '#where-text', /Mira is/);
  assert.equal(await page.locator('#controls').isVisible(), false);
});
