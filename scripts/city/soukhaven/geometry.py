"""Chance, angles, lines, polygons and rasters for the generator.

Everything here gives the same bits on every machine: the generator of random
numbers is our own, and sine and cosine are sums of products instead of the C
library's, whose last digit differs between systems. Lengths are metres, x to
the east and y to the north.
"""

import math

MASK = (1 << 64) - 1


def mix(value):
    """The finaliser of splitmix64: turns a counter into 64 scattered bits."""
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    value = (value ^ (value >> 27)) * 0x94D049BB133111EB & MASK
    return value ^ (value >> 31)


class Rng:
    """A small generator of random numbers; `name` keeps the parts of the city
    apart, so that a change in one does not move all the others."""

    def __init__(self, seed, name):
        self.state = seed & MASK
        for char in name:
            self.state = mix(self.state * 31 + ord(char) & MASK)

    def unit(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        return (mix(self.state) >> 11) / (1 << 53)

    def between(self, low, high):
        return low + (high - low) * self.unit()

    def below(self, count):
        return int(self.unit() * count)

    def chance(self, probability):
        return self.unit() < probability

    def pick(self, items):
        return items[self.below(len(items))]

    def shuffle(self, items):
        for i in range(len(items) - 1, 0, -1):
            j = self.below(i + 1)
            items[i], items[j] = items[j], items[i]


def noise(seed, x, y):
    """Smooth noise in -1..1 that changes over a distance of about 1."""
    ix, iy = math.floor(x), math.floor(y)
    fx, fy = x - ix, y - iy
    fx, fy = fx * fx * (3 - 2 * fx), fy * fy * (3 - 2 * fy)

    def at(i, j):
        return (mix((seed * 0x9E3779B1 + i * 0x85EBCA6B + j * 0xC2B2AE35) & MASK) >> 11) / (1 << 52) - 1

    low = at(ix, iy) * (1 - fx) + at(ix + 1, iy) * fx
    high = at(ix, iy + 1) * (1 - fx) + at(ix + 1, iy + 1) * fx
    return low * (1 - fy) + high * fy


def direction(angle):
    """(cos, sin) of an angle in radians."""
    turns = angle / (2 * math.pi)
    x = (turns - math.floor(turns + 0.5)) * (math.pi / 2)  # a quarter of the angle
    square, term, s = x * x, x, 0.0
    for k in range(1, 9):
        s += term
        term *= -square / ((2 * k) * (2 * k + 1))
    c = math.sqrt(1 - s * s)
    c, s = c * c - s * s, 2 * c * s
    return c * c - s * s, 2 * c * s


def half_angle(c, s):
    """(cos, sin) of half the angle whose cosine and sine are given."""
    if c > -0.5:
        half = math.sqrt((1 + c) / 2)
        return half, s / (2 * half)
    half = math.sqrt((1 - c) / 2)
    return (s / (2 * half), half) if s >= 0 else (-s / (2 * half), -half)


def distance(a, b):
    dx, dy = a[0] - b[0], a[1] - b[1]
    return math.sqrt(dx * dx + dy * dy)


def length(line):
    return sum(distance(a, b) for a, b in zip(line, line[1:]))


def towards(a, b):
    """The unit vector from a to b."""
    d = distance(a, b) or 1.0
    return (b[0] - a[0]) / d, (b[1] - a[1]) / d


def spline(points, step=25.0, closed=False):
    """A smooth curve through the points (Catmull-Rom), a vertex about every `step`."""
    n, out = len(points), []
    for i in range(n if closed else n - 1):
        p1, p2 = points[i], points[(i + 1) % n]
        p0 = points[i - 1] if closed or i > 0 else p1
        p3 = points[(i + 2) % n] if closed or i + 2 < n else p2
        pieces = max(1, int(distance(p1, p2) / step + 0.5))
        for k in range(pieces):
            t = k / pieces
            out.append(tuple(
                0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t * t * t)
                for a, b, c, d in zip(p0, p1, p2, p3)))
    if not closed:
        out.append(points[-1])
    return out


def wiggle(line, seed, size, wave):
    """Moves every vertex by noise, so that nothing drawn by hand looks drawn."""
    return [(x + size * noise(seed, x / wave, y / wave), y + size * noise(seed + 1, x / wave, y / wave)) for x, y in line]


def resample(line, step):
    """Vertices at even distances along the line, both ends kept."""
    total = length(line)
    count = max(1, int(total / step + 0.5))
    out, at, done = [line[0]], 0.0, 1
    for a, b in zip(line, line[1:]):
        d = distance(a, b)
        while done < count and at + d >= total * done / count:
            t = (total * done / count - at) / d if d else 0
            out.append((a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t))
            done += 1
        at += d
    out.append(line[-1])
    return out


def normals(line, closed=False):
    """The unit normal to the left of the line at each vertex."""
    out, n = [], len(line)
    for i in range(n):
        before = line[i - 1] if closed or i > 0 else line[i]
        after = line[(i + 1) % n] if closed or i + 1 < n else line[i]
        dx, dy = towards(before, after)
        out.append((-dy, dx))
    return out


def offset(line, by, closed=False):
    """The line moved to its left; `by` is a number or one for each vertex."""
    many = by if isinstance(by, list) else [by] * len(line)
    return [(x + nx * d, y + ny * d) for (x, y), (nx, ny), d in zip(line, normals(line, closed), many)]


