// A made-up delivery in the city: a van that drives from a depot through the streets to a door.
import { readFileSync } from 'node:fs';

const CAR = { motorway: 25, primary: 14, secondary: 13, tertiary: 11, residential: 8, lane: 5, service: 5 };

/** Reads a city's file and offers ways through it. */
export function readCity(path) {
  const city = JSON.parse(readFileSync(path, 'utf8'));
  const [longitude, latitude] = city.origin;
  const narrow = Math.cos((latitude * Math.PI) / 180);
  const count = city.nodes.length / 2;
  const at = (node) => ({
    longitude: longitude + city.nodes[2 * node] * city.unit,
    latitude: latitude + city.nodes[2 * node + 1] * city.unit,
  });
  const metres = (a, b) => Math.hypot((b.longitude - a.longitude) * narrow, b.latitude - a.latitude) * 111_195;
  const edges = Array.from({ length: count }, () => []);
  for (const street of city.streets) {
    const speed = CAR[street.class];
    if (!speed) continue;
    for (let i = 0; i + 1 < street.nodes.length; i += 1) {
      const [a, b] = [street.nodes[i], street.nodes[i + 1]];
      const length = metres(at(a), at(b));
      edges[a].push({ to: b, length, cost: length / speed });
      if (!street.oneway) edges[b].push({ to: a, length, cost: length / speed });
    }
  }

  /** The quickest way between two nodes, as points. */
  function way(from, to) {
    const cost = new Float64Array(count).fill(Infinity);
    const before = new Int32Array(count).fill(-1);
    const heap = [[0, from]];
    cost[from] = 0;
    while (heap.length > 0) {
      const [so, node] = pop(heap);
      if (node === to) break;
      if (so > cost[node]) continue;
      for (const edge of edges[node]) {
        const next = so + edge.cost;
        if (next >= cost[edge.to]) continue;
        cost[edge.to] = next;
        before[edge.to] = node;
        push(heap, [next, edge.to]);
      }
    }
    const nodes = [];
    for (let node = to; node >= 0; node = before[node]) nodes.unshift(node);
    return nodes.map(at);
  }

  /** The node of a car street that is nearest to a share of the city's area. */
  function nodeAt(x, y) {
    const [minX, minY, maxX, maxY] = city.bounds;
    const want = [minX + (maxX - minX) * x, minY + (maxY - minY) * y];
    let best = 0;
    let least = Infinity;
    for (let node = 0; node < count; node += 1) {
      if (edges[node].length === 0) continue;
      const far = Math.hypot((city.nodes[2 * node] - want[0]) * narrow, city.nodes[2 * node + 1] - want[1]);
      if (far < least) [best, least] = [node, far];
    }
    return best;
  }

  return { city, way, nodeAt, metres, at };
}

function push(heap, item) {
  let i = heap.push(item) - 1;
  while (i > 0) {
    const up = (i - 1) >> 1;
    if (heap[up][0] <= heap[i][0]) break;
    [heap[up], heap[i]] = [heap[i], heap[up]];
    i = up;
  }
}

function pop(heap) {
  const top = heap[0];
  const last = heap.pop();
  if (heap.length > 0) {
    heap[0] = last;
    let i = 0;
    for (;;) {
      const left = 2 * i + 1;
      let least = i;
      if (left < heap.length && heap[left][0] < heap[least][0]) least = left;
      if (left + 1 < heap.length && heap[left + 1][0] < heap[least][0]) least = left + 1;
      if (least === i) break;
      [heap[least], heap[i]] = [heap[i], heap[least]];
      i = least;
    }
  }
  return top;
}

/** A van on a way: where it is after so many metres, and what is ahead. */
export function van(city, points) {
  const along = [0];
  for (let i = 1; i < points.length; i += 1) along.push(along[i - 1] + city.metres(points[i - 1], points[i]));
  const total = along[along.length - 1];
  return {
    total,
    at(metres) {
      const done = Math.max(0, Math.min(total, metres));
      let i = 0;
      while (i < points.length - 2 && along[i + 1] <= done) i += 1;
      const [a, b] = [points[i], points[i + 1]];
      const share = along[i + 1] === along[i] ? 0 : (done - along[i]) / (along[i + 1] - along[i]);
      const place = {
        longitude: a.longitude + (b.longitude - a.longitude) * share,
        latitude: a.latitude + (b.latitude - a.latitude) * share,
      };
      const narrow = Math.cos((place.latitude * Math.PI) / 180);
      const heading =
        ((Math.atan2((b.longitude - a.longitude) * narrow, b.latitude - a.latitude) * 180) / Math.PI + 360) % 360;
      return { place, heading, ahead: [place, ...points.slice(i + 1)] };
    },
  };
}
