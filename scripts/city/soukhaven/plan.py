"""The plan of the town: what a surveyor would draw first.

Coast, river, harbour, railway, parks, the great streets and the quarters are
drawn by hand here, in metres from the market square, and roughened by noise of
the seed. `fill` lays the small streets between them.
"""

import math

from .geometry import (Raster, area, blob, direction, distance, inside, noise, offset, resample, spline,
                       to_segment, wiggle)

BOUNDS = (-4500.0, -3500.0, 4500.0, 3500.0)
WATER, GREEN, TRACK, MOTORWAY, PAVED, CUTTING = 1, 2, 4, 8, 16, 32  # bits of what lies on a square


class Quarter:
    """A part of town with a pattern of its own.

    `long` and `short` are the distances between its streets in either
    direction, `tilt` is its orientation in degrees, `own` how much that counts
    against the great streets near by, `bend` how far streets sway (degrees),
    `wave` over which distance, `lose` the share of cross streets left out,
    `lot` the width of a plot.
    """

    def __init__(self, name, at, radius, style, tilt=0, **changes):
        self.name, self.at, self.radius, self.style, self.tilt = name, at, radius, style, tilt
        self.__dict__.update(STYLES[style])
        self.__dict__.update(changes)


STYLES = {
    "old": dict(long=64, short=80, own=0.25, bend=30, wave=230, lose=0.1, lot=15, cls="lane"),
    "dense": dict(long=82, short=135, own=0.6, bend=5, wave=500, lose=0.06, lot=17, cls="residential"),
    "regular": dict(long=84, short=170, own=1.5, bend=3, wave=700, lose=0.08, lot=20, cls="residential"),
    "garden": dict(long=84, short=175, own=0.5, bend=42, wave=420, lose=0.2, lot=23, cls="residential"),
    "suburb": dict(long=88, short=190, own=0.6, bend=22, wave=500, lose=0.22, lot=24, cls="residential"),
    "village": dict(long=105, short=150, own=0.5, bend=30, wave=300, lose=0.3, lot=27, cls="residential"),
    "port": dict(long=270, short=420, own=1.0, bend=3, wave=900, lose=0.1, lot=0, cls="service"),
    "country": dict(long=420, short=560, own=0.4, bend=25, wave=900, lose=0.0, lot=0, cls="lane"),
    "works": dict(long=170, short=300, own=1.0, bend=4, wave=800, lose=0.1, lot=0, cls="residential"),
}

QUARTERS = [
    Quarter("Altstadt", (-210, 130), 640, "old"),  # all that is inside the ring
    Quarter("Bahnhofsvorstadt", (150, -930), 620, "dense", 4),
    Quarter("Ostertor", (950, 0), 720, "dense", 12),
    Quarter("Neustadt", (-1480, -330), 760, "dense", -8),
    Quarter("Nordstadt", (-250, 1450), 760, "dense", -14),
    Quarter("Hafen", (-2000, 1700), 1080, "port", 10),
    Quarter("Seebad", (900, 1950), 720, "regular", 8),
    Quarter("Gartenstadt", (1850, 1180), 720, "garden"),
    Quarter("Ostheide", (3050, 650), 760, "suburb", 20),
    Quarter("Südervorstadt", (-550, -2080), 840, "regular", 9),
    Quarter("Geestrand", (950, -2180), 700, "garden"),
    Quarter("Westend", (-2750, 420), 720, "suburb", -12),
    Quarter("Moorende", (-2200, -1750), 560, "suburb", 30),
    Quarter("Wiesenau", (3000, -330), 680, "regular", -17),
    Quarter("Dünenviertel", (2650, 2350), 620, "garden"),
    Quarter("Neuland", (2150, -2250), 480, "works", 30),
    Quarter("Westerdeich", (-3750, 850), 400, "village"),
    Quarter("Lachsdorf", (-3650, -2350), 340, "village"),
    Quarter("Staugraben", (3650, 1750), 360, "village"),
    Quarter("Speicherviertel", (-1350, 860), 460, "dense", 12),
    Quarter("Steinkamp", (1850, -400), 560, "suburb", 25),
    Quarter("Barkhof", (750, 1250), 480, "dense", 35),
    Quarter("Südtor", (700, -1450), 480, "regular", -12),
    Quarter("Hafenvorstadt", (-2100, 990), 360, "dense", -5),
    Quarter("Woltmershof", (-1050, -1150), 560, "regular", 32),
]

