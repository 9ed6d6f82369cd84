"""Builds Soukhaven, the town that the live map shows: city.py --seed 7 --out city.json

The same seed gives the same bytes everywhere. README.md says how it works.
"""

import argparse
import gzip
import json
import os

from soukhaven.build import City
from soukhaven.checks import check
from soukhaven.document import Document


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", default="city.json")
    args = parser.parse_args()
    city = Document(City(args.seed)).content()
    check(city)
    written = json.dumps(city, ensure_ascii=False, separators=(",", ":"))
    raw = written.encode("utf-8")
    if len(raw) > 2_500_000 or len(gzip.compress(raw, 9)) > 700_000:
        raise SystemExit("the city is too large: %d bytes" % len(raw))
    with open(args.out + ".new", "wb") as file:
        file.write(raw)
    os.replace(args.out + ".new", args.out)


if __name__ == "__main__":
    main()
