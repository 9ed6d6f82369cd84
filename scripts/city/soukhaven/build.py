"""Puts the town together: the streets of the plan, the small ones, tidying, names, numbers, houses.

What must hold at the end is said in `checks`; here each step leaves the graph
without crossings, and the last ones make it one that cars can use throughout.
"""

import math

from .fill import WALLS, Filler
from .geometry import Rng, crossing, distance, length, offset, resample, simplify, to_segment, touch, towards
from .houses import Houses
from .naming import Names
from .network import Kind, Network, unit
from .plan import CUTTING, MOTORWAY, TRACK, WATER, Plan

class City:
    def __init__(self, seed):
        self.seed = seed
        self.plan = Plan(seed)
        self.net = Network()
        self.lay_motorway()
        self.lay_great_streets()
        self.lay_ramps()
        filler = Filler(self.plan, self.net, seed)
        self.field = filler.field
        filler.fill()
        self.join_ends()
        self.lose_some()
        self.prune(34.0)
        self.pair_ends()
        self.prune(85.0)
        filler.paths()
        self.untangle()
        self.keep_largest()
        self.streets = self.name_and_number()
        self.choose_one_ways()
        self.houses = Houses(self, seed)

    def lay_motorway(self):
        """Two carriageways, each one-way, joined at both ends far outside the map."""
        kind = Kind("motorway", "motorway", "A 291", oneway=True)
        self.carriageways = []
        for line in (offset(self.plan.motorway, -11.0), offset(self.plan.motorway, 11.0)[::-1]):
            nodes = [self.net.add_node(p, reachable=False) for p in simplify(line, 1.5)]
            self.carriageways.append(nodes)
            for a, b in zip(nodes, nodes[1:]):
                p, q = self.net.at[a], self.net.at[b]
                over = any(self.plan.raster.get(p[0] + (q[0] - p[0]) * k / 9, p[1] + (q[1] - p[1]) * k / 9) & WATER for k in range(10))
                self.net.connect(a, b, kind, over)
        (a, *_, b), (c, *_, d) = self.carriageways
        self.net.connect(b, c, kind)
        self.net.connect(d, a, kind)

    def lay_great_streets(self):
        for k, (name, cls, line, closed) in enumerate(self.plan.streets):
            kind = Kind("g%d" % k, cls, name)
            if closed:
                line = line + line[:1]
            for piece, over in self.cut_at_walls(line):
                if not over:
                    self.net.insert(simplify(piece, 0.4), kind)
                elif cls != "residential" or not any(self.plan.raster.get(*p) & WATER for p in piece):
                    self.net.insert(simplify(piece, 3.0), kind, bridge=True)

    def cut_at_walls(self, line):
        """The pieces of a line on land and those above water or tracks, by turns."""
        fine, pieces, state = resample(line, 5.0), [], None
        for p in fine:
            over = bool(self.plan.raster.get(*p) & (WATER | TRACK | CUTTING))
            if over != state:
                if pieces:
                    pieces[-1][0].append(p)
                pieces.append(([p], over))
                state = over
            else:
                pieces[-1][0].append(p)
        return [piece for piece in pieces if len(piece[0]) > 1]

    def lay_ramps(self):
        """At each junction four ramps: off and on, for either direction."""
        net = self.net
        for name, at in (("Bremer Straße", (40, -2880)), ("Hamburger Straße", (4070, 290))):
            for nodes in self.carriageways:
                line = [net.at[n] for n in nodes]
                out = offset(resample(line, 60.0), -85.0)
                foot = None
                for a, b in zip(out, out[1:]):
                    if distance(a, at) > 500:
                        continue
                    for edge in list(net.around(a, b)):
                        hit = edge.kind.name == name and crossing(a, b, net.at[edge.a], net.at[edge.b])
                        if hit:
                            foot = net.split(edge, hit[1])
                            break
                    if foot is not None:
                        break
                if foot is None:
                    raise SystemExit("no place for the ramps of " + name)
                self.lay_pair(nodes, line, foot, name)

    def lay_pair(self, nodes, line, foot, name):
        net = self.net
        fine = resample(line, 10.0)
        middle = min(range(len(fine)), key=lambda i: distance(fine[i], net.at[foot]))
        for sign in (-1, 1):
            away = [middle + sign * k for k in (42, 30, 20, 10, 4)]
            shape = [offset(fine, -d)[i] for i, d in zip(away[1:], (12.0, 34.0, 62.0, 78.0))]
            start = self.split_motorway(fine[away[0]])
            ids = [start] + [net.add_node(p) for p in shape] + [foot]
            if sign > 0:
                ids = ids[::-1]
            kind = Kind("ramp%d.%d" % (foot, sign), "secondary", "Zubringer %s" % name, oneway=True)
            for a, b in zip(ids, ids[1:]):
                net.connect(a, b, kind)
            self.plan.raster.stamp([net.at[n] for n in ids[:-1]], 20.0, MOTORWAY)

    def split_motorway(self, p):
        """A node of the carriageway that passes through p."""
        net = self.net
        best = None
        for a, around in enumerate(net.edges):
            for b, edge in around.items():
                if edge.kind.cls == "motorway" and edge.a == a:
                    d, t = to_segment(p, net.at[a], net.at[b])
                    if best is None or d < best[0]:
                        best = d, t, edge
        _, t, edge = best
        a, b = net.at[edge.a], net.at[edge.b]
        node = net.add_node((a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t), reachable=False)
        net.remove(edge)
        net.connect(edge.a, node, edge.kind, edge.bridge)
        net.connect(node, edge.b, edge.kind, edge.bridge)
        return node

    def join_ends(self):
        """Lengthens dead ends until they meet a street that is near ahead."""
        net = self.net
        for n in range(len(net.at)):
            if len(net.edges[n]) != 1:
                continue
            (other, edge), = net.edges[n].items()
            if edge.kind.rank > 3 or edge.kind.rank < 1 or edge.bridge:
                continue
            dx, dy = towards(net.at[other], net.at[n])
            p = net.at[n]
            best = None
            for turn in (0.0, 0.25, -0.25, 0.5, -0.5):
                ex, ey = dx - dy * turn, dy + dx * turn
                q = (p[0] + ex * 75, p[1] + ey * 75)
                for candidate in net.around(p, q):
                    if n in (candidate.a, candidate.b) or candidate.bridge:
                        continue
                    cx, cy = towards(net.at[candidate.a], net.at[candidate.b])
                    if abs(cx * ex + cy * ey) > 0.9 * math.sqrt(ex * ex + ey * ey):
                        continue  # they would run side by side
                    hit = crossing(p, q, net.at[candidate.a], net.at[candidate.b])
                    if hit and (best is None or hit[0] + abs(turn) < best[0]):
                        best = hit[0] + abs(turn), hit, candidate, q
            if best is None:
                continue
            _, hit, candidate, q = best
            if any(self.plan.raster.get(p[0] + (q[0] - p[0]) * hit[0] * k / 8, p[1] + (q[1] - p[1]) * hit[0] * k / 8) & WALLS for k in range(9)):
                continue
            net.link(n, net.split(candidate, hit[1]), edge.kind)

    def dead_ends(self):
        """Each as (node, the node before it, its edge)."""
        for n in range(len(self.net.at)):
            if len(self.net.edges[n]) == 1:
                (other, edge), = self.net.edges[n].items()
                if edge.kind.rank <= 3 and not edge.bridge:
                    yield n, other, edge

    def clear(self, p, q):
        """Whether no wall stands between two places."""
        steps = int(distance(p, q) / 6) + 1
        return not any(self.plan.raster.get(p[0] + (q[0] - p[0]) * k / steps, p[1] + (q[1] - p[1]) * k / steps) & WALLS
                       for k in range(steps + 1))

    def pair_ends(self):
        """Joins dead ends that lie side by side, as a street along the edge of a quarter would."""
        net = self.net
        ends = {n: other for n, other, _ in self.dead_ends()}
        for n, other in ends.items():
            if len(net.edges[n]) != 1:
                continue
            p = net.at[n]
            dx, dy = towards(net.at[other], p)
            best, found = 190.0, None
            for m in ends:
                q = net.at[m]
                if m == n or len(net.edges[m]) != 1 or abs(q[0] - p[0]) > best or abs(q[1] - p[1]) > best:
                    continue
                d = distance(p, q)
                ex, ey = towards(p, q)
                fx, fy = towards(net.at[ends[m]], q)
                if 25 < d < best and -0.35 < dx * ex + dy * ey < 0.6 and -0.35 < -fx * ex - fy * ey < 0.6 and self.clear(p, q) and net.first_crossing(n, m) is None and not net.sliver(n, m):
                    best, found = d, m
            if found is not None:
                net.connect(n, found, net.edges[n][other].kind)

    def lose_some(self):
        """Leaves out some stretches between two junctions, so that blocks differ in size."""
        net, rng = self.net, Rng(self.seed, "lose")
        for n in range(len(net.at)):
            if len(net.edges[n]) < 3:
                continue
            for other, edge in list(net.edges[n].items()):
                stretch, here, before = [edge], other, n
                while len(net.edges[here]) == 2:
                    after = next(e for m, e in net.edges[here].items() if m != before)
                    before, here = here, after.b if after.a == here else after.a
                    stretch.append(after)
                if here < n or here == n or len(net.edges[here]) < 3 or len(net.edges[n]) < 3:
                    continue
                quarter = self.plan.quarter_at(*net.at[other])
                if quarter and all(e.kind.rank <= 2 and e.kind.name is None for e in stretch) and rng.chance(quarter.lose):
                    for e in stretch:
                        net.remove(e)

    def prune(self, shortest):
        """Removes dead ends that lead nowhere."""
        net = self.net
        for n in range(len(net.at)):
            path, run, here = [], 0.0, n
            while len(net.edges[here]) == 1 or (path and len(net.edges[here]) == 2):
                step = [e for e in net.edges[here].values() if e not in path]
                if not step:
                    break
                path.append(step[0])
                run += distance(net.at[step[0].a], net.at[step[0].b])
                here = step[0].b if step[0].a == here else step[0].a
                if run > shortest:
                    break
            if path and run <= shortest and path[0].kind.rank <= 3:
                for edge in path:
                    net.remove(edge)

    def untangle(self):
        """Removes the lesser of two streets that touch without a node: rounding
        bends a street by a hand's breadth where it is cut."""
        net = self.net
        for edge in list(net.all_edges()):
            if edge.kind.cls == "motorway" or edge.b not in net.edges[edge.a]:
                continue
            a, b = unit(net.at[edge.a]), unit(net.at[edge.b])
            for other in list(net.around(net.at[edge.a], net.at[edge.b], 1.0)):
                if {edge.a, edge.b} & {other.a, other.b} or edge.bridge or other.bridge:
                    continue
                if touch(a, b, unit(net.at[other.a]), unit(net.at[other.b])):
                    lesser = edge if edge.kind.rank <= other.kind.rank else other
                    net.remove(lesser)
                    if lesser is edge:
                        break

    def keep_largest(self):
        """Keeps what cars can reach from one another, and all walks."""
        net, seen, best = self.net, {}, []
        for n in range(len(net.at)):
            if n in seen or not net.edges[n]:
                continue
            part, seen[n] = [n], True
            for m in part:
                for other, edge in net.edges[m].items():
                    if other not in seen and edge.kind.cls != "path":
                        seen[other] = True
                        part.append(other)
            if len(part) > len(best):
                best = part
        kept = dict.fromkeys(best)
        for edge in list(net.all_edges()):
            if edge.a not in kept and edge.kind.cls != "path":
                net.remove(edge)

    # names and numbers

    def paths(self):
        """The edges of each street, as runs of nodes."""
        by_key = {}
        for edge in self.net.all_edges():
            by_key.setdefault(edge.kind.key, []).append(edge)
        for edges in by_key.values():
            around = {}
            for edge in edges:
                around.setdefault(edge.a, []).append(edge)
                around.setdefault(edge.b, []).append(edge)
            used = {}
            starts = [n for n in around if len(around[n]) != 2] + list(around)
            kind = edges[0].kind
            for start in starts:
                for first in around[start]:
                    if first in used or (kind.oneway and first.a != start):
                        continue
                    path, here, edge = [start], start, first
                    run = []
                    while edge is not None:
                        used[edge] = True
                        run.append(edge)
                        here = edge.b if edge.a == here else edge.a
                        path.append(here)
                        nexts = [e for e in around[here] if e not in used and not (kind.oneway and e.a != here)]
                        edge = nexts[0] if nexts and len(around[here]) <= 2 else None
                    yield kind, path, run

    def name_and_number(self):
        names = Names(self.seed, [s[0] for s in self.plan.streets])
        streets, next_number = [], {}
        for kind, path, run in self.paths():
            for part, edges in self.cut_long(kind, path, run):
                middle = self.net.at[part[len(part) // 2]]
                quarter = self.plan.quarter_at(*middle)
                name = kind.name if kind.name is not None else names.new(quarter.name if quarter else "Umland", kind.cls)
                streets += self.entries(kind, name, part, edges, next_number)
        return streets

    def cut_long(self, kind, path, run):
        """A long small street changes its name where it meets a greater one."""
        if kind.name is not None:
            return [(path, run)]
        parts, first, done = [], 0, 0.0
        for i, edge in enumerate(run):
            done += distance(self.net.at[edge.a], self.net.at[edge.b])
            meets = any(e.kind.rank > kind.rank for e in self.net.edges[path[i + 1]].values())
            if done > (420 if meets else 800) and i + 2 < len(run):
                parts.append((path[first:i + 2], run[first:i + 1]))
                first, done = i + 1, 0.0
        parts.append((path[first:], run[first:]))
        return parts

    def entries(self, kind, name, path, run, next_number):
        """The entries of one street: cut where it goes over a bridge or out of town."""
        out = []
        for i, edge in enumerate(run):
            a, b = self.net.at[path[i]], self.net.at[path[i + 1]]
            quarter = self.plan.quarter_at((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
            lived = quarter is not None and not edge.bridge and not kind.oneway and kind.cls != "path"
            if out and out[-1]["bridge"] == edge.bridge and out[-1]["lived"] == lived:
                out[-1]["path"].append(path[i + 1])
            else:
                out.append({"bridge": edge.bridge, "lived": lived, "path": path[i:i + 2], "quarter": quarter})
        for entry in out:
            entry.update(name=name, kind=kind, oneway=kind.oneway)
            if entry["lived"]:
                lot = entry["quarter"].lot or 55
                pairs = max(1, int(length([self.net.at[n] for n in entry["path"]]) / lot + 0.5))
                first = next_number.get(name, 1)
                entry["numbers"] = [first, first + 2 * pairs - 1]
                next_number[name] = first + 2 * pairs
        return out

    def choose_one_ways(self):
        """Makes some narrow streets one-way, as long as one still gets everywhere."""
        rng, by_name = Rng(self.seed, "one-way"), {}
        for s in self.streets:
            if s["kind"].rank in (1, 2) and s["kind"].name is None and s.get("quarter") and s["quarter"].style in ("old", "dense"):
                by_name.setdefault(s["name"], []).append(s)
        names = list(by_name)
        rng.shuffle(names)
        for name in names[:36]:
            for s in by_name[name]:
                s["oneway"] = True
            if not self.strongly_connected():
                for s in by_name[name]:
                    s["oneway"] = False

    def strongly_connected(self):
        ahead, back = {}, {}
        for s in self.streets:
            if s["kind"].cls == "path":
                continue
            for a, b in zip(s["path"], s["path"][1:]):
                ahead.setdefault(a, []).append(b)
                back.setdefault(b, []).append(a)
                if not s["oneway"]:
                    ahead.setdefault(b, []).append(a)
                    back.setdefault(a, []).append(b)
        everywhere = len(dict.fromkeys(list(ahead) + list(back)))
        for graph in (ahead, back):
            start = next(iter(ahead))
            seen, queue = {start: True}, [start]
            for n in queue:
                for m in graph.get(n, ()):
                    if m not in seen:
                        seen[m] = True
                        queue.append(m)
            if len(seen) != everywhere:
                return False
        return True