COUNTRY = Quarter("Umland", (0, 0), 0, "country", 16)

COAST = [(-12000, 1000), (-9000, 1500), (-7000, 1150), (-5200, 1350), (-4300, 1250), (-3600, 1560), (-3150, 1900),
         (-2500, 2120), (-1800, 2190), (-1150, 2180), (-600, 2260), (0, 2430), (700, 2370), (1400, 2560), (2200, 2890),
         (3000, 2860), (3700, 2620), (4500, 2650), (5500, 2900), (7000, 2600), (9000, 3000), (12000, 2700)]
RIVER = [(12000, -6800), (9000, -5200), (7000, -3900), (5600, -3000), (4600, -2480), (3900, -2700), (3200, -2350), (2700, -1650),
         (2080, -1230), (1450, -830), (860, -590), (300, -650), (-300, -640), (-820, -350), (-1010, 200), (-900, 850),
         (-1000, 1400), (-960, 2000), (-900, 2700)]
RING = [(-880, 60), (-860, 400), (-660, 640), (-270, 770), (60, 690), (330, 570), (450, 230), (395, -140), (310, -420),
        (-30, -530), (-350, -530), (-630, -370), (-790, -190)]
CANAL = [(-2670, 1660), (-2650, 1330), (-2900, 750), (-3050, 100), (-3350, -450), (-3900, -900), (-5200, -1300), (-7500, -1500), (-12000, -1400)]
RAIL = [(-12000, -2300), (-8000, -2100), (-4700, -1900), (-3200, -1720), (-1900, -1480), (-900, -1320), (-100, -1265),
        (500, -1265), (1100, -1250), (1500, -1090), (2100, -770), (2800, -650), (3700, -760), (4700, -700), (8000, -400), (12000, -500)]
FREIGHT = [(-3200, -1720), (-3560, -1350), (-3640, -700), (-3500, 200), (-3150, 900), (-2500, 1260), (-1900, 1330), (-1500, 1290)]
MOTORWAY_LINE = [(-12000, -3300), (-9000, -2900), (-4700, -3050), (-3000, -2800), (-1000, -2930), (600, -2800), (2000, -2620), (3000, -1950),
                 (3800, -1150), (4080, -300), (4060, 500), (4250, 1200), (5000, 1750), (7000, 2050), (12000, 1700)]

