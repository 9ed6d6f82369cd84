// Where the van is drawn between the positions that arrive.
//
// It owns the line the van is known to have driven, and how far along it the van is drawn. What must hold: it only
// goes forward on that line, it never goes beyond what is known, and the line is bounded. Positions arrive every second
// or so, late and by twos; the van is therefore drawn a little behind, at the speed that brings it to the last known
// position about when the next is due.

import { between, bearing, distance, nearestOnLine, turn } from './geo.js';

/** @typedef {import('./geo.js').Point} Point */

/** The trail that is kept, in metres. */
const TRAIL = 2_500;
/** A position that is this near to the path ahead was driven along it. */
const ON_PATH = 35;
/** A position that is farther than this from what is known and from the path: nobody knows how the van came there. */
const ELSEWHERE = 400;
/** A new position that is nearer than this is the same place: receivers tremble. */
const TREMBLE = 3;
/** How long a turn takes to be half done, in milliseconds. */
const TURNING = 110;
/** A gap that is longer than this, in milliseconds, is caught up with quickly rather than lived through. */
const LONGEST_STEP = 12_000;
const CATCHING_UP = 2_500;

export class Motion {
  /** @param {boolean} still whether to go from position to position without anything in between */
  constructor(still) {
    this.still = still;
    /** @type {Point[]} the line that was driven, oldest first */
    this.line = [];
    /** @type {number[]} metres from the beginning of the day to each point of the line */
    this.along = [];
    /** Metres at which the van is drawn, and its speed there in metres per millisecond. */
    this.at = 0;
    this.pace = 0;
    this.heading = 0;
    /** @type {Point[]} the path that was ahead at the last position */
    this.path = [];
    this.recordedAt = -Infinity;
    this.arrivedAt = 0;
    this.interval = 2_000;
    this.segment = 0;
  }

  get known() {
    return this.line.length > 0;
  }

  /**
   * Takes a position and the path that was ahead there.
   * @param {{ at: Point, heading: number | null, recordedAt: number }} position
   * @param {Point[] | null} path
   * @param {number} now milliseconds of a clock that only goes forward
   * @returns {boolean} whether the position was a new one
   */
  take(position, path, now) {
    if (position.recordedAt <= this.recordedAt) return false;
    const before = this.recordedAt;
    this.recordedAt = position.recordedAt;
    const way = this.known ? this.way(position.at) : null;
    if (way === null) {
      this.segment = 0;
      this.pace = 0;
      this.line = [position.at];
      this.along = [0];
      this.at = 0;
      this.heading = position.heading ?? (path && path.length > 1 ? bearing(path[0], path[1]) : 0);
    } else {
      for (const point of way) this.append(point);
      const step = Math.max(200, Math.min(now - this.arrivedAt, position.recordedAt - before));
      if (step < LONGEST_STEP) this.interval += (step - this.interval) * 0.4;
      // After a gap the van is far behind: a few seconds bring it home.
      this.pace = (this.end - this.at) / (step < LONGEST_STEP ? this.interval * 1.15 : CATCHING_UP);
      if (this.still) this.at = this.end;
    }
    this.arrivedAt = now;
    this.path = path ?? [];
    return true;
  }

  /** The metres at which what is known ends. */
  get end() {
    return this.along[this.along.length - 1];
  }

  /**
   * The way from the end of the line to a new position: along the path that was ahead, where the position lies on it.
   * Null where there is none to speak of, and the line begins anew.
   * @param {Point} to
   * @returns {Point[] | null}
   */
  way(to) {
    const last = this.line[this.line.length - 1];
    if (distance(last, to) < TREMBLE) return [];
    const near = nearestOnLine(this.path, to);
    if (near && near.metres <= ON_PATH) {
      const start = nearestOnLine(this.path, last);
      const from = start ? start.segment + start.share : 0;
      const reached = near.segment + near.share;
      // Behind what is known already: a trembling receiver, not a van that reverses.
      if (reached <= from) return distance(last, to) > ELSEWHERE ? null : [];
      const points = this.path.slice(Math.floor(from) + 1, near.segment + 1);
      points.push(between(this.path[near.segment], this.path[near.segment + 1], near.share));
      return points;
    }
    return distance(last, to) > ELSEWHERE ? null : [to];
  }

  /** @param {Point} point */
  append(point) {
    const step = distance(this.line[this.line.length - 1], point);
    if (step < 0.5) return;
    this.line.push(point);
    this.along.push(this.end + step);
    let drop = 0;
    while (drop < this.line.length - 2 && this.along[drop + 1] < this.at - TRAIL) drop += 1;
    if (drop > 0) {
      this.line.splice(0, drop);
      this.along.splice(0, drop);
      this.segment = Math.max(0, this.segment - drop);
    }
  }

  /**
   * Moves the van on.
   * @param {number} elapsed milliseconds since the last step
   * @returns {boolean} whether anything changed
   */
  step(elapsed) {
    if (!this.known) return false;
    const before = this.at;
    this.at = Math.min(this.end, this.at + this.pace * elapsed);
    const wanted = this.direction();
    const left = wanted === null ? 0 : turn(this.heading, wanted);
    if (this.at === before && Math.abs(left) < 0.5) return false;
    const share = this.still ? 1 : 1 - 2 ** (-elapsed / TURNING);
    this.heading = (this.heading + left * share + 360) % 360;
    return true;
  }

  /** Whether the van has yet to go to what is known. */
  get moving() {
    return this.at < this.end;
  }

  /**
   * @param {number} metres
   * @returns {Point}
   */
  pointAt(metres) {
    let i = Math.min(this.segment, this.line.length - 1);
    while (i > 0 && this.along[i] > metres) i -= 1;
    while (i < this.line.length - 2 && this.along[i + 1] <= metres) i += 1;
    const to = this.line[i + 1];
    if (!to) return this.line[i];
    return between(
      this.line[i],
      to,
      Math.max(0, Math.min(1, (metres - this.along[i]) / (this.along[i + 1] - this.along[i]))),
    );
  }

  /** @returns {Point} */
  get place() {
    const place = this.pointAt(this.at);
    while (this.segment < this.line.length - 2 && this.along[this.segment + 1] <= this.at) this.segment += 1;
    return place;
  }

  /** The direction of the line around the van, over about its length so that corners are driven round. */
  direction() {
    if (this.line.length < 2) return null;
    const from = this.pointAt(Math.max(this.along[0], this.at - 5));
    const to = this.pointAt(Math.min(this.end, this.at + 5));
    return distance(from, to) < 1 ? null : bearing(from, to);
  }

  /** The line from the oldest point that is kept to the van. */
  trail() {
    if (!this.known) return [];
    const place = this.place;
    const points = this.line.filter((_, i) => this.along[i] < this.at);
    points.push(place);
    return points;
  }

  /** The line from the van over what is known to the destination. */
  ahead() {
    if (!this.known || this.path.length < 2) return [];
    const place = this.place;
    const points = [place, ...this.line.filter((_, i) => this.along[i] > this.at)];
    const last = points[points.length - 1];
    const near = nearestOnLine(this.path, last);
    const rest = near && near.metres <= ON_PATH ? this.path.slice(near.segment + 1) : this.path;
    return [...points, ...rest];
  }
}
