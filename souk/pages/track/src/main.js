// The page on which a buyer follows a delivery: brings connection, words, motion and map together.

import { follow } from './connection.js';
import { bearing, distance } from './geo.js';
import { Motion } from './motion.js';
import { OVER, panel } from './panel.js';
import { texts } from './texts.js';
import { canDraw, view } from './view.js';

/** @typedef {import('./geo.js').Point} Point */

/** A van that was not heard of for so long is shown as stale, in milliseconds. */
const STALE = 60_000;
/** How often the words about the van are written anew, in milliseconds. */
const WORDS = 2_000;
/** Nearer than this the van is at the door, in metres. */
const AT_THE_DOOR = 40;

const { endpoint = '/graphql', token = '', city = '', mapLibrary = '', mapWorker = '' } = document.body.dataset;
const { language, locale, t } = texts(navigator.languages?.length ? navigator.languages : [navigator.language]);
document.documentElement.lang = language;
document.documentElement.classList.add('js');

const words = panel(t, locale);
const reduced = matchMedia('(prefers-reduced-motion: reduce)');
const sheet = /** @type {HTMLElement} */ (document.getElementById('sheet'));
const handle = /** @type {HTMLElement} */ (document.getElementById('handle'));
const followButton = /** @type {HTMLElement} */ (document.getElementById('follow'));

/** @type {any} */
let tracking = null;
/** @type {Motion | null} */
let motion = null;
/** @type {ReturnType<typeof view> | null} */
let map = null;
/** Where the parcel goes, as far as it was told: once it is delivered, nobody tells any more. @type {Point | null} */
let home = null;
/** When the van was seen last, on the reader's clock. */
let seenAt = 0;
/** How much the reader's clock is ahead of the courier's, as far as positions that came fresh tell. */
let skew = Infinity;
let wordsAt = -Infinity;
let running = false;
let lastFrame = 0;
let linkIsLost = false;

/** @param {any} place @returns {Point | null} */
function pointOf(place) {
  return place && Number.isFinite(place.latitude) && Number.isFinite(place.longitude)
    ? [place.longitude, place.latitude]
    : null;
}

/** @param {any} state */
function take(state) {
  tracking = state;
  words.setState(state);
  home = pointOf(state.destination) ?? home;
  const position = state.courier?.position;
  const at = pointOf(position);
  if (at && !OVER.includes(state.status)) {
    const now = performance.now();
    const recordedAt = Date.parse(position.recordedAt) || Date.now();
    const first = motion === null;
    motion ??= new Motion(reduced.matches);
    motion.still = reduced.matches;
    const path = Array.isArray(state.pathAhead) ? state.pathAhead.map(pointOf).filter(Boolean) : null;
    if (motion.take({ at, heading: position.heading ?? null, recordedAt }, path, now)) {
      // The first position may be old, those after it are not all: the least age is what the clocks differ by.
      const age = Date.now() - recordedAt;
      if (!first || age < 0) skew = Math.min(skew, age);
      seenAt = recordedAt + (Number.isFinite(skew) ? skew : 0);
    }
  } else {
    motion = null;
  }
  drawMap();
  wordsAt = -Infinity;
  tellWhere();
  run();
}

/** Takes the delivery off the map: the link leads to it no longer. */
function forget() {
  tracking = motion = home = null;
  words.setWhere('', '');
  drawMap();
}

function drawMap() {
  if (!map) return;
  map.setDestination(home);
  map.setDone(tracking?.status === 'DELIVERED');
  map.setVan(motion);
  words.setFollow(motion !== null);
}

const isStale = () => motion !== null && Date.now() - seenAt > STALE;

