"""How well copies are found: precision and recall by kind of disguise, speed, and a well-known library beside it.

Run as `.venv/bin/python bench/duplicates.py [--data DIR] [--texts N]`. The originals are real reviews and complaints of
the public sets in DIR (`zh_online_shopping_10_cats.csv.gz`, `en_cfpb_narratives.csv.gz`), or invented appeals
without it. Each copy is disguised in one known way, so the truth is known. The library is `datasketch`
(`pip install -r bench/requirements.txt`); without it the comparison is left out. Nothing is asserted here.
"""

import argparse
import csv
import gzip
import importlib.util
import os
import platform
import random
import sys
import time
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from classifier.duplicates import BANDS, ROWS, alike, bands, runs, sketch  # noqa: E402

SETS = {"zh": "zh_online_shopping_10_cats.csv.gz", "en": "en_cfpb_narratives.csv.gz"}
HIDDEN = "\u200b\u200d\u2060\ufeff"
LOOKALIKE = str.maketrans("aceopxy", "асеорху")


def texts_of(folder: Path | None, count: int) -> list[str]:
    if folder is None:
        spec = importlib.util.spec_from_file_location("invented", ROOT / "tests" / "classifier" / "invented.py")
        assert spec
        assert spec.loader
        invented = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(invented)
        found = [row.case.statement for row in invented.decided_cases(count)]
    else:
        found = []
        for name in SETS.values():
            with gzip.open(folder / name, "rt", encoding="utf-8", newline="") as file:
                found += [row["text"] for row in csv.DictReader(file)]
        random.Random(42).shuffle(found)
    return [text for text in dict.fromkeys(found) if runs(text)][:count]


def units(text: str) -> list[str]:
    return text.split(" ") if text.isascii() else list(text)


def joined(text: str, parts: list[str]) -> str:
    return (" " if text.isascii() else "").join(parts)


def typos(text: str, share: float, lots: random.Random) -> str:
    parts = units(text)
    for i in lots.sample(range(len(parts)), max(1, int(len(parts) * share))):
        parts[i] = "" if lots.random() < 0.5 else lots.choice(parts)
    return joined(text, parts)


def disguised(text: str, padding: str, lots: random.Random) -> dict[str, str]:
    half = len(units(text)) // 2
    return {
        "as it was": text,
        "zero-width between all": lots.choice(HIDDEN).join(text),
        "look-alikes and full width": text.translate(LOOKALIKE).replace(",", "，").replace("!", "！").upper(),
        "numbers exchanged": "".join(str(lots.randrange(10)) if c.isdigit() and c.isascii() else c for c in text),
        "one unit in 20 changed": typos(text, 0.05, lots),
        "one unit in 8 changed": typos(text, 0.125, lots),
        "two halves exchanged": joined(text, units(text)[half:] + units(text)[:half]),
        "another text of up to its length behind it": text + "\n" + joined(padding, units(padding)[: len(units(text))]),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="folder with the public sets")
    parser.add_argument("--texts", type=int, default=4_000)
    options = parser.parse_args()
    lots = random.Random(0)
    originals = texts_of(options.data, options.texts)
    print(
        f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {os.cpu_count()} cores,"
        f" {len(originals):,} texts"
    )

    begun = time.process_time()
    cut = [runs(text) for text in originals]
    middle = time.process_time()
    sketches = [sketch(found) for found in cut]
    names = [bands(made) for made in sketches]
    ended = time.process_time()
    print(
        f"cutting {1e3 * (middle - begun) / len(cut):.3f} ms,"
        f" sketching {1e3 * (ended - middle) / len(cut):.3f} ms a text"
    )
    index = defaultdict(list)
    for i, found in enumerate(names):
        for name in found:
            index[name].append(i)

    def copies(text: str, leave: int = -1) -> list[int]:
        found = runs(text)
        if not found:
            return []
        near = {i for name in bands(sketch(found)) for i in index.get(name, ())} - {leave}
        return [i for i in near if alike(found, cut[i]).is_copy]

    # Chance copies among the originals themselves (reviews repeat each other) are counted by comparing all pairs.
    sample = lots.sample(range(len(originals)), min(300, len(originals)))
    true = {(i, j) for i in sample for j in range(len(cut)) if i != j and alike(cut[i], cut[j]).is_copy}
    found_pairs = {(i, j) for i in sample for j in copies(originals[i], leave=i)}
    print(
        f"pairs that are copies by exact count, untouched texts: {len(true)}; found by bands: {len(found_pairs & true)}"
    )

    print(f"\n| disguise | recall | precision | compared exactly, of {len(originals):,} |\n|---|---|---|---|")
    times = []
    for kind in disguised(originals[0], originals[1], random.Random(0)):
        hits = wrong = right = compared = 0
        for i in sample:
            padding = lots.randrange(len(originals))
            text = disguised(originals[i], originals[padding], lots)[kind]
            started = time.process_time()
            found = copies(text)
            times.append(time.process_time() - started)
            sources = (i, padding) if kind.startswith("another") else (i,)
            kin = {j for j in found for s in sources if j == s or alike(cut[s], cut[j]).is_copy}
            hits += i in found
            right += len(kin)
            wrong += len(found) - len(kin)
            compared += len({j for name in bands(sketch(runs(text))) for j in index.get(name, ())})
        print(
            f"| {kind} | {hits / len(sample):.3f} | {right / max(right + wrong, 1):.3f} |"
            f" {compared / len(sample):.1f} |"
        )
    times.sort()
    print(
        f"\nlooking for copies of one text: p50 {1e3 * times[len(times) // 2]:.2f} ms,"
        f" p99 {1e3 * times[int(len(times) * 0.99)]:.2f} ms"
    )

    try:
        from datasketch import MinHash, MinHashLSH
    except ImportError:
        print("datasketch is not installed: no comparison")
        return
    begun = time.process_time()
    beside = MinHashLSH(num_perm=BANDS * ROWS, params=(BANDS, ROWS))
    hashes = []
    for i, found in enumerate(cut):
        made = MinHash(num_perm=BANDS * ROWS, hashfunc=int)
        made.update_batch(list(found))
        hashes.append(made)
        beside.insert(i, made)
    print(f"datasketch: {1e3 * (time.process_time() - begun) / len(cut):.3f} ms a text to sketch and insert")
    for kind in ("one unit in 8 changed", "another text of up to its length behind it"):
        hits = ours = 0
        for i in sample:
            found = runs(disguised(originals[i], lots.choice(originals), lots)[kind])
            made = MinHash(num_perm=BANDS * ROWS, hashfunc=int)
            made.update_batch(list(found))
            hits += i in beside.query(made)
            ours += any(i in index.get(name, ()) for name in bands(sketch(found)))
        print(f"candidates, {kind}: ours {ours / len(sample):.3f}, datasketch {hits / len(sample):.3f}")


if __name__ == "__main__":
    main()
