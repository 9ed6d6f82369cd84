// The city's file, turned into what the map draws and what words are made of.
//
// The file holds integers relative to an origin, in flat lists. Everything else of the page speaks of points of
// [longitude, latitude]; this module is the only one that knows the file's format.

import { between, centroid, distance, nearestOnSegment } from './geo.js';

/** @typedef {import('./geo.js').Point} Point */

/** How far land that touches the edge of the city's area is drawn beyond it, in the file's units. */
const BEYOND = 400_000;

/** Classes of streets, the least first: what is drawn later lies above. */
export const CLASSES = ['path', 'service', 'lane', 'residential', 'tertiary', 'secondary', 'primary', 'motorway'];

/** @param {any} city the parsed file */
export function decode(city) {
  const [longitude, latitude] = city.origin;
  const unit = city.unit;
  const [minX, minY, maxX, maxY] = city.bounds;

  /** @param {number} x @param {number} y @returns {Point} */
  const point = (x, y) => [longitude + x * unit, latitude + y * unit];

  /** @param {number[]} flat @returns {Point[]} */
  function line(flat) {
    const points = [];
    for (let i = 0; i + 1 < flat.length; i += 2) points.push(point(flat[i], flat[i + 1]));
    return points;
  }

  /** @param {Point[]} points */
  const closed = (points) => [...points, points[0]];

  // What touches the edge of the city goes on beyond it, so that the map has no visible border.
  const edge = Math.max(maxX - minX, maxY - minY) / 500;
  /** @param {number[]} flat */
  function spread(flat) {
    return flat.map((value, i) => {
      const [low, high] = i % 2 === 0 ? [minX, maxX] : [minY, maxY];
      if (value <= low + edge) return low - BEYOND;
      if (value >= high - edge) return high + BEYOND;
      return value;
    });
  }

  /**
   * @param {Point[][]} rings
   * @param {Record<string, unknown>} [properties]
   */
  const area = (rings, properties = {}) => ({
    type: 'Feature',
    properties,
    geometry: { type: 'Polygon', coordinates: rings.map(closed) },
  });
  /**
   * @param {Point[]} points
   * @param {Record<string, unknown>} [properties]
   */
  const path = (points, properties = {}) => ({
    type: 'Feature',
    properties,
    geometry: { type: 'LineString', coordinates: points },
  });
  /**
   * @param {Point} at
   * @param {Record<string, unknown>} properties
   */
  const spot = (at, properties) => ({ type: 'Feature', properties, geometry: { type: 'Point', coordinates: at } });
  /** @param {unknown[]} features */
  const collection = (features) => ({ type: 'FeatureCollection', features });

  const nodes = line(city.nodes);
  /** @param {any} street @returns {Point[]} */
  const course = (street) => street.nodes.map((/** @type {number} */ node) => nodes[node]);

  const labels = [];
  for (const park of city.parks) {
    if (!park.name) continue;
    const { at, area: size } = centroid(line(park.ring));
    labels.push(spot(at, { kind: 'park', name: park.name, size }));
  }
  for (const water of city.water) {
    if (!water.name || water.kind === 'river' || water.kind === 'canal') continue;
    const { at, area: size } = centroid(line(water.rings[0]));
    labels.push(spot(at, { kind: 'water', name: water.name, size }));
  }
  for (const district of city.districts)
    labels.push(spot(centroid(line(district.ring)).at, { kind: 'district', name: district.name, size: 0 }));

  const lands = city.land.map((/** @type {any} */ each) => line(spread(each.ring)));
  const waters = city.water.flatMap((/** @type {any} */ each) =>
    each.rings.map((/** @type {number[]} */ ring) => line(spread(ring))),
  );
  const coasts = city.land.flatMap((/** @type {any} */ each) => shores(each.ring).map(line));

  const sources = {
    land: collection(city.land.map((/** @type {any} */ each) => area([line(spread(each.ring))]))),
    coast: collection(coasts.map((shore) => path(shore))),
    // A river's ring reaches into the sea and into other waters: only where it meets land is there a bank.
    banks: collection(
      [
        ...coasts.flatMap((shore) => parts(shore, (at) => !waters.some((ring) => inside(ring, at)))),
        ...waters.flatMap((ring, i) =>
          parts(
            closed(ring),
            (at) => lands.some((land) => inside(land, at)) && !waters.some((other, j) => j !== i && inside(other, at)),
          ),
        ),
      ].map((bank) => path(bank)),
    ),
    areas: collection(
      city.areas.map((/** @type {any} */ each) => area([line(spread(each.ring))], { kind: each.kind })),
    ),
    parks: collection(
      city.parks.map((/** @type {any} */ each) => area([line(spread(each.ring))], { kind: each.kind })),
    ),
    water: collection(
      city.water.map((/** @type {any} */ each) =>
        area(
          each.rings.map((/** @type {number[]} */ ring) => line(spread(ring))),
          { kind: each.kind },
        ),
      ),
    ),
    rail: collection(city.rail.map((/** @type {any} */ each) => path(line(each.line)))),
    streets: collection(
      city.streets.map((/** @type {any} */ each) =>
        path(course(each), { class: each.class, bridge: Boolean(each.bridge), rank: CLASSES.indexOf(each.class) }),
      ),
    ),
    names: collection([...named(city.streets), ...rivers(city.water)]),
    labels: collection(labels),
    places: collection(
      city.places.map((/** @type {any} */ each) =>
        spot(point(each.at[0], each.at[1]), { kind: each.kind, name: each.name }),
      ),
    ),
  };

  /** The parts of a ring that do not run along the edge of the city. @param {number[]} ring */
  function shores(ring) {
    const count = ring.length / 2;
    const open = [];
    for (let i = 0; i < count; i += 1) {
      const x = ring[2 * i];
      const y = ring[2 * i + 1];
      open.push(x > minX + edge && x < maxX - edge && y > minY + edge && y < maxY - edge);
    }
    const first = open.indexOf(false);
    /** @type {number[][]} */
    const found = [];
    /** @type {number[]} */
    let current = [];
    for (let step = 0; step <= count; step += 1) {
      const i = (Math.max(first, 0) + step) % count;
      current.push(ring[2 * i], ring[2 * i + 1]);
      if (open[i] || first < 0) continue;
      if (current.length > 4) found.push(current);
      current = [ring[2 * i], ring[2 * i + 1]];
    }
    if (first < 0) found.push(current);
    return found;
  }

  /**
   * One long line for each street, so that its name has room: the file cuts streets into several entries.
   * @param {any[]} streets
   */
  function named(streets) {
    /** @type {Map<string, { rank: number, parts: number[][] }>} */
    const byName = new Map();
    for (const street of streets) {
      if (!street.name) continue;
      const rank = CLASSES.indexOf(street.class);
      const key = `${street.name}\n${rank}`;
      const entry = byName.get(key) ?? { rank, parts: [] };
      entry.parts.push(street.nodes);
      byName.set(key, entry);
    }
    return [...byName].flatMap(([key, { rank, parts }]) =>
      joined(parts).map((chain) =>
        path(
          chain.map((node) => nodes[node]),
          { kind: 'street', name: key.split('\n')[0], rank },
        ),
      ),
    );
  }

  /**
   * Joins lines of nodes that end where another begins or ends.
   * @param {number[][]} parts
   */
  function joined(parts) {
    const rest = parts.map((part) => [...part]);
    const chains = [];
    while (rest.length > 0) {
      let chain = /** @type {number[]} */ (rest.pop());
      for (let i = 0; i < rest.length;) {
        const other = rest[i];
        const first = chain[0];
        const last = chain[chain.length - 1];
        if (other[0] === last) chain = chain.concat(other.slice(1));
        else if (other[other.length - 1] === first) chain = other.concat(chain.slice(1));
        else if (other[other.length - 1] === last) chain = chain.concat(other.reverse().slice(1));
        else if (other[0] === first) chain = other.reverse().concat(chain.slice(1));
        else {
          i += 1;
          continue;
        }
        rest.splice(i, 1);
        i = 0;
      }
      chains.push(chain);
    }
    return chains;
  }

  /**
   * A river's name runs along its middle: of a long thin ring, the line between its two banks.
   * @param {any[]} waters
   */
  function rivers(waters) {
    const found = [];
    for (const water of waters) {
      if (!water.name || (water.kind !== 'river' && water.kind !== 'canal')) continue;
      const middle = middleOf(line(water.rings[0]));
      if (middle.length > 1) found.push(path(middle, { kind: 'river', name: water.name, rank: 9 }));
    }
    return found;
  }

  /** @param {Point[]} ring @returns {Point[]} */
  function middleOf(ring) {
    // The two points that are farthest apart are the ends; between them run the banks, of as many steps each.
    let ends = [0, 0];
    let longest = 0;
    ring.forEach((from, i) => {
      for (let j = i + 1; j < ring.length; j += 1) {
        const long = distance(from, ring[j]);
        if (long > longest) {
          longest = long;
          ends = [i, j];
        }
      }
    });
    const one = ring.slice(ends[0], ends[1] + 1);
    const other = [...ring.slice(ends[1]), ...ring.slice(0, ends[0] + 1)].reverse();
    const steps = 40;
    const a = resample(one, steps);
    const b = resample(other, steps);
    return a.map((at, i) => /** @type {Point} */ ([(at[0] + b[i][0]) / 2, (at[1] + b[i][1]) / 2])).slice(2, -2);
  }

  /** @param {Point[]} points @param {number} steps @returns {Point[]} */
  function resample(points, steps) {
    const along = [0];
    for (let i = 1; i < points.length; i += 1) along.push(along[i - 1] + distance(points[i - 1], points[i]));
    const total = along[along.length - 1];
    /** @type {Point[]} */
    const found = [];
    let i = 0;
    for (let step = 0; step <= steps; step += 1) {
      const want = (total * step) / steps;
      while (i < points.length - 2 && along[i + 1] < want) i += 1;
      const share = along[i + 1] === along[i] ? 0 : (want - along[i]) / (along[i + 1] - along[i]);
      found.push([
        points[i][0] + (points[i + 1][0] - points[i][0]) * share,
        points[i][1] + (points[i + 1][1] - points[i][1]) * share,
      ]);
    }
    return found;
  }

  return {
    /** @type {string} */
    name: city.name,
    sources,
    /** Half of the file and nothing that is seen from afar: turned when the rest stands. */
    buildings: () => collection(city.buildings.map((/** @type {number[]} */ ring) => area([line(ring)]))),
    /** @type {[Point, Point]} */
    bounds: [point(minX, minY), point(maxX, maxY)],
    /** @type {(at: Point) => string | null} */
    streetNear: (at) => streetNear(city.streets, nodes, at),
  };
}