# name, class, points; each ends at a street that is drawn before it, or in the fields
GREAT_STREETS = [
    ("Emder Straße", "primary", [(-880, 150), (-1010, 148), (-1400, 110), (-2000, 240), (-2700, 140), (-3500, 230), (-4600, 80), (-6500, -200), (-9000, 100)]),
    ("Bremer Straße", "primary", [(60, -520), (110, -800), (170, -1060), (110, -1300), (-50, -1550), (-90, -2050), (130, -2500), (40, -2880), (180, -3500), (300, -5000), (100, -7000)]),
    ("Hamburger Straße", "primary", [(440, 130), (900, 200), (1500, 120), (2200, 250), (3000, 150), (3700, 300), (4070, 290), (4900, 250), (6500, 500), (9000, 300)]),
    ("Seestraße", "secondary", [(290, 600), (680, 930), (1200, 1350), (1900, 1750), (2700, 2060), (3600, 2120), (4700, 2300), (7000, 2250)]),
    ("Nordstraße", "secondary", [(-20, 725), (60, 1200), (120, 1700), (170, 2320)]),
    ("Lüneburger Straße", "secondary", [(345, -300), (640, -430), (860, -600), (1030, -860), (1180, -1280), (1500, -1600), (1950, -1950), (2350, -2450), (2650, -3300), (3000, -5000)]),
    ("Oldenburger Straße", "secondary", [(-1400, 110), (-1560, -400), (-1680, -1000), (-1950, -1520), (-2650, -2150), (-3400, -2500), (-4700, -3400), (-6000, -4200)]),
    ("Hafenstraße", "secondary", [(-1400, 110), (-1640, 560), (-1980, 850), (-2500, 880), (-3200, 1050), (-3800, 830), (-4700, 850), (-7000, 700)]),
    ("Lange Straße", "tertiary", [(-880, 150), (-560, 120), (-330, 190), (-120, 120), (130, 160), (440, 130)]),
    ("Breite Straße", "tertiary", [(-20, 725), (-70, 430), (-120, 120), (-60, -180), (60, -520)]),
    ("Westring", "secondary", [(-1980, 850), (-2120, 240), (-1980, -350), (-1850, -850), (-1800, -1250)]),
    ("Südring", "secondary", [(-1950, -1520), (-1400, -1690), (-800, -1740), (-60, -1760), (800, -1820), (1500, -1600)]),
    ("Ostring", "secondary", [(1500, -1600), (1950, -1480), (2330, -1150), (2380, -750), (2250, -200), (2200, 250), (2060, 900), (1560, 1540)]),
    ("Nordring", "secondary", [(1560, 1540), (1250, 1700), (700, 1600), (100, 1520), (-480, 1230), (-960, 1130), (-1450, 1130), (-1980, 850)]),
    ("Parkallee", "tertiary", [(560, 330), (900, 430), (1300, 390), (1750, 560), (2060, 900), (2700, 1050), (3350, 950), (3700, 300)]),
    ("Strandpromenade", "tertiary", [(-620, 2150), (0, 2310), (700, 2250), (1400, 2430), (2150, 2740), (2950, 2730), (3500, 2560), (3600, 2120)]),
    ("Kaistraße", "tertiary", [(-1450, 1130), (-1900, 1150), (-2450, 1180), (-3000, 1300), (-3200, 1050)]),
    ("Überseedamm", "residential", [(-2450, 1180), (-2470, 1500), (-2480, 1760), (-2520, 2060)]),
    ("Am Holzhafen", "residential", [(-2470, 1700), (-1950, 1740), (-1500, 1840), (-1060, 1900)]),
    ("Am Europakai", "residential", [(-1500, 1840), (-1470, 2000), (-1420, 2130)]),
    ("Fischkai", "residential", [(-1450, 1130), (-1480, 1300), (-1560, 1440), (-1960, 1480), (-2020, 1600), (-1950, 1740)]),
    ("Mittelkai", "residential", [(-1560, 1440), (-1300, 1530), (-1060, 1560)]),
    ("Containerstraße", "residential", [(-2470, 1500), (-2020, 1600)]),
    ("Am Yachthafen", "residential", [(-3000, 1300), (-2900, 1650), (-2880, 2000)]),
    ("Neulandstraße", "residential", [(2130, -2170), (2330, -2080), (2470, -2180), (2420, -2290), (2270, -2340)]),
    ("Gewerbering", "residential", [(2000, -2010), (1800, -2180), (1850, -2380), (2060, -2430), (2270, -2350)]),
    ("Inselstraße", "tertiary", [(1150, -700), (1230, -735), (1400, -860), (1420, -1010), (1330, -1260)]),
    ("Werderstraße", "tertiary", [(1230, -735), (1290, -620), (1320, -480)]),
    ("Bahnhofstraße", "tertiary", [(-700, -1000), (-300, -1060), (170, -1060), (600, -1050), (1030, -900)]),
    ("Neustädter Ufer", "tertiary", [(-1010, -1400), (-850, -1150), (-700, -1000), (-950, -600), (-1200, -250), (-1400, 110)]),
    ("Mühlenweg", "tertiary", [(-1680, -1000), (-2250, -1290), (-2900, -1250), (-3300, -900), (-3500, 230)]),
    ("Heidestraße", "tertiary", [(2250, -200), (2900, -250), (3500, -180), (3900, -120), (4500, -250)]),
    ("Dorfstraße", "tertiary", [(3600, 2120), (3650, 1750), (3350, 950)]),
    ("Geestweg", "tertiary", [(-90, -2050), (500, -2180), (1000, -2200), (1500, -2050), (1950, -1950)]),
    ("Moorlandstraße", "tertiary", [(-1400, -1690), (-1250, -2100), (-750, -2350), (130, -2500)]),
    ("Lachsdorfer Straße", "tertiary", [(-2250, -1290), (-2500, -1700), (-2650, -2150)]),
    ("Osterdeich", "tertiary", [(640, -430), (1050, -380), (1500, -560), (1900, -870), (2330, -1150)]),
]


