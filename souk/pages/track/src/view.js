// The map: the city, the van, its trail and path, the destination, and the camera.
//
// It is told what is so and draws it; it asks nobody. The library comes as a parameter, because it is loaded after the
// words are on the screen and perhaps not at all.

import { decode } from './city.js';
import { between, distance } from './geo.js';
import { icons } from './icons.js';
import { targetElement, vanElement } from './markers.js';
import { STREET_NAMES, layers, nameOffset, palette } from './style.js';

/** @typedef {import('./geo.js').Point} Point */
/** @typedef {import('./motion.js').Motion} Motion */

/** As near as the camera goes by itself. */
const NEAR = 16.4;
/** How much nearer the camera could be before it moves by itself. */
const SLACK = 0.45;
/** How often lines are drawn anew while the van moves, in milliseconds; the van itself hides what they lag behind. */
const REDRAW = 400;
const NOTHING = { type: 'FeatureCollection', features: [] };

/** Whether this browser can draw the map at all. */
export function canDraw() {
  try {
    const context = document.createElement('canvas').getContext('webgl2');
    context?.getExtension('WEBGL_lose_context')?.loseContext();
    return Boolean(context);
  } catch {
    return false;
  }
}

/**
 * @param {object} options
 * @param {any} options.library MapLibre GL JS
 * @param {string} options.worker where its worker is
 * @param {any} options.city the parsed city
 * @param {HTMLElement} options.canvas
 * @param {HTMLElement} options.sheet what covers a part of the map
 * @param {{ label: string, you: string }} options.words
 * @param {boolean} options.still whether motion is to be reduced
 * @param {(following: boolean) => void} options.onFollow
 * @param {() => void} options.onReady
 */
