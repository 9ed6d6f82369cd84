"""What must hold of a finished city. Works on the document alone, in its integers."""

from .geometry import inside, touch

CELL = 1500  # units


def fail(message):
    raise SystemExit("the city is wrong: " + message)


def points(flat):
    return [(flat[i], flat[i + 1]) for i in range(0, len(flat), 2)]


def squares(p, q):
    for i in range(min(p[0], q[0]) // CELL, max(p[0], q[0]) // CELL + 1):
        for j in range(min(p[1], q[1]) // CELL, max(p[1], q[1]) // CELL + 1):
            yield i, j


def check(city):
    nodes = points(city["nodes"])
    if not 10000 <= len(nodes) <= 25000:
        fail("%d nodes" % len(nodes))
    edges = check_streets(city, nodes)
    check_connected(city, nodes)
    check_crossings(city, nodes, edges)
    check_water(city, nodes, edges)
    check_numbers(city, nodes)
    for depot in city["depots"]:
        if not any(s["name"] == depot["street"] and depot["node"] in s["nodes"] and "numbers" in s and
                   s["numbers"][0] <= depot["number"] <= s["numbers"][1] for s in city["streets"]):
            fail("%s has no address" % depot["name"])


def check_streets(city, nodes):
    edges, seen = [], {}
    for k, street in enumerate(city["streets"]):
        if len(street["nodes"]) < 2 or not all(0 <= n < len(nodes) for n in street["nodes"]):
            fail("the nodes of " + street["name"])
        for a, b in zip(street["nodes"], street["nodes"][1:]):
            if nodes[a] == nodes[b]:
                fail("an edge of no length in " + street["name"])
            if (min(a, b), max(a, b)) in seen:
                fail("two edges between the same nodes in " + street["name"])
            seen[(min(a, b), max(a, b))] = True
            edges.append((a, b, k))
    return edges


def check_connected(city, nodes):
    ahead, back, cars = {}, {}, {}
    for street in city["streets"]:
        if street["class"] == "path":
            continue
        for a, b in zip(street["nodes"], street["nodes"][1:]):
            cars[a] = cars[b] = True
            ahead.setdefault(a, []).append(b)
            back.setdefault(b, []).append(a)
            if not street["oneway"]:
                ahead.setdefault(b, []).append(a)
                back.setdefault(a, []).append(b)
    for graph, words in ((ahead, "reached from"), (back, "left towards")):
        start = next(iter(cars))
        seen, queue = {start: True}, [start]
        for n in queue:
            for m in graph.get(n, ()):
                if m not in seen:
                    seen[m] = True
                    queue.append(m)
        if len(seen) != len(cars):
            fail("%d of %d nodes cannot be %s the first" % (len(cars) - len(seen), len(cars), words))


def check_crossings(city, nodes, edges):
    cells = {}
    for edge in edges:
        if city["streets"][edge[2]]["class"] == "motorway":
            continue
        for square in squares(nodes[edge[0]], nodes[edge[1]]):
            cells.setdefault(square, []).append(edge)
    for around in cells.values():
        for i, (a, b, k) in enumerate(around):
            for c, d, m in around[:i]:
                if a in (c, d) or b in (c, d):
                    continue
                if touch(nodes[a], nodes[b], nodes[c], nodes[d]) and not city["streets"][k]["bridge"] and not city["streets"][m]["bridge"]:
                    fail("%s crosses %s near %s" % (city["streets"][k]["name"], city["streets"][m]["name"], nodes[a]))


def check_water(city, nodes, edges):
    """No car street in water: its ends are on land, and it crosses no shore."""
    land = [points(part["ring"]) for part in city["land"]]
    water = [[points(ring) for ring in part["rings"]] for part in city["water"]]
    shores = {}
    for ring in land + [ring for rings in water for ring in rings]:
        for p, q in zip(ring, ring[1:] + ring[:1]):
            for square in squares(p, q):
                shores.setdefault(square, []).append((p, q))
    boxes = [(min(p[0] for p in r[0]), min(p[1] for p in r[0]), max(p[0] for p in r[0]), max(p[1] for p in r[0])) for r in water]

    def wet(p):
        if not any(inside(p, ring) for ring in land):
            return True
        return any(x0 <= p[0] <= x1 and y0 <= p[1] <= y1 and sum(inside(p, ring) for ring in rings) % 2
                   for (x0, y0, x1, y1), rings in zip(boxes, water))

    known = {}
    for a, b, k in edges:
        street = city["streets"][k]
        if street["bridge"] or street["class"] in ("path", "motorway"):
            continue
        for n in (a, b):
            if n not in known:
                known[n] = wet(nodes[n])
            if known[n]:
                fail("%s stands in water at %s" % (street["name"], nodes[n]))
        for square in squares(nodes[a], nodes[b]):
            for p, q in shores.get(square, ()):
                if touch(nodes[a], nodes[b], p, q):
                    fail("%s runs into water near %s" % (street["name"], nodes[a]))


def check_numbers(city, nodes):
    taken, count = {}, 0
    districts = [points(d["ring"]) for d in city["districts"]]
    for street in city["streets"]:
        if "numbers" not in street:
            continue
        first, last = street["numbers"]
        if first < 1 or last < first:
            fail("the numbers of " + street["name"])
        for number in range(first, last + 1):
            if (street["name"], number) in taken:
                fail("%s %d twice" % (street["name"], number))
            taken[(street["name"], number)] = True
        count += last - first + 1
        for n in street["nodes"]:
            if sum(inside(nodes[n], ring) for ring in districts) != 1:
                fail("%s is not in one district at %s" % (street["name"], nodes[n]))
    if count < 12000:
        fail("only %d house numbers" % count)