/**
 * Whether a point lies in a ring.
 * @param {Point[]} ring
 * @param {Point} at
 */
function inside(ring, [x, y]) {
  let within = false;
  let before = ring[ring.length - 1];
  for (const next of ring) {
    if (next[1] > y !== before[1] > y && x < ((before[0] - next[0]) * (y - next[1])) / (before[1] - next[1]) + next[0])
      within = !within;
    before = next;
  }
  return within;
}

/** How finely a line is looked at where it is cut into parts, in degrees. */
const STEP = 0.0004;

/**
 * The parts of a line whose points satisfy a condition.
 * @param {Point[]} points
 * @param {(at: Point) => boolean} wanted
 */
function parts(points, wanted) {
  /** @type {Point[][]} */
  const found = [];
  /** @type {Point[]} */
  let current = [];
  for (let i = 0; i + 1 < points.length; i += 1) {
    const pieces = Math.min(
      200,
      Math.max(1, Math.ceil(Math.hypot(points[i + 1][0] - points[i][0], points[i + 1][1] - points[i][1]) / STEP)),
    );
    for (let piece = 0; piece < pieces; piece += 1) {
      const from = between(points[i], points[i + 1], piece / pieces);
      const to = between(points[i], points[i + 1], (piece + 1) / pieces);
      if (wanted(between(from, to, 0.5))) {
        if (current.length === 0) current.push(from);
        current.push(to);
      } else if (current.length > 0) {
        found.push(current);
        current = [];
      }
    }
  }
  if (current.length > 0) found.push(current);
  return found;
}

/**
 * The name of the street that a point lies on, or null where none is within 60 metres.
 * @param {any[]} streets
 * @param {Point[]} nodes
 * @param {Point} at
 */
function streetNear(streets, nodes, at) {
  const reach = 0.002;
  let best = 60;
  let name = null;
  for (const street of streets) {
    if (!street.name || street.class === 'path') continue;
    for (let i = 0; i + 1 < street.nodes.length; i += 1) {
      const from = nodes[street.nodes[i]];
      const to = nodes[street.nodes[i + 1]];
      if (Math.min(Math.abs(from[1] - at[1]), Math.abs(to[1] - at[1])) > reach) continue;
      if (Math.min(Math.abs(from[0] - at[0]), Math.abs(to[0] - at[0])) > 2 * reach) continue;
      const { metres } = nearestOnSegment(at, from, to);
      if (metres < best) {
        best = metres;
        name = street.name;
      }
    }
  }
  return name;
}
