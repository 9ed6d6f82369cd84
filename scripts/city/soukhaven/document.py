"""Writes the city down: districts and fields, then everything in integers of the format."""

from .fill import WALLS
from .geometry import Rng, area, distance, length, noise, resample, simplify, simplify_ring
from .network import flat, unit
from .plan import BOUNDS, WATER

ORIGIN = (8.3, 53.95)

DISTRICTS = [
    ("Altstadt", "28991", (-210, 130)), ("Bahnhofsvorstadt", "28992", (100, -1000)), ("Ostertor", "28992", (1050, 150)),
    ("Neustadt", "28993", (-1550, -350)), ("Nordstadt", "28994", (-250, 1480)), ("Hafen", "28995", (-2200, 1500)),
    ("Seebad", "28994", (950, 2050)), ("Gartenstadt", "28996", (1950, 1150)), ("Ostheide", "28997", (3150, 700)),
    ("Dünenviertel", "28997", (2950, 2450)), ("Südervorstadt", "28998", (-650, -2150)), ("Geestrand", "28998", (1250, -2250)),
    ("Westend", "28999", (-2950, 300)), ("Moorende", "28999", (-2650, -1850)), ("Wiesenau", "28996", (2900, -500)),
]


class Document:
    def __init__(self, city):
        self.seed, self.plan, self.net, self.field = city.seed, city.plan, city.net, city.field
        self.streets, self.houses = city.streets, city.houses

    def districts(self):
        box = [(BOUNDS[0], BOUNDS[1]), (BOUNDS[2], BOUNDS[1]), (BOUNDS[2], BOUNDS[3]), (BOUNDS[0], BOUNDS[3])]
        out = []
        for name, code, at in DISTRICTS:
            ring = [(float(x), float(y)) for x, y in box]
            for _, _, other in DISTRICTS:
                if other != at:
                    ring = nearer(ring, at, other)
            ring = [(float(round(x)), float(round(y))) for x, y in ring]
            out.append((name, code, self.roughen(ring)))
        return out

    def roughen(self, ring):
        """Bends straight borders, both sides alike."""
        out = []
        for a, b in zip(ring, ring[1:] + ring[:1]):
            if a == b:
                continue
            line = resample([a, b], 60.0) if a < b else resample([b, a], 60.0)[::-1]
            out += line[:-1]
        moved = []
        for x, y in out:
            room = min(1.0, (x - BOUNDS[0]) / 300, (BOUNDS[2] - x) / 300, (y - BOUNDS[1]) / 300, (BOUNDS[3] - y) / 300)
            moved.append((x + 70 * room * noise(self.seed + 501, x / 240, y / 240), y + 70 * room * noise(self.seed + 502, x / 240, y / 240)))
        return moved

    def built_up(self):
        """Outlines of what is lived in, as rounded steps of the grid of quarters."""
        field, cell = self.field, 50.0

        def lived(i, j):
            x, y = field.x0 + i * cell, field.y0 + j * cell
            quarter = field.quarter(x, y)
            return quarter is not None and quarter.style not in ("port", "works") and not self.plan.raster.get(x, y, 1) & WATER

        ahead = {}
        for j in range(1, field.height - 1):
            for i in range(1, field.width - 1):
                if lived(i, j):
                    for di, dj, a, b in ((0, -1, (0, 0), (1, 0)), (1, 0, (1, 0), (1, 1)), (0, 1, (1, 1), (0, 1)), (-1, 0, (0, 1), (0, 0))):
                        if not lived(i + di, j + dj):
                            ahead.setdefault((i + a[0], j + a[1]), []).append((i + b[0], j + b[1]))
        rings = []
        while ahead:
            start = next(iter(ahead))
            here, ring = start, []
            while here in ahead:
                ring.append((field.x0 + (here[0] - 0.5) * cell, field.y0 + (here[1] - 0.5) * cell))
                nexts = ahead[here]
                there = nexts.pop()
                if not nexts:
                    del ahead[here]
                here = there
            if area(ring) > 60000:
                for _ in range(6):  # round the steps
                    ring = [((a[0] + 2 * b[0] + c[0]) / 4, (a[1] + 2 * b[1] + c[1]) / 4)
                            for a, b, c in zip(ring[-1:] + ring[:-1], ring, ring[1:] + ring[:1])]
                rings.append(ring)
        return rings

    def fields(self):
        """A patchwork outside the town."""
        rng, out = Rng(self.seed, "fields"), []

        def corner(i, j):
            x, y = i * 290.0, j * 220.0
            x, y = x * 0.96 - y * 0.28, x * 0.28 + y * 0.96
            return (x + 75 * noise(self.seed + 503, x / 170, y / 170) + 60, y + 75 * noise(self.seed + 504, x / 170, y / 170))

        raster = self.plan.raster
        for i in range(-24, 25):
            for j in range(-30, 31):
                ring = [corner(i, j), corner(i + 1, j), corner(i + 1, j + 1), corner(i, j + 1)]
                taken = rng.chance(0.22)
                probes = ring + [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in zip(ring, ring[1:] + ring[:1])]
                if not taken and all(not raster.get(x, y, 1) & WALLS and self.plan.quarter_at(x, y) is None for x, y in probes):
                    out.append(("", "field", ring))
        return out

    def content(self):
        """The document; nodes get their indexes in the order in which streets name them."""
        ids, nodes, net = {}, [], self.net

        def node(n):
            if n not in ids:
                ids[n] = len(ids)
                nodes.extend(unit(net.at[n]))
            return ids[n]

        streets = []
        for s in self.streets:
            entry = {"name": s["name"], "class": s["kind"].cls, "oneway": s["oneway"], "bridge": s["bridge"],
                     "nodes": [node(n) for n in s["path"]]}
            if "numbers" in s:
                entry["numbers"] = s["numbers"]
            streets.append(entry)
        depots = [self.depot("Depot Hafen", (-2050.0, 1150.0), ids), self.depot("Depot Neuland", (2250.0, -2300.0), ids)]
        return {
            "name": "Soukhaven", "seed": self.seed, "country": "DE", "timeZone": "Europe/Berlin",
            "origin": list(ORIGIN), "unit": 1e-6, "bounds": unit(BOUNDS[:2]) + unit(BOUNDS[2:]),
            "districts": [{"name": n, "postalCode": c, "ring": flat(r)} for n, c, r in self.districts()],
            "land": [{"ring": flat(simplify_ring(r, 1.5))} for r in self.plan.land],
            "water": [{"name": n, "kind": k, "rings": [flat(simplify_ring(r, 1.0)) for r in rings]} for n, k, rings in self.plan.water],
            "parks": [{"name": n, "kind": k, "ring": flat(simplify_ring(r, 1.5) if len(r) > 6 else r)} for n, k, r in self.plan.parks + self.fields()],
            "areas": [{"kind": k, "ring": flat(simplify_ring(r, 2.0))} for k, r in [("residential", r) for r in self.built_up()] + self.plan.areas],
            "rail": [{"line": flat(simplify(line, 1.0))} for line in self.plan.rail],
            "nodes": nodes, "streets": streets,
            "buildings": [flat(r) for r in self.houses.rings],
            "places": [{"name": n, "kind": k, "at": unit(p)} for n, k, p in self.plan.places],
            "depots": depots,
        }

    def depot(self, name, at, ids):
        """The depot stands at the numbered street that is nearest."""
        best = None
        for s in self.streets:
            if "numbers" in s and s["kind"].rank <= 3:
                for i, n in enumerate(s["path"]):
                    d = distance(self.net.at[n], at)
                    if best is None or d < best[0]:
                        best = d, s, i
        _, s, i = best
        line = [self.net.at[n] for n in s["path"]]
        first, last = s["numbers"]
        pairs = (last - first + 1) // 2
        share = length(line[:i + 1]) / length(line)
        number = first + 2 * min(pairs - 1, int(share * pairs))
        return {"name": name, "at": unit(line[i]), "node": ids[s["path"][i]], "street": s["name"], "number": number}


def nearer(ring, at, other):
    """The part of a convex ring that is nearer to one point than to another."""
    nx, ny = other[0] - at[0], other[1] - at[1]
    limit = nx * (at[0] + other[0]) / 2 + ny * (at[1] + other[1]) / 2
    out = []
    for a, b in zip(ring, ring[1:] + ring[:1]):
        da, db = a[0] * nx + a[1] * ny - limit, b[0] * nx + b[1] * ny - limit
        if da <= 0:
            out.append(a)
        if (da < 0) != (db < 0) and da != db:
            t = da / (da - db)
            out.append((a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t))
    return out