/** Writes where the van is in words. */
function tellWhere() {
  const now = performance.now();
  if (now - wordsAt < WORDS) return;
  wordsAt = now;
  const stale = isStale();
  map?.setStale(stale || linkIsLost);
  document.body.classList.toggle('aged', stale || linkIsLost);
  if (!motion?.known)
    return words.setWhere('', '', home ? (tracking.status === 'DELIVERED' ? t.onlyArrival : t.onlyDestination) : '');
  const who = tracking.courier?.name || t.courier;
  const place = motion.place;
  const street = map?.streetNear(place) ?? null;
  const seen = stale ? t.lastSeen(words.format.ago(Date.now() - seenAt)) : '';
  if (!home) return words.setWhere(street ? t.onlyNear(who, street) : '', seen);
  const metres = distance(place, home);
  if (metres < AT_THE_DOOR) return words.setWhere(`${t.here(who)}.`, seen);
  const sentence = t.whereabouts(who, words.format.distance(metres), words.format.compass(bearing(home, place)));
  words.setWhere(`${sentence}${street ? `, ${t.near(street)}` : ''}.`, seen);
}

/** Moves the van for as long as it has somewhere to go. */
function run() {
  if (running || !motion) return;
  running = true;
  lastFrame = performance.now();
  requestAnimationFrame(step);
}

/** @param {number} now */
function step(now) {
  // A tab that was hidden takes up where the van would be.
  const changed = motion?.step(Math.max(0, now - lastFrame)) ?? false;
  lastFrame = now;
  if (changed) map?.move(now);
  if (motion && (changed || motion.moving)) {
    requestAnimationFrame(step);
  } else {
    running = false;
    map?.move(now, true);
  }
}

setInterval(() => {
  words.tick();
  tellWhere();
}, 1_000);

async function loadMap() {
  if (!canDraw()) return words.setNoMap(t.noWebGL);
  try {
    const [library, file] = await Promise.all([
      import(new URL(mapLibrary, location.href).href),
      fetch(city, { credentials: 'omit' }).then((answer) =>
        answer.ok ? answer.json() : Promise.reject(new Error(`the city: ${answer.status}`)),
      ),
    ]);
    map = view({
      library,
      worker: mapWorker,
      city: file,
      canvas: /** @type {HTMLElement} */ (document.getElementById('canvas')),
      sheet,
      words: { label: `${t.map}. ${t.mapHint}`, you: t.you },
      still: reduced.matches,
      onFollow: (following) => (followButton.hidden = following),
      onReady: () => {
        wordsAt = -Infinity;
        drawMap();
        tellWhere();
      },
    });
    /** @type {HTMLElement} */ (document.getElementById('controls')).hidden = false;
    drawMap();
  } catch (error) {
    console.warn('The map cannot be shown:', error);
    words.setNoMap(t.noMap);
  }
}

const beside = matchMedia('(width >= 900px)');
const reach = () => (sheet.tabIndex = beside.matches ? 0 : -1);
beside.addEventListener('change', reach);
reach();

// The sheet scrolls over the map; its handle does the same for those who do not scroll.
const opened = () => window.scrollY > 40;
function showHandle() {
  handle.setAttribute('aria-expanded', String(opened()));
}
/** @param {boolean} open */
function openSheet(open) {
  scrollTo({
    top: open ? Math.min(sheet.offsetTop - 72, document.documentElement.scrollHeight) : 0,
    behavior: reduced.matches ? 'auto' : 'smooth',
  });
}
handle.addEventListener('click', () => openSheet(!opened()));
addEventListener('scroll', showHandle, { passive: true });
addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  if (opened()) openSheet(false);
  else map?.follow();
});
followButton.addEventListener('click', () => {
  map?.follow();
  document.getElementById('map')?.focus({ preventScroll: true });
});
document.getElementById('zoom-in')?.addEventListener('click', () => map?.zoom(1));
document.getElementById('zoom-out')?.addEventListener('click', () => map?.zoom(-1));

if (token === '') {
  words.setLink('notFound');
} else {
  follow({
    endpoint,
    token,
    onState: take,
    onLink(link) {
      linkIsLost = link === 'lost';
      words.setLink(link);
      if (link === 'notFound') forget();
      wordsAt = -Infinity;
      if (tracking) tellWhere();
    },
    isOver: () => tracking !== null && OVER.includes(tracking.status),
  });
}
void loadMap();
