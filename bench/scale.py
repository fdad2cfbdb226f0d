"""Whether reading stays flat: every page of every role, and claims, at a thousand notices and at hundreds of thousands.

Run as `DATABASE_URL=postgres://user@host/any python bench/scale.py [--copies N] [--rounds N] [--plans FILE]`. Makes the
databases scale_base (the sample, some minutes), scale_small and scale_large (3 and N whole copies of each of its cases,
`scale_load.py`) on that server and keeps them; `--anew` makes them again. Both are measured in turn, each page by the
least of some openings (`scale_pages.py`), and what is not flat is shown with its slowest statement's plan.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "var" / "scale"
SMALL = 3
PEOPLE = {
    "merchant": "linxiaoyan",
    "consumer": "wangmin",
    "executor": "qingyuan_bai",
    "reviewer": "tanyue",
    "senior": "guwen",
    "mediator": "shenbo",
    "compliance": "yaoning",
    "administrator": "hemart_admin",
}
CLAIMERS, CLAIMS, CLAIM_ROUNDS = 16, 5, 5
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
FLAT, SMALLEST_MS, SLOWEST_MS, MORE_STATEMENTS = 1.5, 30, 300, 5
"""A page is flat whose SQL takes at most so many times as long, or no more than so many milliseconds."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--copies", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--anew", action="store_true")
    parser.add_argument("--only", default="", help="roles and pages with this in their name")
    parser.add_argument("--out", default=str(FOLDER / "pages.md"), help="every page, and the plans of what is not flat")
    parser.add_argument("--part", choices=("load", "measure"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.part == "load":
        in_django(lambda: _loaded(asked.copies))
    elif asked.part == "measure":
        in_django(lambda: _measured(asked.only))
    else:
        make_databases(asked.copies, anew=asked.anew)
        report(rounds(asked.rounds, asked.only), Path(asked.out))


# — the databases —


def address_of(name: str) -> str:
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


def make_databases(copies: int, *, anew: bool) -> None:
    import psycopg

    with psycopg.connect(address_of("postgres"), autocommit=True) as server:
        there = {name for (name,) in server.execute("SELECT datname FROM pg_database")}
        if anew:
            for name in ("scale_base", "scale_small", "scale_large"):
                server.execute(f"DROP DATABASE IF EXISTS {name}")
            there = set()
        if "scale_base" not in there:
            server.execute("CREATE DATABASE scale_base")
            manage("scale_base", "demo", "--no-serve", "--count", "300")
        for name, times in (("scale_small", SMALL), ("scale_large", copies)):
            if name not in there:
                server.execute(f"CREATE DATABASE {name} TEMPLATE scale_base")
                manage(name, "migrate", "--skip-checks")
                part(name, "load", "--copies", str(times))


def environment(name: str) -> dict[str, str]:
    folders = {each: str(FOLDER / each.lower()) for each in ("TRIAGE_MODEL_DIR", "ATTACHMENT_ROOT", "VAR_DIR")}
    return os.environ | folders | {"DATABASE_URL": address_of(name), "LOG_LEVEL": "ERROR"}


def manage(name: str, *words: str) -> None:
    subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=environment(name), check=True)


def part(name: str, *words: str) -> None:
    script = [sys.executable, __file__, "--part", *words]
    subprocess.run(script, cwd=ROOT, env=environment(name), check=True)


def in_django(work: Callable[[], None]) -> None:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    work()


def _loaded(copies: int) -> None:
    import scale_load

    scale_load.load(copies)


# — measuring —


def rounds(times: int, only: str) -> dict[str, list[dict[str, Any]]]:
    """What each database showed, round by round, in turn."""
    found: dict[str, list[dict[str, Any]]] = {"scale_small": [], "scale_large": []}
    for _ in range(times):
        for name, shown in found.items():
            with tempfile.NamedTemporaryFile() as file:
                os.environ["SCALE_OUT"] = file.name
                part(name, "measure", "--only", only)
                shown.append(json.loads(Path(file.name).read_text()))
    return found


def _measured(only: str) -> None:
    import scale_pages
    from django.apps import apps

    sizes = ("notices.Notice", "appeals.Appeal", "disputes.Dispute", "casework.Event")
    rows = {name: apps.get_model(name)._default_manager.count() for name in sizes}
    pages = scale_pages.measure(PEOPLE, only)
    Path(os.environ["SCALE_OUT"]).write_text(json.dumps({"rows": rows, "pages": pages, "claims": _claimed()}))


def _claimed() -> dict[str, float]:
    """Claims of the next case by sixteen at once: how many a second, and how long one takes."""
    from django.db import connection

    from accounts.models import User
    from accounts.queries import actor_of_user
    from appeals.commands import claim_next_appeal
    from appeals.models import Appeal
    from casework.actor import Via

    reviewers = [
        actor_of_user(User.objects.get(username=name), via=Via.WEB, session="bench")
        for name in ("tanyue", "luoqi", "fanjie", "jiangtao", "pengfei", "heyuan")
    ]
    took: list[float] = []
    ready = threading.Barrier(CLAIMERS + 1)

    def work(number: int) -> None:
        try:
            connection.ensure_connection()
            ready.wait()
            for _ in range(CLAIMS):
                started = time.perf_counter()
                if claim_next_appeal(actor=reviewers[number % len(reviewers)], now=datetime.now(UTC)) is None:
                    return
                took.append(time.perf_counter() - started)
        finally:
            connection.close()

    everything = 0.0
    for turn in range(1 + CLAIM_ROUNDS):  # the first is not counted: connections open, modules come in
        Appeal.objects.filter(state="HUMAN_REVIEW").update(lease_expires_at=LONG_AGO)
        threads = [threading.Thread(target=work, args=(number,)) for number in range(CLAIMERS)]
        for thread in threads:
            thread.start()
        ready.wait()
        started = time.perf_counter()
        for thread in threads:
            thread.join()
        if turn == 0:
            took.clear()
        else:
            everything += time.perf_counter() - started
    cut = statistics.quantiles(took, n=100)
    return {"n": len(took), "rate": len(took) / everything, "p50": 1000 * cut[49], "p99": 1000 * cut[98]}


# — the report —


def least(shown: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Of each page the round in which its SQL took least."""
    names = {name for one in shown for name in one["pages"]}
    return {
        name: min((one["pages"][name] for one in shown if name in one["pages"]), key=lambda each: each["sql_ms"])
        for name in names
    }


def report(found: dict[str, list[dict[str, Any]]], out: Path) -> None:
    """Says how much is flat, and writes every page and the plans of those that are not."""
    small, large = least(found["scale_small"]), least(found["scale_large"])
    both = sorted(small.keys() & large.keys(), key=lambda name: -large[name]["sql_ms"])
    rows = {name: shown[0]["rows"] for name, shown in found.items()}
    lines = [
        "# Every page at two sizes\n",
        "Written by `bench/scale.py`; what it means: [performance.md](performance.md#reading). A *file* is no page.\n",
        *(
            f"- {size}: " + ", ".join(f"{name} {n:,}" for name, n in rows[f"scale_{size}"].items())
            for size in ("small", "large")
        ),
        "\n| page | statements | SQL ms | all ms | ratio of SQL |\n|---|---|---|---|---|",
    ]
    bent, files, slow = [], [], []
    for name in both:
        few, many = small[name], large[name]
        ratio = many["sql_ms"] / max(few["sql_ms"], 0.1)
        is_file, is_flat = ":export" in name, ratio <= FLAT or many["sql_ms"] <= SMALLEST_MS
        mark = " file" if is_file else "" if is_flat else " **not flat**"
        files += [name] * is_file
        bent += [name] * (not is_file and not is_flat)
        slow += [name] * (not is_file and many["all_ms"] > SLOWEST_MS)
        lines.append(
            f"| {name} | {few['statements']} → {many['statements']} | {few['sql_ms']:.0f} → {many['sql_ms']:.0f} "
            f"| {few['all_ms']:.0f} → {many['all_ms']:.0f} | {ratio:.1f}{mark} |"
        )
    lines.append("\n## Plans of the slowest statement of what is not flat\n")
    lines += [f"{name}\n\n```\n{large[name]['plan']}\n```\n" for name in bent if large[name]["plan"]]
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text("\n".join(lines))
    pages = [name for name in both if name not in files]
    all_ms = sorted(large[name]["all_ms"] for name in pages)
    print(f"small: {rows['scale_small']}\nlarge: {rows['scale_large']}")
    print(f"{len(pages)} pages of {len(PEOPLE)} roles, {len(pages) - len(bent)} flat; {len(files)} files")
    ratios = [large[name]["sql_ms"] / max(small[name]["sql_ms"], 0.1) for name in pages]
    print(
        f"ratio of SQL, median {statistics.median(ratios):.2f}; all ms, 95 in 100 {all_ms[len(all_ms) * 95 // 100]:.0f}"
    )
    print(f"slower than {SLOWEST_MS} ms: {', '.join(slow) or 'none'}")
    more = [name for name in pages if large[name]["statements"] > small[name]["statements"] + MORE_STATEMENTS]
    print(f"more statements: {', '.join(more) or 'none'}")
    print(
        "not flat:", *(f"  {name} {small[name]['sql_ms']:.0f} → {large[name]['sql_ms']:.0f}" for name in bent), sep="\n"
    )
    for name, shown in found.items():
        claims = [one["claims"] for one in shown]
        print(name, "claims", {key: round(statistics.median(one[key] for one in claims), 1) for key in claims[0]})
    print(f"every page, and the plans of what is not flat: {out}")


if __name__ == "__main__":
    main()
