#!/usr/bin/env python3
"""Makes ukraine.txt of the outlines that README.md names. Usage: make_outlines.py ukr.topo.json >ukraine.txt

Shared borders are simplified once (Douglas-Peucker), so that neighbours still meet without gaps."""
import json
import math
import sys

# Degrees of latitude; about 1.3 km.
TOLERANCE = 0.012
# Islands and slivers below this area, in millionths of a square degree, are left out.
LEAST_AREA = 1500
EAST = math.cos(math.radians(48.5))
CODES = {
    "Cherkasy": "UA-71", "Chernihiv": "UA-74", "Chernivtsi": "UA-77", "Crimea": "UA-43", "Dnipropetrovs'k": "UA-12",
    "Donets'k": "UA-14", "Ivano-Frankivs'k": "UA-26", "Kharkiv": "UA-63", "Kherson": "UA-65", "Khmel'nyts'kyy": "UA-68",
    "Kiev": "UA-32", "Kiev City": "UA-30", "Kirovohrad": "UA-35", "L'viv": "UA-46", "Luhans'k": "UA-09", "Mykolayiv": "UA-48",
    "Odessa": "UA-51", "Poltava": "UA-53", "Rivne": "UA-56", "Sevastopol": "UA-40", "Sumy": "UA-59", "Ternopil'": "UA-61",
    "Transcarpathia": "UA-21", "Vinnytsya": "UA-05", "Volyn": "UA-07", "Zaporizhzhya": "UA-23", "Zhytomyr": "UA-18",
}


def arcs_of(topology):
    (scale_x, scale_y), (left, bottom) = topology["transform"]["scale"], topology["transform"]["translate"]
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for east, north in arc:
            x, y = x + east, y + north
            points.append((x * scale_x + left, y * scale_y + bottom))
        yield points


def away(point, start, end):
    """How far the point lies from the line between the two."""
    px, py, ax, ay, bx, by = point[0] * EAST, point[1], start[0] * EAST, start[1], end[0] * EAST, end[1]
    length = math.hypot(bx - ax, by - ay)
    along = 0 if length == 0 else max(0, min(1, ((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / length / length))
    return math.hypot(px - ax - along * (bx - ax), py - ay - along * (by - ay))


def simplified(points):
    keep = {0, len(points) - 1}
    open_parts = [(0, len(points) - 1)]
    if points[0] == points[-1]:
        far = max(range(len(points)), key=lambda i: away(points[i], points[0], points[0]))
        keep.add(far)
        open_parts = [(0, far), (far, len(points) - 1)]
    while open_parts:
        first, last = open_parts.pop()
        middle = max(range(first + 1, last), key=lambda i: away(points[i], points[first], points[last]), default=None)
        if middle is not None and away(points[middle], points[first], points[last]) > TOLERANCE:
            keep.add(middle)
            open_parts += [(first, middle), (middle, last)]
    return [points[i] for i in sorted(keep)]


def area(ring):
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1])) / 2


def ring_of(arcs, numbers):
    points = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        points += arc[1:] if points else arc
    ring = []
    for x, y in points:
        corner = (round(x * 1000), round(y * 1000))
        if not ring or ring[-1] != corner:
            ring.append(corner)
    if ring[0] == ring[-1]:
        ring.pop()
    return ring if area(ring) > 0 else ring[::-1]


def main():
    topology = json.load(open(sys.argv[1], encoding="utf-8"))
    arcs = [simplified(points) for points in arcs_of(topology)]
    print("# Outlines of Ukraine's regions. Source, licence and how it was made: README.md in this folder.")
    print("# A code of ISO 3166-2 starts a ring; its corners follow, longitude,latitude in thousandths of a degree, anticlockwise.")
    print("# Regions of several parts have several rings. Kyiv lies on top of its oblast, whose ring has no hole.")
    for region in sorted(topology["objects"]["ukr"]["geometries"], key=lambda each: CODES[each["properties"]["name"]]):
        for polygon in [region["arcs"]] if region["type"] == "Polygon" else region["arcs"]:
            ring = ring_of(arcs, polygon[0])
            if area(ring) * EAST >= LEAST_AREA:
                print(CODES[region["properties"]["name"]])
                for first in range(0, len(ring), 14):
                    print(" ".join(f"{x},{y}" for x, y in ring[first:first + 14]))


main()
