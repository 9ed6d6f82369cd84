"""Footprints: a house at each number that has room, halls in port and works."""

import math

from .geometry import Raster, Rng, direction, distance, inside, length, towards
from .plan import QUARTERS

WIDTHS = {"motorway": 12.0, "primary": 8.5, "secondary": 7.5, "tertiary": 6.0, "residential": 4.8, "lane": 3.2, "service": 4.5, "path": 2.0}


class Houses:
    """All footprints. What is great goes first: a house takes only what is free."""

    def __init__(self, city, seed):
        self.city, self.plan = city, city.plan
        self.rng = Rng(seed, "houses")
        self.rings = []
        self.taken = Raster((-4600.0, -3600.0, 4600.0, 3600.0), 3.0)
        self.draw_taken()
        self.tanks()
        self.halls()
        self.great_houses()
        for street in city.streets:
            if "numbers" in street:
                self.along(street)
        self.little_greens()
        self.back_yards()
        self.farms()

    def draw_taken(self):
        """Marks where no house may stand: water, parks, tracks, streets."""
        r, net = self.taken, self.city.net
        for _, _, rings in self.plan.water:
            r.fill(rings, 1)
            for ring in rings:
                r.stamp(ring + ring[:1], 7.0, 1)
        r.stamp(self.plan.coast, 14.0, 1)
        for _, kind, ring in self.plan.parks:
            r.fill([ring], 1)
        for line in self.plan.rail:
            r.stamp(line, 10.0, 1)
        for edge in net.all_edges():
            r.stamp([net.at[edge.a], net.at[edge.b]], WIDTHS[edge.kind.cls] + 1.0, 1)
        self.sea = Raster((-4600.0, -3600.0, 4600.0, 3600.0), 10.0)
        self.sea.fill([self.plan.land[0]], 1)

    def place(self, at, along, width, depth):
        """A rectangle about a place, if nothing is there."""
        ux, uy = along
        nx, ny = -uy, ux
        w, d = width / 2 - 1.2, depth / 2 - 1.2
        columns, rows = max(1, math.ceil(w / 1.5)), max(1, math.ceil(d / 1.5))
        squares = []
        for i in range(columns + 1):
            for j in range(rows + 1):
                a, b = -w + 2 * w * i / columns, -d + 2 * d * j / rows
                x, y = at[0] + ux * a + nx * b, at[1] + uy * a + ny * b
                k = self.taken.index(x, y)
                if k < 0 or self.taken.data[k] or not self.sea.get(x, y):
                    return False
                squares.append(k)
        for k in squares:
            self.taken.data[k] = 1
        w, d = width / 2, depth / 2
        self.rings.append([(at[0] + ux * a * w + nx * b * d, at[1] + uy * a * w + ny * b * d) for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))])
        return True

    def along(self, street):
        """Houses on both sides, each over one or several plots."""
        quarter = street["quarter"]
        line = [self.city.net.at[n] for n in street["path"]]
        first, last = street["numbers"]
        pairs = (last - first + 1) // 2
        lot = length(line) / pairs
        road = WIDTHS[street["kind"].cls]
        plots = list(walk(line, pairs))
        for side in (1, -1):
            k = 0
            while k < pairs:
                many, width, depth, back = self.size(quarter, road, lot)
                many = min(many, pairs - k)
                while not self.row(plots, k, many, side, width if many == 1 else width + lot * (many - 1), depth, road + back) and many > 1:
                    many = 1
                k += many

    def size(self, quarter, road, lot):
        """How many plots the next house takes, its width on one, its depth, and how far back it stands."""
        rng = self.rng
        if quarter.style in ("port", "works"):
            return 1, rng.between(18, 30), rng.between(14, 22), 6.0
        if quarter.style == "old":
            return 1 + rng.below(4), lot, rng.between(9.5, 14), 1.2
        if quarter.style == "dense" or road > 7:
            return 1 + rng.below(4), lot - (0.0 if rng.chance(0.7) else 3.0), rng.between(11, 14.5), 2.5
        if rng.chance(0.25):
            return 2, min(10.0, lot - 8), rng.between(9, 11.5), rng.between(4, 6)
        return 1, min(lot - 5, rng.between(9.5, 15)), rng.between(8.5, 12), rng.between(4, 7)

    def row(self, plots, k, many, side, width, depth, back):
        """A house over some plots; says whether there was room."""
        (a, u), (b, v) = plots[k], plots[k + many - 1]
        if u[0] * v[0] + u[1] * v[1] < 0.995:
            return False
        if many > 1:
            u = towards(a, b)
        p = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
        for d in (depth, 8.0):
            out = (back + d / 2 + 1.0) * side
            if self.place((p[0] - u[1] * out, p[1] + u[0] * out), u, width, d):
                return True
        return False

    def great_houses(self):
        """Churches, the station, the hospital, the university."""
        self.rings.append(self.plan.station)
        self.taken.stamp(self.plan.station, 12.0, 1)
        for quarter in QUARTERS:
            if quarter.style in ("port", "works"):
                continue
            size = 1.5 if quarter.style == "old" else 1.0
            for attempt in range(300):
                reach = 30 + attempt * 0.8
                at = quarter.at[0] + self.rng.between(-reach, reach), quarter.at[1] + self.rng.between(-reach, reach)
                u = self.city.field.along(at[0], at[1], 1.0, 0.0)
                if self.place(at, u, 44 * size, 24 * size):
                    self.rings[-1] = church(at, u, size)
                    break
        for name, kind, at in self.plan.places:
            if kind not in ("hospital", "university"):
                continue
            for _ in range(120):
                p = at[0] + self.rng.between(-150, 150), at[1] + self.rng.between(-110, 110)
                u = self.city.field.along(p[0], p[1], 1.0, 0.0)
                self.place(p, u, self.rng.between(30, 75), self.rng.between(14, 19))

    def little_greens(self):
        """Playgrounds and lawns where a block has left much room."""
        for _ in range(7000):
            at = self.rng.between(-3800, 3900), self.rng.between(-2800, 2800)
            quarter = self.plan.quarter_at(*at)
            if quarter is None or quarter.style in ("port", "works", "village"):
                continue
            u = self.city.field.along(at[0], at[1], 1.0, 0.0)
            width, depth = self.rng.between(48, 110), self.rng.between(38, 70)
            if self.place(at, u, width, depth):
                a, b, c, d = self.rings.pop()
                ring = [(p[0] + (q[0] - p[0]) * t, p[1] + (q[1] - p[1]) * t) for p, q in ((a, b), (b, c), (c, d), (d, a)) for t in (0.15, 0.85)]
                self.plan.parks.append(("", "park", ring))

    def back_yards(self):
        """Houses behind the others, in the old town and the quarters about it."""
        for _ in range(9000):
            at = self.rng.between(-2100, 1700), self.rng.between(-1400, 2100)
            quarter = self.plan.quarter_at(*at)
            if quarter is not None and quarter.style in ("old", "dense"):
                u = self.city.field.along(at[0], at[1], 1.0, 0.0)
                if self.rng.chance(0.5):
                    u = -u[1], u[0]
                large = quarter.style == "dense"
                self.place(at, u, self.rng.between(10, 34 if large else 24), self.rng.between(8, 13))

    def farms(self):
        """A few roofs about a yard, beside the lanes in the country."""
        for street in self.city.streets:
            if street["quarter"] is not None or street["kind"].cls not in ("lane", "residential", "tertiary", "secondary"):
                continue
            line = [self.city.net.at[n] for n in street["path"]]
            for p, u in walk(line, max(1, int(length(line) / 330))):
                if self.rng.chance(0.55) and self.plan.quarter_at(*p) is None:
                    side = 1 if self.rng.chance(0.5) else -1
                    for along, out, w, d in ((0, 28, 22, 11), (26, 40, 11, 26), (-4, 58, 34, 14)):
                        self.place((p[0] + u[0] * along - u[1] * out * side, p[1] + u[1] * along + u[0] * out * side), u, w, d)

    def tanks(self):
        """Round tanks in the west of the port."""
        for _ in range(60):
            at, size = (self.rng.between(-2980, -2800), self.rng.between(1480, 2000)), self.rng.between(20, 34)
            if self.place(at, (1.0, 0.0), size, size):
                corners = [direction(math.pi * (k / 5)) for k in range(10)]
                self.rings[-1] = [(at[0] + x * size / 2, at[1] + y * size / 2) for x, y in corners]

    def halls(self):
        """Sheds and works, wherever there is room for them."""
        field = self.city.field
        for _, ring in [area for area in self.plan.areas if area[0] in ("harbour", "industry")]:
            xs, ys = [p[0] for p in ring], [p[1] for p in ring]
            for _ in range(1500):
                at = self.rng.between(min(xs), max(xs)), self.rng.between(min(ys), max(ys))
                quarter = self.plan.quarter_at(*at)
                if not inside(at, ring) or quarter is None or quarter.style not in ("port", "works"):
                    continue
                u = field.along(at[0], at[1], 1.0, 0.0)
                self.place(at, u, self.rng.between(35, 120), self.rng.between(22, 46))


def church(at, u, size):
    """A nave, two arms, and the choir to the one end."""
    shape = [(-22, -6), (2, -6), (2, -11), (12, -11), (12, -6), (19, -6), (22, -3), (22, 3), (19, 6), (12, 6), (12, 11), (2, 11), (2, 6), (-22, 6)]
    return [(at[0] + (u[0] * a - u[1] * b) * size, at[1] + (u[1] * a + u[0] * b) * size) for a, b in shape]


def walk(line, pairs):
    """The middle of each plot along a line, and the direction there."""
    total, at, k = length(line), 0.0, 0
    for a, b in zip(line, line[1:]):
        d = distance(a, b)
        u = towards(a, b)
        while k < pairs and total * (k + 0.5) / pairs <= at + d:
            t = total * (k + 0.5) / pairs - at
            yield (a[0] + u[0] * t, a[1] + u[1] * t), u
            k += 1
        at += d
