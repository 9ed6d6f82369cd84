"""The street graph: nodes and straight edges that never cross without a node.

Whatever is added is cut where it meets what is there, and snaps to it when it
comes close. Nodes lie on the grid of the output from the start, so that
rounding at the end cannot make two streets cross. Motorways are the exception:
they pass above everything and are joined to it by ramps alone.
"""

import math

from .geometry import crossing, distance, to_segment, towards

SCALE = (0.0655137, 0.11132)  # metres of one unit of the output (a millionth of a degree), to the east and to the north
CELL = 60.0
SNAP = 11.0
RANKS = {"motorway": 6, "primary": 5, "secondary": 4, "tertiary": 3, "residential": 2, "lane": 1, "service": 1, "path": 0}


def unit(p):
    """A place in units of the output."""
    return [math.floor(p[0] / SCALE[0] + 0.5), math.floor(p[1] / SCALE[1] + 0.5)]


def flat(line):
    """A line in units of the output, x0, y0, x1, y1, …, without what falls together."""
    out = []
    for p in line:
        q = unit(p)
        if out[-2:] != q:
            out += q
    return out


def on_grid(p):
    """The place in metres of the nearest unit of the output."""
    x, y = unit(p)
    return x * SCALE[0], y * SCALE[1]


class Kind:
    """What the edges of one street have in common."""

    def __init__(self, key, cls, name=None, oneway=False):
        self.key, self.cls, self.name, self.oneway = key, cls, name, oneway
        self.rank = RANKS[cls]


class Edge:
    """From `a` to `b`, which matters to one-way streets alone."""

    __slots__ = ("a", "b", "kind", "bridge")

    def __init__(self, a, b, kind, bridge):
        self.a, self.b, self.kind, self.bridge = a, b, kind, bridge


class Network:
    def __init__(self):
        self.at = []          # position of each node
        self.edges = []       # by node: {neighbour: Edge}
        self.cells = {}       # square: {(a, b): Edge} of what may cross
        self.node_cells = {}  # square: [node]

    # nodes

    def add_node(self, p, reachable=True):
        p = on_grid(p)
        self.at.append(p)
        self.edges.append({})
        if reachable:
            self.node_cells.setdefault((math.floor(p[0] / CELL), math.floor(p[1] / CELL)), []).append(len(self.at) - 1)
        return len(self.at) - 1

    def near_node(self, p, reach):
        best, found = reach, None
        ci, cj = math.floor(p[0] / CELL), math.floor(p[1] / CELL)
        for i in (ci - 1, ci, ci + 1):
            for j in (cj - 1, cj, cj + 1):
                for n in self.node_cells.get((i, j), ()):
                    d = distance(p, self.at[n])
                    if d < best and (self.edges[n] or d == 0):
                        best, found = d, n
        return found

    def near_edge(self, p, reach):
        """The nearest edge within reach: (distance, fraction, edge), or None."""
        best = None
        for edge in self.around(p, p, reach):
            d, t = to_segment(p, self.at[edge.a], self.at[edge.b])
            if d < (best[0] if best else reach):
                best = d, t, edge
        return best

    def locate(self, p, snap=SNAP):
        """The node that stands for p: one near by, one on a street near by, or a new one."""
        node = self.near_node(p, snap)
        if node is not None:
            return node
        near = self.near_edge(p, snap * 0.8)
        if near and not near[2].bridge:
            return self.split(near[2], near[1])
        return self.add_node(p)

    # edges

    def squares(self, p, q, margin=0.0):
        for i in range(math.floor((min(p[0], q[0]) - margin) / CELL), math.floor((max(p[0], q[0]) + margin) / CELL) + 1):
            for j in range(math.floor((min(p[1], q[1]) - margin) / CELL), math.floor((max(p[1], q[1]) + margin) / CELL) + 1):
                yield i, j

    def around(self, p, q, margin=0.0):
        seen = {}
        for square in self.squares(p, q, margin):
            seen.update(self.cells.get(square, {}))
        return seen.values()

    def connect(self, a, b, kind, bridge=False):
        """Joins two nodes as they are."""
        if a == b or b in self.edges[a] or self.at[a] == self.at[b]:
            return
        edge = Edge(a, b, kind, bridge)
        self.edges[a][b] = self.edges[b][a] = edge
        if kind.cls != "motorway":
            for square in self.squares(self.at[a], self.at[b]):
                self.cells.setdefault(square, {})[(a, b)] = edge

    def remove(self, edge):
        del self.edges[edge.a][edge.b], self.edges[edge.b][edge.a]
        for square in self.squares(self.at[edge.a], self.at[edge.b]):
            self.cells.get(square, {}).pop((edge.a, edge.b), None)

    def split(self, edge, t):
        """A node on the edge at the fraction t, or the end that is near."""
        a, b = self.at[edge.a], self.at[edge.b]
        whole = distance(a, b)
        near = min(9.0, whole * 0.4)
        if t * whole < near:
            return edge.a
        if (1 - t) * whole < near:
            return edge.b
        p = on_grid((a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t))
        if p in (a, b):
            return edge.a if p == a else edge.b
        node = self.add_node(p)
        self.remove(edge)
        self.connect(edge.a, node, edge.kind, edge.bridge)
        self.connect(node, edge.b, edge.kind, edge.bridge)
        return node

    def first_crossing(self, a, b):
        """The first edge that the segment from node a to node b would cross: (fraction, fraction, edge)."""
        p, q, best = self.at[a], self.at[b], None
        for edge in self.around(p, q):
            if a in (edge.a, edge.b) or b in (edge.a, edge.b):
                continue
            hit = crossing(p, q, self.at[edge.a], self.at[edge.b])
            if hit and (best is None or hit[0] < best[0]):
                best = hit[0], hit[1], edge
        return best

    def sliver(self, a, b):
        """Whether an edge between them would lie almost upon another that starts there."""
        for start, end in ((a, b), (b, a)):
            dx, dy = towards(self.at[start], self.at[end])
            for other in self.edges[start]:
                ex, ey = towards(self.at[start], self.at[other])
                if dx * ex + dy * ey > 0.94 and other != end:
                    return True
        return False

    def link(self, a, b, kind, bridge=False, stop=9, depth=0):
        """Joins two nodes by as many edges as it takes. Ends early at a street
        of the rank `stop` or above, or where it would run into a bridge; says
        whether it arrived."""
        if a == b or b in self.edges[a]:
            return True
        if depth > 12:
            return False
        hit = self.first_crossing(a, b)
        if hit is None:
            if kind.rank <= 3 and self.sliver(a, b):
                return False
            self.connect(a, b, kind, bridge)
            return True
        if hit[2].bridge and not kind.oneway:
            return False
        halt = hit[2].kind.rank >= stop
        middle = self.split(hit[2], hit[1])
        if middle in (a, b):
            return middle == b
        return self.link(a, middle, kind, bridge, stop, depth + 1) and not halt and \
            self.link(middle, b, kind, bridge, stop, depth + 1)

    def insert(self, line, kind, bridge=False, stop=9, closed=False):
        """Lays a street along a line."""
        first = here = self.locate(line[0])
        for p in line[1:]:
            there = self.locate(p)
            if not self.link(here, there, kind, bridge, stop) and stop < 9:
                return
            here = there
        if closed:
            self.link(here, first, kind, bridge, stop)

    def all_edges(self):
        for a, around in enumerate(self.edges):
            for b, edge in around.items():
                if edge.a == a:
                    yield edge