export function view({ library, worker, city: file, canvas, sheet, words, still, onFollow, onReady }) {
  const city = decode(file);
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  const colours = palette(scheme.matches);
  library.setWorkerUrl(new URL(worker, location.href).href);

  const [west, south] = city.bounds[0];
  const [east, north] = city.bounds[1];
  const map = new library.Map({
    container: canvas,
    style: {
      version: 8,
      sources: {
        ...Object.fromEntries(
          Object.entries(city.sources).map(([name, data]) => [
            name,
            { type: 'geojson', data, maxzoom: 15, tolerance: 0.3 },
          ]),
        ),
        buildings: { type: 'geojson', data: NOTHING, maxzoom: 15, tolerance: 0.3 },
        trail: { type: 'geojson', data: NOTHING, maxzoom: 16, tolerance: 0.2 },
        ahead: { type: 'geojson', data: NOTHING, maxzoom: 16, tolerance: 0.2 },
      },
      layers: layers(colours),
    },
    bounds: city.bounds,
    fitBoundsOptions: { padding: free(0) },
    maxBounds: [west - 0.12, south - 0.07, east + 0.12, north + 0.07],
    minZoom: 10.5,
    maxZoom: 18.5,
    attributionControl: false,
    maplibreLogo: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    maxPitch: 0,
    renderWorldCopies: false,
    fadeDuration: still ? 0 : 250,
    locale: { 'Map.Title': words.label },
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  icons(map, colours, palette, scheme);

  const van = new library.Marker({ element: vanElement(), rotationAlignment: 'map', subpixelPositioning: true });
  const target = new library.Marker({ element: targetElement(words.you), anchor: 'bottom', subpixelPositioning: true });
  let vanShown = false;
  /** @type {Point | null} */
  let destination = null;
  /** @type {Motion | null} */
  let motion = null;
  let following = true;
  let framed = false;
  let drawn = -Infinity;
  let easing = false;
  let ready = false;

  map.once('load', () => {
    ready = true;
    drawn = -Infinity;
    canvas.classList.add('ready');
    makeRoom();
    onReady();
    map.getSource('buildings').setData(city.buildings());
  });
  map.on('movestart', (/** @type {any} */ event) => {
    if (event.originalEvent) setFollowing(false);
  });
  map.on('moveend', () => {
    easing = false;
  });
  addEventListener('resize', () => frame(false));
  scheme.addEventListener('change', () => {
    for (const layer of layers(palette(scheme.matches))) {
      for (const [property, value] of Object.entries(layer.paint ?? {}))
        map.setPaintProperty(layer.id, property, value);
    }
  });

  /** @param {boolean} wanted */
  function setFollowing(wanted) {
    if (following === wanted) return;
    following = wanted;
    onFollow(following);
  }

  /**
   * The part of the map that the sheet leaves free, as paddings in pixels.
   * @param {number} [air] what is kept free around, else what suits the window
   */
  function free(air) {
    const whole = canvas.getBoundingClientRect();
    const beside = matchMedia('(width >= 900px)').matches;
    const covered = sheet.getBoundingClientRect();
    const tight = Math.min(whole.width, whole.height) < 500;
    const around = air ?? (tight ? 44 : 90);
    if (beside && air === 0) return { top: 0, bottom: 0, right: 0, left: covered.right };
    if (air === 0) return { top: 0, bottom: Math.max(0, whole.height - sheet.offsetTop), left: 0, right: 0 };
    if (beside) return { top: around, bottom: around, right: around, left: covered.right + around };
    // The sheet may be scrolled up over the map: what counts is where it lies at rest.
    const below = Math.max(0, whole.height - sheet.offsetTop);
    return { top: around + 20, bottom: below + around + 16, left: around, right: around + 30 };
  }

  /** Lays the names of the streets that the path takes beside it. Once for each van: a name does not jump. */
  function makeRoom() {
    if (!map.isStyleLoaded() || !motion) return;
    const names = new Set();
    const line = [...motion.trail(), ...motion.path];
    line.forEach((from, i) => {
      const to = line[i + 1];
      if (to && distance(from, to) > 12) names.add(city.streetNear(between(from, to, 0.5)));
    });
    names.delete(null);
    for (const layer of STREET_NAMES) map.setLayoutProperty(layer, 'text-offset', nameOffset([...names]));
  }

  /** What the camera is to show. */
  function subject() {
    const bounds = new library.LngLatBounds();
    if (destination) bounds.extend(destination);
    if (motion?.known && vanShown) for (const point of motion.ahead()) bounds.extend(point);
    if (motion?.known && vanShown) bounds.extend(motion.place);
    return bounds;
  }

  /**
   * Moves the camera to where the van and the destination are seen.
   * @param {boolean} gently whether only if it is worth it
   */
  function frame(gently) {
    if (!following || (gently && easing)) return;
    const bounds = subject();
    if (bounds.isEmpty()) return;
    const padding = free();
    const whole = canvas.getBoundingClientRect();
    // A window too small for paddings: the middle will do.
    const fits = padding.left + padding.right < whole.width - 40 && padding.top + padding.bottom < whole.height - 40;
    const camera = map.cameraForBounds(bounds, { padding: fits ? padding : 0, maxZoom: vanShown ? NEAR : 15.2 });
    if (!camera) return;
    if (gently && motion?.known) {
      const at = map.project(motion.place);
      const inside =
        at.x > padding.left - 20 &&
        at.x < whole.width - padding.right + 20 &&
        at.y > padding.top - 20 &&
        at.y < whole.height - padding.bottom + 20;
      if (inside && camera.zoom < map.getZoom() + SLACK) return;
    }
    easing = true;
    map.easeTo({ center: camera.center, zoom: camera.zoom, duration: framed && !still ? 1800 : 0 });
    framed = true;
  }

  return {
    streetNear: city.streetNear,

    /** @param {Point | null} at */
    setDestination(at) {
      const changed = String(at) !== String(destination);
      destination = at;
      if (at) target.setLngLat(at).addTo(map);
      else target.remove();
      if (changed) frame(false);
    },

    /** @param {boolean} done whether the delivery arrived */
    setDone(done) {
      target.getElement().classList.toggle('done', done);
    },

    /**
     * Shows the van that moves so, or none.
     * @param {Motion | null} moving
     */
    setVan(moving) {
      const appeared = Boolean(moving?.known) !== vanShown;
      motion = moving;
      vanShown = Boolean(moving?.known);
      if (moving?.known) {
        van.setLngLat(moving.place).setRotation(moving.heading);
        if (appeared) van.addTo(map);
      } else {
        van.remove();
      }
      if (appeared) {
        makeRoom();
        drawn = -Infinity;
      }
      this.move(performance.now());
      frame(!appeared);
    },

    /**
     * @param {number} now
     * @param {boolean} [last] whether the van comes to rest here, so that its lines are to end where it is
     */
    move(now, last = false) {
      if (motion?.known && vanShown) van.setLngLat(motion.place).setRotation(motion.heading);
      // Until the city stands, lines that change would only keep it waiting.
      if (drawn > -Infinity && (!ready || (now - drawn < REDRAW && !last))) return;
      drawn = now;
      const trail = map.getSource('trail');
      const ahead = map.getSource('ahead');
      if (!trail || !ahead) {
        drawn = -Infinity;
        return;
      }
      trail.setData(vanShown && motion ? lineOf(motion.trail()) : NOTHING);
      ahead.setData(vanShown && motion ? lineOf(motion.ahead()) : NOTHING);
    },

    /** @param {boolean} stale */
    setStale(stale) {
      van.getElement().classList.toggle('stale', stale);
    },

    follow() {
      setFollowing(true);
      frame(false);
    },

    /** @param {1 | -1} by */
    zoom(by) {
      setFollowing(false);
      map.easeTo({ zoom: Math.round((map.getZoom() + by) * 2) / 2, duration: still ? 0 : 280 });
    },
  };
}

/** @param {Point[]} points */
function lineOf(points) {
  if (points.length < 2) return NOTHING;
  return { type: 'Feature', properties: {}, geometry: { type: 'LineString', coordinates: points } };
}
