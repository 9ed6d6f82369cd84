// Distances, directions and walking along lines, on points of [longitude, latitude].
//
// A city is small: the earth is taken as flat around the point in question.

/** @typedef {[number, number]} Point */

const METRES_PER_DEGREE = 111_195;
const RADIANS = Math.PI / 180;

/**
 * East and north of `to` as seen from `from`, in metres.
 * @param {Point} from
 * @param {Point} to
 * @returns {[number, number]}
 */
export function offset(from, to) {
  const scale = Math.cos(((from[1] + to[1]) / 2) * RADIANS);
  return [(to[0] - from[0]) * METRES_PER_DEGREE * scale, (to[1] - from[1]) * METRES_PER_DEGREE];
}

/**
 * @param {Point} from
 * @param {Point} to
 */
export function distance(from, to) {
  const [east, north] = offset(from, to);
  return Math.hypot(east, north);
}

/**
 * Degrees clockwise from north.
 * @param {Point} from
 * @param {Point} to
 */
export function bearing(from, to) {
  const [east, north] = offset(from, to);
  return (Math.atan2(east, north) / RADIANS + 360) % 360;
}

/**
 * @param {Point} from
 * @param {Point} to
 * @param {number} share
 * @returns {Point}
 */
export function between(from, to, share) {
  return [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share];
}

/**
 * The point of the segment that is nearest to `at`.
 * @param {Point} at
 * @param {Point} from
 * @param {Point} to
 * @returns {{ share: number, metres: number }}
 */
export function nearestOnSegment(at, from, to) {
  const [ex, ny] = offset(from, to);
  const [px, py] = offset(from, at);
  const length = ex * ex + ny * ny;
  const share = length === 0 ? 0 : Math.max(0, Math.min(1, (px * ex + py * ny) / length));
  return { share, metres: Math.hypot(px - ex * share, py - ny * share) };
}

/**
 * Where a line comes nearest to a point. Of places that are about as near (a street that is driven up and down) the
 * first counts, because a van does not skip a part of its path.
 * @param {Point[]} line
 * @param {Point} at
 * @returns {{ segment: number, share: number, metres: number } | null}
 */
export function nearestOnLine(line, at) {
  /** @type {{ segment: number, share: number, metres: number } | null} */
  let best = null;
  line.forEach((from, segment) => {
    const to = line[segment + 1];
    if (!to) return;
    const near = nearestOnSegment(at, from, to);
    if (!best || near.metres < best.metres - 8) best = { segment, ...near };
    // Still coming nearer on the stretch that leads on from the best one.
    else if (near.metres < best.metres && segment - best.segment <= 1) best = { segment, ...near };
  });
  return best;
}

/**
 * The centre of gravity of a ring, or its first point where it has no area.
 * @param {Point[]} ring
 * @returns {{ at: Point, area: number }}
 */
export function centroid(ring) {
  let area = 0;
  let x = 0;
  let y = 0;
  const origin = ring[0];
  ring.forEach((from, i) => {
    const to = ring[(i + 1) % ring.length];
    const cross = (from[0] - origin[0]) * (to[1] - origin[1]) - (to[0] - origin[0]) * (from[1] - origin[1]);
    area += cross;
    x += (from[0] + to[0] - 2 * origin[0]) * cross;
    y += (from[1] + to[1] - 2 * origin[1]) * cross;
  });
  if (area === 0) return { at: origin, area: 0 };
  return { at: [origin[0] + x / (3 * area), origin[1] + y / (3 * area)], area: Math.abs(area / 2) };
}

/**
 * The shorter way from one heading to another, in degrees from -180 to 180.
 * @param {number} from
 * @param {number} to
 */
export function turn(from, to) {
  return ((((to - from) % 360) + 540) % 360) - 180;
}