def simplify(line, tolerance):
    """Drops vertices that the line without them misses by less (Douglas-Peucker)."""
    keep = [False] * len(line)
    keep[0] = keep[-1] = True
    stack = [(0, len(line) - 1)]
    while stack:
        first, last = stack.pop()
        worst, where = tolerance, -1
        for i in range(first + 1, last):
            d = to_segment(line[i], line[first], line[last])[0]
            if d > worst:
                worst, where = d, i
        if where >= 0:
            keep[where] = True
            stack += [(first, where), (where, last)]
    return [p for p, kept in zip(line, keep) if kept]


def simplify_ring(ring, tolerance):
    middle = len(ring) // 2
    return simplify(ring[:middle + 1], tolerance)[:-1] + simplify(ring[middle:] + ring[:1], tolerance)[:-1]


def to_segment(p, a, b):
    """Distance of p from the segment ab, and where on it (0..1) the nearest point is."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    square = dx * dx + dy * dy
    t = 0.0 if square == 0 else max(0.0, min(1.0, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / square))
    return distance(p, (a[0] + dx * t, a[1] + dy * t)), t


def crossing(a, b, c, d):
    """Where the segments ab and cd cross, as a fraction of each, or None."""
    rx, ry, sx, sy = b[0] - a[0], b[1] - a[1], d[0] - c[0], d[1] - c[1]
    cross = rx * sy - ry * sx
    if cross == 0:
        return None
    qx, qy = c[0] - a[0], c[1] - a[1]
    t, u = (qx * sy - qy * sx) / cross, (qx * ry - qy * rx) / cross
    return (t, u) if 0 <= t <= 1 and 0 <= u <= 1 else None


def turn(a, b, c):
    value = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    return (value > 0) - (value < 0)


def between(a, b, p):
    return min(a[0], b[0]) <= p[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= p[1] <= max(a[1], b[1])


def touch(a, b, c, d):
    """Whether two segments have a point in common; exact on integers."""
    t1, t2, t3, t4 = turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b)
    if t1 != t2 and t3 != t4:
        return True
    return (t1 == 0 and between(a, b, c)) or (t2 == 0 and between(a, b, d)) or \
        (t3 == 0 and between(c, d, a)) or (t4 == 0 and between(c, d, b))


def inside(p, ring):
    x, y = p
    odd, (px, py) = False, ring[-1]
    for qx, qy in ring:
        if (qy > y) != (py > y) and x < (px - qx) * (y - qy) / (py - qy) + qx:
            odd = not odd
        px, py = qx, qy
    return odd


def area(ring):
    """Positive when the ring turns to the left."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1])) / 2


def blob(centre, rx, ry, tilt, seed, rough=0.18, count=22):
    """A round shape that no compass drew."""
    c, s = direction(tilt)
    points = []
    for k in range(count):
        x, y = direction(2 * math.pi * k / count)
        r = 1 + rough * noise(seed, x * 1.3 + 7, y * 1.3 + 3) + rough * 0.4 * noise(seed, x * 4, y * 4)
        x, y = x * rx * r, y * ry * r
        points.append((centre[0] + x * c - y * s, centre[1] + x * s + y * c))
    return points


class Raster:
    """A byte for each square of the ground."""

    def __init__(self, bounds, cell):
        self.x0, self.y0, x1, y1 = bounds
        self.cell = cell
        self.width, self.height = int((x1 - self.x0) / cell), int((y1 - self.y0) / cell)
        self.data = bytearray(self.width * self.height)

    def index(self, x, y):
        """The index of the square, or -1 outside."""
        i, j = math.floor((x - self.x0) / self.cell), math.floor((y - self.y0) / self.cell)
        return j * self.width + i if 0 <= i < self.width and 0 <= j < self.height else -1

    def get(self, x, y, outside=0):
        at = self.index(x, y)
        return self.data[at] if at >= 0 else outside

    def fill(self, rings, bit):
        """Sets a bit inside the rings (even-odd)."""
        edges = [(a, b) for ring in rings for a, b in zip(ring, ring[1:] + ring[:1])]
        crossings = {}
        for (ax, ay), (bx, by) in edges:
            if ay > by:
                ax, ay, bx, by = bx, by, ax, ay
            low = max(0, math.ceil((ay - self.y0) / self.cell - 0.5))
            high = min(self.height, math.ceil((by - self.y0) / self.cell - 0.5))
            for j in range(low, high):
                y = self.y0 + (j + 0.5) * self.cell
                crossings.setdefault(j, []).append(ax + (bx - ax) * (y - ay) / (by - ay))
        for j, xs in crossings.items():
            xs.sort()
            for left, right in zip(xs[::2], xs[1::2]):
                low = max(0, math.ceil((left - self.x0) / self.cell - 0.5))
                high = min(self.width, math.ceil((right - self.x0) / self.cell - 0.5))
                for k in range(j * self.width + low, j * self.width + high):
                    self.data[k] |= bit

    def stamp(self, line, radius, bit):
        """Sets a bit along a line, as wide as twice the radius."""
        reach = int(radius / self.cell) + 1
        for a, b in zip(line, line[1:]):
            steps = max(1, int(distance(a, b) / self.cell))
            for k in range(steps + 1):
                x, y = a[0] + (b[0] - a[0]) * k / steps, a[1] + (b[1] - a[1]) * k / steps
                i, j = math.floor((x - self.x0) / self.cell), math.floor((y - self.y0) / self.cell)
                for dj in range(max(-reach, -j), min(reach + 1, self.height - j)):
                    for di in range(max(-reach, -i), min(reach + 1, self.width - i)):
                        cx, cy = self.x0 + (i + di + 0.5) * self.cell - x, self.y0 + (j + dj + 0.5) * self.cell - y
                        if cx * cx + cy * cy <= radius * radius:
                            self.data[(j + dj) * self.width + i + di] |= bit
