"""Lays the small streets: lines that follow a field of directions.

At every place the field says how streets lie there: along the great streets
and banks near by, turned by the orientation of the quarter and swayed by
noise. A cross of four arms has no front, so directions are averaged as four
times their angle. Lines are drawn as far apart as the quarter demands, first
the ones that lie along, then the ones across, and cut where they meet.
"""

import math

from .geometry import Rng, direction, distance, half_angle, inside, noise, normals, offset, resample, simplify, towards
from .network import Kind
from .plan import BOUNDS, COUNTRY, GREEN, MOTORWAY, PAVED, TRACK, WATER

CELL = 50.0
STEP = 10.0
WALLS = WATER | GREEN | TRACK | MOTORWAY


def fourfold(dx, dy):
    c, s = dx * dx - dy * dy, 2 * dx * dy
    return c * c - s * s, 2 * c * s


class Field:
    """The directions of streets on a coarse grid."""

    def __init__(self, plan):
        self.plan = plan
        self.x0, self.y0 = -5200.0, -4200.0
        self.width, self.height = int(10400 / CELL) + 2, int(8400 / CELL) + 2
        self.c, self.s = [0.0] * (self.width * self.height), [0.0] * (self.width * self.height)
        self.quarters = [None] * (self.width * self.height)
        lines = [(line + line[:1] if closed else line, 1.0 if cls != "residential" else 0.7) for _, cls, line, closed in plan.streets]
        lines += [(bank, 1.0) for bank in plan.river_banks] + [(plan.coast, 1.0)] + [(line, 0.8) for line in plan.rail_lines]
        for line, weight in lines:
            self.splat(line, weight, 260.0)
        for j in range(self.height):
            for i in range(self.width):
                self.turn(i, j)

    def splat(self, line, weight, reach):
        for a, b in zip(line, line[1:]):
            c, s = fourfold(*towards(a, b))
            d = distance(a, b) / 40.0 * weight
            x, y = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
            for j in range(max(0, int((y - reach - self.y0) / CELL)), min(self.height, int((y + reach - self.y0) / CELL) + 2)):
                for i in range(max(0, int((x - reach - self.x0) / CELL)), min(self.width, int((x + reach - self.x0) / CELL) + 2)):
                    dx, dy = (self.x0 + i * CELL - x) / reach, (self.y0 + j * CELL - y) / reach
                    away = dx * dx + dy * dy
                    if away < 1:
                        w = (1 - away) * (1 - away) * (1 - away) * d
                        self.c[j * self.width + i] += c * w
                        self.s[j * self.width + i] += s * w

    def turn(self, i, j):
        """Adds what the quarter wants, and sways."""
        k = j * self.width + i
        x, y = self.x0 + i * CELL, self.y0 + j * CELL
        quarter = self.plan.quarter_at(x, y)
        self.quarters[k] = quarter
        if quarter is None:
            quarter = COUNTRY
        c, s = fourfold(*direction(quarter.tilt * math.pi / 180))
        c, s = self.c[k] + c * quarter.own, self.s[k] + s * quarter.own
        sway = quarter.bend * noise(self.plan.seed + 101, x / quarter.wave, y / quarter.wave) * 4 * math.pi / 180
        tc, ts = direction(sway)
        self.c[k], self.s[k] = c * tc - s * ts, c * ts + s * tc

    def quarter(self, x, y):
        i, j = int((x - self.x0) / CELL + 0.5), int((y - self.y0) / CELL + 0.5)
        return self.quarters[j * self.width + i] if 0 <= i < self.width and 0 <= j < self.height else None

    def along(self, x, y, hx, hy):
        """The one of the four directions at a place that is nearest to the heading."""
        fx, fy = (x - self.x0) / CELL, (y - self.y0) / CELL
        i, j = int(fx), int(fy)
        fx, fy = fx - i, fy - j
        k = j * self.width + i
        w = (1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy
        at = k, k + 1, k + self.width, k + self.width + 1
        c = sum(self.c[a] * b for a, b in zip(at, w))
        s = sum(self.s[a] * b for a, b in zip(at, w))
        r = math.sqrt(c * c + s * s)
        if r < 1e-9:
            return hx, hy
        c, s = half_angle(*half_angle(c / r, s / r))
        best = max(((c, s), (-s, c), (-c, -s), (s, -c)), key=lambda d: d[0] * hx + d[1] * hy)
        return best


class Filler:
    """Draws the small streets and keeps in mind where others run."""

    def __init__(self, plan, net, seed):
        self.plan, self.net = plan, net
        self.rng = Rng(seed, "fill")
        self.field = Field(plan)
        self.samples = {}  # square of 25 m: [(x, y, dx, dy)]
        self.lines = []
        self.count = 0
        self.outside = False  # laying lanes in the country
        self.park = None      # the ring of the park in which paths are being laid

    def allowed(self, x, y):
        """Whether the streets that are being laid may be there."""
        ground = self.plan.raster.get(x, y, WATER)
        if self.park is not None:
            return not ground & (WATER | TRACK | MOTORWAY) and inside((x, y), self.park)
        if ground & WALLS:
            return False
        if self.outside:
            return self.field.quarter(x, y) is None and BOUNDS[0] < x < BOUNDS[2] and BOUNDS[1] < y < BOUNDS[3]
        return self.field.quarter(x, y) is not None

    def near(self, x, y, dx, dy, reach):
        """Whether a line of the same direction runs within reach."""
        r = int(reach / 25) + 1
        ci, cj = math.floor(x / 25), math.floor(y / 25)
        for i in range(ci - r, ci + r + 1):
            for j in range(cj - r, cj + r + 1):
                for px, py, ex, ey in self.samples.get((i, j), ()):
                    if (px - x) * (px - x) + (py - y) * (py - y) < reach * reach and abs(dx * ex + dy * ey) > 0.75:
                        return True
        return False

    def remember(self, line):
        """Keeps others of the same direction away from the line."""
        fine = resample(line, STEP)
        for a, b in zip(fine, fine[1:]):
            self.samples.setdefault((math.floor(a[0] / 25), math.floor(a[1] / 25)), []).append(a + towards(a, b))

    def trace(self, start, heading, gap, longest, sign):
        """Follows the field from a place until something is in the way."""
        x, y = start
        hx, hy = heading[0] * sign, heading[1] * sign
        line, run = [], 0.0
        paved = bool(self.plan.raster.get(x, y) & PAVED)
        while run < longest:
            mx, my = self.field.along(x, y, hx, hy)
            if mx * hx + my * hy < 0.5:
                break
            hx, hy = self.field.along(x + mx * STEP / 2, y + my * STEP / 2, mx, my)
            x, y = x + hx * STEP, y + hy * STEP
            run += STEP
            if not self.allowed(x, y):
                if self.park is not None and self.plan.raster.get(x + hx * 12, y + hy * 12) & PAVED:
                    line.append((x + hx * 12, y + hy * 12))
                break
            on_street = bool(self.plan.raster.get(x, y) & PAVED)
            line.append((x, y))
            if on_street and not paved and run > 25 and self.rng.chance(0.6):
                line.append((x + hx * 14, y + hy * 14))
                break
            paved = on_street
            if self.near(x, y, hx, hy, gap * (0.2 if self.outside else 0.55)):
                break
        return line

    def fill(self):
        """Collectors first, then the streets of the quarters, what is still empty, and lanes in the country."""
        for _, _, line, closed in self.plan.streets:
            self.remember(line + line[:1] if closed else line)
        collectors = self.seeds(140.0)
        self.grow(collectors, lambda q: (430.0, 430.0) if q.style not in ("port", "works", "old") else None, lambda q: "tertiary", 1500.0)
        self.grow(self.seeds(60.0), lambda q: (q.long, q.short), lambda q: q.cls, 900.0)
        self.grow(self.scattered(70.0), lambda q: (q.long, q.short), lambda q: q.cls, 900.0)
        self.outside = True
        self.grow(self.seeds(200.0), lambda q: (q.long, q.short), lambda q: q.cls, 3000.0)
        self.outside = False

    def paths(self):
        """Walks through parks and woods."""
        for line in (offset(self.plan.moat, 37.0), offset(self.plan.moat, -37.0), offset(self.plan.lake, -26.0, True)):
            run = []
            for p in resample(line, 12.0) + [None]:
                if p and self.plan.raster.get(*p) & GREEN and not self.plan.raster.get(*p) & WATER:
                    run.append(p)
                else:
                    if len(run) > 6:
                        self.remember(run)
                        self.count += 1
                        self.net.insert(simplify(run, 0.8), Kind("s%d" % self.count, "path", ""))
                    run = []
        gaps = {"park": 95.0, "cemetery": 60.0, "forest": 260.0, "allotment": 60.0}
        for _, kind, ring in self.plan.parks:
            if kind not in gaps:
                continue
            self.park, gap = ring, gaps[kind]
            xs, ys = [p[0] for p in ring], [p[1] for p in ring]
            seeds = [((self.rng.between(min(xs), max(xs)), self.rng.between(min(ys), max(ys))), (1.0, 0.0)) for _ in range(40)]
            self.grow(seeds, lambda q: (gap, gap * 1.4), lambda q: "path", 2000.0)
        self.park = None

    def scattered(self, step):
        """Places all over, for what the others have left empty."""
        out = []
        for j in range(int(8000 / step)):
            for i in range(int(10000 / step)):
                p = -5000 + step * (i + self.rng.unit()), -4000 + step * (j + self.rng.unit())
                if self.field.quarter(*p):
                    out.append((p, (1.0, 0.0)))
        self.rng.shuffle(out)
        return out

    def seeds(self, step):
        """Places on the streets that are there, from which others start to both sides."""
        out = []
        for line in [s[2] for s in self.plan.streets] + self.lines:
            fine = resample(line, step)
            for p, n in zip(fine, normals(fine)):
                if (self.field.quarter(*p) is None) == self.outside:
                    out.append((p, n))
        self.rng.shuffle(out)
        return out

    def grow(self, seeds, spacing, cls, longest):
        """Draws lines from the seeds, and from beside every line drawn: first
        all that lie along, then all that lie across. `spacing` and `cls` say
        the distances and the class of streets in a quarter."""
        for heading_first in (True, False):
            queue = list(seeds)
            done = 0
            while done < len(queue):
                (x, y), _ = queue[done]
                done += 1
                quarter = self.field.quarter(x, y) or COUNTRY
                gaps = self.allowed(x, y) and spacing(quarter)
                if not gaps:
                    continue
                tilt = direction(quarter.tilt * math.pi / 180)
                hx, hy = self.field.along(x, y, *tilt)
                if not heading_first:
                    hx, hy = -hy, hx
                gap = gaps[0 if heading_first else 1]
                gap *= self.rng.between(0.82, 1.38)
                if self.near(x, y, hx, hy, gap * (0.6 if self.outside else 0.9)):
                    continue
                back = self.trace((x, y), (hx, hy), gap, longest / 2, -1)
                ahead = self.trace((x, y), (hx, hy), gap, longest / 2, 1)
                line = back[::-1] + [(x, y)] + ahead
                if len(line) < 6:
                    continue
                self.remember(line)
                self.lay(line, cls(quarter))
                for p, normal in zip(line[2::5], normals(line)[2::5]):
                    for side in (1, -1):
                        queue.append(((p[0] + normal[0] * gap * side, p[1] + normal[1] * gap * side), normal))

    def lay(self, line, cls):
        """Makes a street of a line."""
        self.lines.append(line)
        self.count += 1
        if cls == "path":
            middle = len(line) // 2  # both halves end at the first street they meet
            kind = Kind("s%d" % self.count, cls, "")
            self.net.insert(simplify(line[middle:], 0.8), kind, stop=1)
            self.net.insert(simplify(line[middle::-1], 0.8), kind, stop=1)
        else:
            self.net.insert(simplify(line, 0.35), Kind("s%d" % self.count, cls))
