// The van between its positions: forward, on the path, never beyond what is known, and in bounded memory.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { distance, offset } from '../src/geo.js';
import { Motion } from '../src/motion.js';

const ORIGIN = [8.3, 53.95];
/** A point so many metres east and north of the origin. */
const at = (east, north) => [
  ORIGIN[0] + east / (111_195 * Math.cos((ORIGIN[1] * Math.PI) / 180)),
  ORIGIN[1] + north / 111_195,
];
const metres = (point) => offset(ORIGIN, point).map((value) => Math.round(value));

/** Plays positions, one a second, at 60 frames a second, and gives every place the van was drawn at. */
function play(motion, positions) {
  const places = [];
  positions.forEach(({ at: place, path = null, second, recorded = second }) => {
    motion.take({ at: place, heading: null, recordedAt: recorded * 1_000 }, path, second * 1_000);
    for (let frame = 0; frame < 60; frame += 1) {
      motion.step(1_000 / 60);
      places.push(motion.place);
    }
  });
  return places;
}

test('it goes along the path that was ahead, round its corner', () => {
  const motion = new Motion(false);
  const corner = at(100, 0);
  const path = [at(0, 0), corner, at(100, 100)];
  const places = play(motion, [
    { at: at(0, 0), path, second: 0 },
    { at: at(90, 0), path: [at(90, 0), corner, at(100, 100)], second: 1 },
    { at: at(100, 80), path: [at(100, 80), at(100, 100)], second: 2 },
    { at: at(100, 82), path: [at(100, 82), at(100, 100)], second: 3 },
  ]);
  for (const place of places) {
    const [east, north] = metres(place);
    assert.ok(Math.abs(north) <= 1 || Math.abs(east - 100) <= 1, `${east}, ${north} is not on the path`);
  }
  assert.ok(motion.heading < 5 || motion.heading > 355, 'it faces north at last');
});

test('it never goes back, not for a trembling receiver, nor for what comes twice or too late', () => {
  const motion = new Motion(false);
  const end = at(500, 0);
  const path = (east) => [at(east, 0), end];
  const places = play(motion, [
    { at: at(0, 0), path: path(0), second: 0 },
    { at: at(50, 2), path: path(50), second: 1 },
    { at: at(47, -3), path: path(47), second: 2 },
    { at: at(20, 0), path: path(20), second: 3, recorded: 1 },
    { at: at(47, -3), path: path(47), second: 4, recorded: 2 },
    { at: at(110, 0), path: path(110), second: 5 },
    { at: at(111, 0), path: path(111), second: 6 },
  ]);
  places.reduce((before, place) => {
    assert.ok(metres(place)[0] >= metres(before)[0]);
    return place;
  });
  motion.step(10_000);
  // The last metre is less than a receiver trembles.
  assert.deepEqual(metres(motion.place), [110, 0]);
});

test('it never goes beyond the last position, and stands there', () => {
  const motion = new Motion(false);
  play(motion, [
    { at: at(0, 0), second: 0 },
    { at: at(30, 0), second: 1 },
  ]);
  motion.step(60_000);
  assert.deepEqual(metres(motion.place), [30, 0]);
  assert.equal(motion.moving, false);
});

test('a gap is closed in a few seconds, along the path', () => {
  const motion = new Motion(false);
  const path = [at(0, 0), at(1_000, 0), at(1_000, 1_000)];
  motion.take({ at: at(0, 0), heading: null, recordedAt: 0 }, path, 0);
  motion.take({ at: at(1_000, 700), heading: null, recordedAt: 300_000 }, [at(1_000, 700), at(1_000, 1_000)], 300_000);
  motion.step(1_250);
  const [east, north] = metres(motion.place);
  assert.ok(Math.abs(east - 850) < 5 && Math.abs(north) < 2, `${east}, ${north}`);
  motion.step(2_000);
  assert.deepEqual(metres(motion.place), [1_000, 700]);
});

test('a van that turns up elsewhere begins anew there, without a line across the city', () => {
  const motion = new Motion(false);
  play(motion, [
    { at: at(0, 0), second: 0 },
    { at: at(30, 0), second: 1 },
    { at: at(3_000, 2_000), second: 2 },
  ]);
  assert.deepEqual(motion.place, at(3_000, 2_000));
  assert.equal(motion.line.length, 1);
});

test('without motion it is where it was last', () => {
  const motion = new Motion(true);
  play(motion, [{ at: at(0, 0), second: 0 }]);
  motion.take({ at: at(30, 0), heading: null, recordedAt: 9_000 }, null, 9_000);
  assert.deepEqual(metres(motion.place), [30, 0]);
});

test('a day of driving leaves a line of a few kilometres', () => {
  const motion = new Motion(false);
  for (let second = 0; second < 86_400; second += 1) {
    const angle = second / 40;
    motion.take(
      { at: at(400 * Math.cos(angle), 400 * Math.sin(angle)), heading: null, recordedAt: second * 1_000 },
      null,
      second * 1_000,
    );
    motion.step(1_000);
  }
  assert.ok(motion.line.length < 400, `${motion.line.length} points`);
  const trail = motion.trail();
  const length = trail.reduce((sum, point, i) => sum + (i ? distance(trail[i - 1], point) : 0), 0);
  assert.ok(length > 2_000 && length < 3_000, `${length} m`);
});