def smooth(points, seed, step=40.0, size=14.0, closed=False, wave=260.0):
    """A drawn line as the ground would have it; its ends stay where they are."""
    line = spline(points, step, closed)
    moved = wiggle(line, seed, size, wave)
    if closed:
        return moved
    ease = [min(1.0, k / 5, (len(line) - 1 - k) / 5) for k in range(len(line))]
    return [(a[0] + (b[0] - a[0]) * e, a[1] + (b[1] - a[1]) * e) for a, b, e in zip(line, moved, ease)]


def bump(p, at, radius):
    """1 at a place, 0 beyond the radius."""
    d = distance(p, at) / radius
    return max(0.0, 1 - d * d)


def distance_of_pair(pair):
    return distance(*pair) or math.inf


class Plan:
    def __init__(self, seed):
        self.seed = seed * 1000
        self.land, self.water, self.parks, self.areas, self.rail, self.places = [], [], [], [], [], []
        self.streets = []  # (name, class, line, closed)
        self.waters()
        self.railways()
        self.great_streets()
        self.raster = Raster((-6600.0, -4800.0, 6600.0, 4800.0), 10.0)
        self.draw_walls()
        self.greens()
        self.land_use()

    def waters(self):
        s = self.seed
        self.coast = smooth(COAST, s + 1, 60.0, 22.0)
        self.land.append(self.coast + [(12000.0, -9000.0), (-12000.0, -9000.0)])
        mole = spline([(-1285, 2172), (-1330, 2420), (-1200, 2760), (-880, 2960)], 40.0)
        east_mole = spline([(-553, 2252), (-480, 2520), (-560, 2700)], 40.0)
        for line in (mole, east_mole):
            self.land.append(offset(line, 14.0) + offset(line, -14.0)[::-1])
        self.mole_heads = mole[-1], east_mole[-1]

        centre = smooth(RIVER, s + 3, 45.0, 16.0)
        widths, islands = [], []
        for x, y in centre:
            width = 78.0 + max(0.0, min(1.0, (1500 - x) / 2500)) * 34 + max(0.0, y - 300) * 0.05
            near = bump((x, y), (1220, -730), 430.0)
            far = bump((x, y), (3500, -2560), 300.0)
            swell = near * near * 210 + far * far * 130
            widths.append(width + swell)
            islands.append(max(0.0, (swell - 40) * 0.5))
        left = offset(centre, [w / 2 for w in widths])
        right = offset(centre, [-w / 2 for w in widths])
        self.river, self.river_centre, self.river_banks = left + right[::-1], centre, (left, right)
        self.islands = []
        run = []
        for k, half in enumerate(islands + [0.0]):
            if half > 0:
                run.append(k)
            elif run:
                ks = [run[0] - 1] + run + [run[-1] + 1]
                line, halves = [centre[k] for k in ks], [islands[k] for k in ks]
                self.islands.append(offset(line, halves)[:-1] + offset(line, [-h for h in halves])[:0:-1])
                run = []
        self.water.append(("Soukau", "river", [self.river] + self.islands))

        self.ring = smooth(RING, s + 31, 40.0, 10.0, closed=True)
        xs, ys = [p[0] for p in self.ring], [p[1] for p in self.ring]
        self.walls_box = min(xs), min(ys), max(xs), max(ys)
        self.moat = self.zigzag()
        self.add_strip("Stadtgraben", "canal", self.moat, 26.0)
        self.canal = smooth(CANAL, s + 7, 60.0, 10.0)
        self.add_strip("Moorkanal", "canal", self.canal, 30.0)
        lake = blob((-2640, -690), 330, 250, 0.5, s + 9, 0.35, 30)
        self.lake = spline(lake, 25.0, True)
        self.water.append(("Stadtsee", "lake", [self.lake]))
        self.pond = spline(blob((1200, 790), 95, 50, 0.6, s + 11, 0.4, 14), 15.0, True)
        self.water.append(("Parkteich", "lake", [self.pond]))
        self.water.append(("Kiesteich", "lake", [spline(blob((1250, -3150), 170, 90, 0.4, s + 12, 0.3, 16), 20.0, True)]))
        self.water.append(("Moorsee", "lake", [spline(blob((-4150, -2050), 170, 110, -0.4, s + 13, 0.3, 16), 20.0, True)]))
        basins = [
            ("Fischereihafen", [(-1010, 1330), (-1400, 1390), (-1420, 1490), (-1010, 1450)]),
            ("Holzhafen", [(-1010, 1640), (-1830, 1500), (-1880, 1620), (-1010, 1780)]),
            ("Überseehafen", [(-1500, 2300), (-1590, 1960), (-2380, 1820), (-2420, 1960), (-1850, 2090), (-1790, 2300)]),
            ("Yachthafen", [(-2780, 2250), (-2740, 1640), (-2600, 1640), (-2560, 2250)]),
        ]
        for name, ring in basins:
            self.water.append((name, "basin", [[(float(x), float(y)) for x, y in ring]]))

    def zigzag(self):
        """The moat: along the ring with the corners of the old bastions, both ends in the river."""
        outside = offset(self.ring, 88.0, True)
        first = next(k for k, p in enumerate(outside) if p[1] > 430)
        last = max(k for k, p in enumerate(outside) if p[0] > 200 and p[1] > -400)
        corners = resample(outside[first:last + 1], 105.0)
        teeth = [0.0] + [(20.0, 24.0, -20.0, -24.0)[k % 4] for k in range(len(corners) - 2)] + [0.0]
        return spline([(-1010.0, 480.0)] + offset(corners, teeth) + [(440.0, -650.0)], 12.0)

    def add_strip(self, name, kind, line, width):
        self.water.append((name, kind, [offset(line, width / 2) + offset(line, -width / 2)[::-1]]))

    def railways(self):
        self.rail_lines = [smooth(RAIL, self.seed + 21, 60.0, 0.0), smooth(FREIGHT, self.seed + 22, 50.0, 0.0)]
        self.rail = list(self.rail_lines)
        main = resample(self.rail_lines[0], 20.0)
        platforms = [p for p in main if -420 <= p[0] <= 700]
        for k in (-2, -1, 1, 2):
            taper = [k * 11.0 * min(1.0, i / 8, (len(platforms) - 1 - i) / 8) for i in range(len(platforms))]
            self.rail.append(offset(platforms, taper))
        port = [(-2500, 1260), (-2300, 1420), (-1950, 1420)]
        self.rail.append(spline(port, 30.0))

    def great_streets(self):
        s = self.seed
        self.streets.append(("Wallring", "primary", self.ring, True))
        for k, (name, cls, points) in enumerate(GREAT_STREETS):
            points = [self.on_a_street(points[0])] + points[1:-1] + [self.on_a_street(points[-1])]
            self.streets.append((name, cls, smooth(points, s + 40 + 2 * k, 40.0, 9.0 + k * 7 % 16, wave=190.0 + k * 90 % 280), False))
        self.quays()
        self.crescents()
        self.motorway = smooth(MOTORWAY_LINE, s + 33, 70.0, 0.0)

    def quays(self):
        """Streets along the river where it passes through the town."""
        left, right = self.river_banks
        for bank, out, low, high, name in ((left, 25.0, -340, 300, "Bahnhofsufer"), (left, 25.0, 330, 820, "Südkai"),
                                           (left, 25.0, 900, 2000, "Am Inselarm"),
                                           (right, -25.0, 520, 1180, "Osterufer"), (right, -25.0, 1200, 2050, "Am Flussbogen")):
            self.streets.append((name, "residential", offset([p for p in bank if low < p[0] < high], out), False))
        for bank, out, low, high, name in ((left, 26.0, -330, 950, "Neustädter Kai"), (right, -26.0, 640, 1900, "Am Nordkai"),
                                           (right, -26.0, -80, 430, "Altstadtkai")):
            line = [p for p in bank if low < p[1] < high and p[0] < -600]
            self.streets.append((name, "residential", offset(line, out), False))

    def crescents(self):
        """The circles and half circles that garden cities were built about."""
        def arc(at, radius, first, last):
            return [(at[0] + radius * x, at[1] + radius * y) for x, y in
                    (direction(math.pi * (first + (last - first) * k / 24)) for k in range(25))]

        for name, radius in (("Am Rondell", 70.0), ("Kranzstraße", 185.0)):
            self.streets.append((name, "residential", arc((2250.0, 1330.0), radius, 0, 2)[:-1], True))
        for name, radius in (("Innerer Bogen", 120.0), ("Äußerer Bogen", 235.0)):
            self.streets.append((name, "residential", arc((1010.0, -2180.0), radius, -0.08, 1.08), False))
        for name, radius in (("Muschelbogen", 140.0), ("Wellenbogen", 270.0)):
            self.streets.append((name, "residential", arc((2620.0, 2080.0), radius, -0.08, 1.08), False))

    def on_a_street(self, p):
        """The place on an earlier street that is meant by an end near it."""
        best, found = 170.0, p
        for _, _, line, closed in self.streets:
            for a, b in zip(line, line[1:] + line[:1] if closed else line[1:]):
                d, t = to_segment(p, a, b)
                if d < best:
                    best, found = d, (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t)
        return found

    def draw_walls(self):
        """What streets must not enter: water with its banks, tracks, the motorway."""
        r = self.raster
        sea = Raster((r.x0, r.y0, r.x0 + r.width * r.cell, r.y0 + r.height * r.cell), r.cell)
        for ring in self.land:
            sea.fill([ring], 1)
        for k, dry in enumerate(sea.data):
            if not dry:
                r.data[k] |= WATER
        r.stamp(self.coast, 26.0, WATER)
        for _, kind, rings in self.water:
            r.fill(rings, WATER)
            for ring in rings:
                r.stamp(ring + ring[:1], 14.0 if kind == "canal" else 18.0, WATER)
        for line in self.rail:
            r.stamp(line, 16.0, TRACK)
        r.stamp(self.motorway, 55.0, MOTORWAY)
        r.stamp(self.motorway, 24.0, CUTTING)
        for _, _, line, closed in self.streets:
            r.stamp(line + line[:1] if closed else line, 8.0, PAVED)

    def green(self, name, kind, ring, around=None):
        """A park; with `around`, a street of that name goes about it."""
        self.parks.append((name, kind, ring))
        self.raster.fill([ring], GREEN)
        if around:
            self.streets.append((around, "residential", offset(ring, -9.0 if area(ring) > 0 else 9.0, True), True))
            self.raster.stamp(ring + ring[:1], 12.0, PAVED)

    def round(self, at, rx, ry, tilt, seed, rough=0.22):
        return spline(blob(at, rx, ry, tilt, self.seed + seed, rough, 16), 30.0, True)

    def greens(self):
        outside = offset(self.ring, 145.0, True)
        first = next(k for k, p in enumerate(outside) if p[1] > 470)
        last = max(k for k, p in enumerate(outside) if p[0] > 200 and p[1] > -520)
        self.green("Wallanlagen", "park", outside[first:last + 1] + offset(self.ring, 9.0, True)[first:last + 1][::-1])
        self.streets.append(("Am Stadtgraben", "residential", offset(outside[first:last + 1], 12.0), False))
        self.green("Bürgerpark", "park", self.round((1180, 790), 330, 205, 0.6, 61), "Am Bürgerpark")
        self.green("Seepark", "park", self.round((-2640, -700), 440, 350, 0.5, 62, 0.3), "Am Stadtsee")
        self.green("Rondell", "park", self.round((2250, 1330), 58, 58, 0.0, 81, 0.0))
        self.green("Hauptfriedhof", "cemetery", self.round((560, -2440), 200, 130, 0.3, 63), None)
        self.green("Volkspark", "park", self.round((-700, -1970), 150, 95, 0.2, 64), "Am Volkspark")
        self.green("Kurpark", "park", self.round((620, 2010), 130, 85, 0.1, 65), "Am Kurpark")
        self.green("Nordpark", "park", self.round((-520, 1650), 110, 80, 1.2, 66), "Am Nordpark")
        self.green("Rosengarten", "park", self.round((2720, 560), 130, 90, 0.4, 67), "Am Rosengarten")
        self.green("Auenpark", "park", self.round((2950, -430), 110, 80, 0.4, 68), "Am Auenpark")
        self.green("Eichforst", "forest", self.round((3300, -3080), 620, 330, 0.3, 69, 0.35))
        self.green("Königsholz", "forest", self.round((-4200, -600), 480, 330, 0.9, 70, 0.35))
        self.green("Heidewald", "forest", self.round((3500, 1330), 330, 210, -0.4, 71, 0.35))
        self.green("Südholz", "forest", self.round((-1900, -3350), 620, 260, 0.1, 72, 0.35))
        self.green("Wardenholz", "forest", self.round((-5500, -2700), 520, 380, 0.5, 83, 0.35))
        self.green("Ostforst", "forest", self.round((5450, -1500), 560, 420, -0.6, 84, 0.35))
        self.green("Haidbusch", "forest", self.round((5300, 1050), 300, 200, 0.2, 85, 0.35))
        self.green("Kolonie Abendfrieden", "allotment", self.round((-1500, -1350), 160, 90, 0.2, 73))
        self.green("Kolonie Sonnenschein", "allotment", self.round((2750, -1150), 240, 110, 0.2, 74))
        self.green("Kolonie Morgentau", "allotment", self.round((-1300, -2420), 190, 110, -0.3, 75))
        self.green("Kolonie Deichblick", "allotment", self.round((-3500, 560), 150, 90, 0.1, 76))
        self.green("Kolonie Heideblick", "allotment", self.round((2720, 1560), 210, 120, -0.2, 77))
        self.green("Sportpark Nord", "park", self.round((2060, 2190), 200, 130, 0.5, 78), "Am Sportpark")
        self.green("Güldenwiese", "park", self.round((1690, 560), 95, 70, 0.5, 79), "An der Güldenwiese")
        self.green("Neustadtpark", "park", self.round((-1250, -700), 95, 130, 0.5, 80), "Am Neustadtpark")
        self.station = [(190.0, -1234.0), (320.0, -1234.0), (320.0, -1212.0), (270.0, -1212.0), (270.0, -1204.0), (240.0, -1204.0),
                        (240.0, -1212.0), (190.0, -1212.0)]
        self.raster.stamp(self.station, 14.0, TRACK)
        shore = [p for p in self.coast if 300 < p[0] < 3550]
        self.green("Badestrand", "beach", offset(shore, -8.0) + offset(shore, -46.0)[::-1])
        for name, at, w, h, tilt in [("Marktplatz", (-185, 215), 95, 60, 0.1), ("Domshof", (-10, 30), 70, 55, 0.3),
                                     ("Fischmarkt", (-640, 20), 80, 40, 1.2), ("Kornmarkt", (150, 330), 60, 40, 0.8),
                                     ("Bahnhofsplatz", (190, -1150), 150, 75, 0.0), ("Brillplatz", (-1690, -130), 75, 60, 0.2),
                                     ("Sielwallplatz", (1180, 20), 70, 60, 0.2)]:
            ring = blob(at, w / 2, h / 2, tilt, self.seed, 0.0, 4)
            c = [((a[0] + b[0]) / 2 * 1.25 - at[0] * 0.25, (a[1] + b[1]) / 2 * 1.25 - at[1] * 0.25) for a, b in zip(ring, ring[1:] + ring[:1])]
            corner, street = min(((p, self.on_a_street(p)) for p in c), key=distance_of_pair)
            self.green(name, "square", c, name)
            if corner != street:  # so that the square is reached for certain
                self.streets.append((name, "residential", [corner, street], False))
            self.places.append((name, "market" if "markt" in name.lower() else "square", at))

    def land_use(self):
        self.areas.append(("centre", self.ring))
        self.areas.append(("harbour", [p for p in self.coast if -3200 < p[0] < -960] + [(-960.0, 1200.0), (-1450.0, 1150.0), (-2450.0, 1200.0), (-3000.0, 1310.0)]))
        platforms = [p for p in resample(self.rail_lines[0], 40.0) if -420 <= p[0] <= 700]
        self.areas.append(("station", offset(platforms, 36.0) + offset(platforms, -36.0)[::-1]))
        self.areas.append(("industry", self.round((2150, -2250), 430, 330, 0.5, 81, 0.2)))
        self.places += [("Soukhaven Hbf", "station", (150.0, -1215.0)), ("Überseehafen", "harbour", (-2000.0, 1900.0)),
                        ("Dom St. Nikolai", "landmark", (20.0, 75.0)), ("Rathaus", "landmark", (-110.0, 265.0)),
                        ("Leuchtturm", "landmark", self.mole_heads[0]), ("Stadttheater", "landmark", (300.0, 250.0)),
                        ("Markthalle", "market", (-1330.0, 60.0)), ("Yachthafen", "harbour", (-2670.0, 1950.0)),
                        ("Wasserturm", "landmark", (1750.0, -180.0)), ("Hochschule am Meer", "university", (900.0, 1720.0)),
                        ("Klinikum Süd", "hospital", (-300.0, -2330.0)), ("Klinikum Ost", "hospital", (2450.0, 420.0)),
                        ("Universität", "university", (-2350.0, -180.0))]

    def quarter_at(self, x, y):
        """The quarter whose ground this is, or None in the country."""
        fade = 1 + 0.13 * noise(self.seed + 90, x / 330, y / 330)
        if self.walls_box[0] < x < self.walls_box[2] and self.walls_box[1] < y < self.walls_box[3] and inside((x, y), self.ring):
            return QUARTERS[0]
        best, found = (1.4 if distance((x / 2100, y / 1800), (0, 0)) < 1 else 1.0), None  # close to the centre no gaps are left
        for quarter in QUARTERS[1:]:
            d = distance((x, y), quarter.at) / quarter.radius * fade
            if d < best:
                best, found = d, quarter
        return found
