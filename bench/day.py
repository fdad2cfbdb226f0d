"""A day of a marketplace in ten minutes, over HTTP, as its operator sees it: arrivals, queue, lag, memory, in a chart.

Run as `DATABASE_URL=postgres://… REDIS_URL=redis://… python bench/day.py [--minutes 10] [--load 1.0] [--chart FILE]`.
Two web processes and two workers; merchants read and appeal by hours of the day, measures end at one in the morning,
batches come from two to four, and at eleven a wrong rule hits two thousand shops at once. Reviewers work from nine to
six. What is asked for is sent when it is due, however long the answers before it take. Times of the law are not
shortened.
"""

import argparse
import heapq
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.request
import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ingest_notices import Site, at
from scratch import ROOT, database

HOURS = 24
BY_HOUR = [2, 1, 1, 1, 1, 2, 4, 6, 8, 10, 10, 10, 9, 9, 10, 10, 9, 8, 8, 9, 10, 9, 6, 4]
"""Tenths of the busiest hour: when people are at work and when they read."""
NOTICES, APPEALS, PAGES = 5.0, 2.0, 5.0  # a second in the busiest hour
BATCHES, SIZE = 40, 100  # from two to four in the morning
ENDING = 2_000  # measures that end at one
WAVE, WAVE_AT, WAVE_HOURS = 2_000, 11, 4  # notices under a wrong rule; appeals come three times as often afterwards
REVIEWERS, OPEN, CLOSE, THINKS = 4, 9, 18, 1.2  # seconds for which a reviewer reads
CLIENTS = 12
SHOPS = 40


type Lines = dict[str, list[tuple[float, float]]]


@dataclass
class Day:
    """What happened, by second since its beginning."""

    seconds: float
    began: float = 0.0
    waited: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))
    seen: list[tuple[float, dict[str, float]]] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def hour(self) -> float:
        return (time.monotonic() - self.began) / self.seconds * HOURS

    def to(self, hour: float) -> float:
        """The moment of the clock at which that hour begins."""
        return self.began + hour * self.seconds / HOURS


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--load", type=float, default=1.0, help="times as many of everything")
    parser.add_argument("--chart", type=Path, help="an SVG file")
    asked = parser.parse_args()
    if not os.environ.get("REDIS_URL"):
        sys.exit("several processes need REDIS_URL")
    with database() as vendor:
        if vendor != "postgresql":
            sys.exit("several processes need PostgreSQL: name one in DATABASE_URL")
        live(Day(asked.minutes * 60), asked.load, asked.chart)


def live(day: Day, load: float, chart: Path | None) -> None:
    token = uuid.uuid4().hex
    os.environ["METRICS_TOKEN"] = token
    people = People(day, load)
    site = Site("config.urls")
    worker_env = os.environ | {"DATABASE_URL": address(), "LOG_LEVEL": "ERROR"}
    order = [sys.executable, "manage.py", "worker"]
    workers = [subprocess.Popen(order, cwd=ROOT, env=worker_env) for _ in range(2)]
    processes = {
        **{f"web {no}": each.pid for no, each in enumerate(site.running, 1)},
        **{f"worker {no}": each.pid for no, each in enumerate(workers, 1)},
    }
    try:
        time.sleep(8)  # they have begun
        people.work(site, processes, token)
    finally:
        for each in workers:
            each.send_signal(signal.SIGTERM)
        for each in workers:
            each.wait(30)
        site.close()
    report(day, processes)
    if chart is not None:
        chart.write_text(drawn(day, processes))


def address() -> str:
    from django.db import connection

    there = connection.settings_dict
    return f"postgres://{there['USER']}@{there['HOST']}:{there['PORT']}/{there['NAME']}"


class People:
    """Who asks for what, and when."""

    def __init__(self, day: Day, load: float) -> None:
        from accounts import commands as accounts
        from accounts.models import User
        from notices import commands as notices
        from notices.inputs import IssueNoticeInput
        from tests import factories as make
        from tests.conftest import build_world

        self.day, self.load = day, load
        now = datetime.now(UTC) - timedelta(minutes=1)
        world = build_world(now)
        self.number = make.number
        self.shops = [make.make_party(world.client, "MERCHANT", f"店铺{no}", now=now) for no in range(SHOPS)]

        def token(person: Any) -> str:
            user = User.objects.get(pk=person.user_id)
            return str(accounts.issue_token(actor=make.CONSOLE, user=user, now=now, second_factor=True)[0])

        self.owners = [token(make.member(shop, now=now, name="owner")) for shop in self.shops]
        self.reviewers = [token(make.staff("reviewer", now=now, name=f"reviewer{no}")) for no in range(REVIEWERS)]
        self.platform = str(accounts.issue_token(actor=make.CONSOLE, client=world.client, now=now)[0])
        example = dict(IssueNoticeInput.example)
        self.body = example | {
            "measures": [example["measures"][0] | {"type": "delist"}],
            "basis": [{"kind": "CLAUSE", "rule": world.rule, "clause": "8"}],
            "decision": example["decision"] | {"officer": world.otto.code},
        }
        self.notices: list[tuple[int, str]] = []  # of which shop, and not appealed against
        day.began = time.monotonic() + 60  # until everything is up; corrected then
        self.ending = int(ENDING * load)
        ends = datetime.now(UTC) + timedelta(seconds=90 + day.seconds / HOURS)
        for start in range(0, self.ending, 500):
            drafts = [
                make.draft(self.shops[no % SHOPS], world.rule, now=now, measures=[make.measure(now, ends_at=ends)])
                for no in range(start, min(start + 500, self.ending))
            ]
            notices.issue_notices(actor=world.platform, drafts=drafts, now=now)
        self.ends = ends

    def work(self, site: Site, processes: dict[str, int], token: str) -> None:
        """The day, from midnight to midnight."""
        day = self.day
        day.began = time.monotonic() + (self.ends - datetime.now(UTC)).total_seconds() - day.seconds / HOURS
        if day.began < time.monotonic():
            raise RuntimeError("it took too long to begin")
        plan = self.plan()
        lock = threading.Lock()

        def client(number: int) -> None:
            http = Http(site.ports[number % len(site.ports)], day)
            while True:
                with lock:
                    if not plan:
                        return
                    hour, _order, kind = heapq.heappop(plan)
                time.sleep(max(0.0, day.to(hour) - time.monotonic()))
                try:
                    getattr(self, kind)(http, hour)
                except OSError as error:
                    day.failed.append(f"{kind}: {error!r}")

        threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
        threads += [threading.Thread(target=self.review, args=(site.ports[no % 2], no)) for no in range(REVIEWERS)]
        threads.append(threading.Thread(target=watch, args=(day, processes, site.ports[0], token)))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def plan(self) -> list[tuple[float, int, str]]:
        chance, made = random.Random(1), []
        for hour, share in enumerate(BY_HOUR):
            seconds = self.day.seconds / HOURS
            for kind, rate in ("notice", NOTICES), ("appeal", APPEALS), ("page", PAGES):
                more = 3 if kind == "appeal" and WAVE_AT <= hour < WAVE_AT + WAVE_HOURS else 1
                made += [
                    (hour + chance.random(), kind) for _ in range(round(rate * share / 10 * seconds * self.load * more))
                ]
        made += [(2 + 2 * no / BATCHES, "batch") for no in range(round(BATCHES * self.load))]
        made += [(WAVE_AT, "batch")] * round(WAVE / SIZE * self.load)
        plan = [(hour, order, kind) for order, (hour, kind) in enumerate(made)]
        heapq.heapify(plan)
        return plan

    def said(self) -> tuple[int, dict[str, Any]]:
        shop = random.randrange(SHOPS)
        return shop, self.body | {"party": self.shops[shop].ref, "external_ref": f"day-{self.number()}"}

    def notice(self, http: "Http", hour: float) -> None:
        shop, body = self.said()
        _status, answer = http("notice", hour, "POST", "/api/v1/notices", self.platform, body)
        self.notices.append((shop, answer["ref"]))

    def batch(self, http: "Http", hour: float) -> None:
        rows = [self.said() for _row in range(SIZE)]
        body = {"notices": [row for _shop, row in rows]}
        _status, answer = http("batch", hour, "POST", "/api/v1/notices/batch", self.platform, body)
        made = answer["results"]
        self.notices += [(shop, each["notice"]["ref"]) for (shop, _row), each in zip(rows, made, strict=True)]

    def appeal(self, http: "Http", hour: float) -> None:
        if not self.notices:
            return
        shop, ref = self.notices.pop(random.randrange(len(self.notices)))
        body = {"ground": "facts_wrong", "statement": f"页面写的是“国标级”，不是“国家级”。{ref}"}
        http("appeal", hour, "POST", f"/api/v1/notices/{ref}/appeals", self.owners[shop], body)

    def page(self, http: "Http", hour: float) -> None:
        path = random.choice(("/api/v1/notices", "/api/v1/appeals", "/api/v1/todo"))
        http("page", hour, "GET", path, random.choice(self.owners))

    def review(self, port: int, number: int) -> None:
        """One reviewer: takes the next case, reads for a while, decides; waits where there is none."""
        from tests import factories as make

        http, mine, day = Http(port, self.day), self.reviewers[number], self.day
        time.sleep(max(0.0, day.to(OPEN) - time.monotonic()))
        while day.hour() < CLOSE:
            status, case = http("claim", None, "POST", "/api/v1/review-queue/claim", mine, {})
            if status == 204:
                time.sleep(1)
                continue
            path, outcome = f"/api/v1/appeals/{case['ref']}", random.choice(("UPHELD", "UPHELD", "OVERTURNED"))
            for subject in ("statement", "exhibit:1"):
                http("open", None, "POST", f"{path}/open", mine, {"subject": subject})
            time.sleep(THINKS)
            view = {"outcome": outcome, "confidence": "high"}
            http("first view", None, "POST", f"{path}/record-first-view", mine, view, version=case["version"])
            names = ("kind", "text", "finding", "sentence", "burden_on")
            points = [
                {name: getattr(each, name) for name in names if getattr(each, name)}
                for each in make.points(keeps=outcome == "UPHELD")
            ]
            decision = {
                "items": [{"measure": each["measure"], "outcome": outcome} for each in case["items"]],
                "points": points,
                "reasons": "存档截图显示的文字与处置通知记载逐字核对，理由如各点所述。",
                "rule_application": "第8条禁止的是绝对化用语，“国标级”指符合国家标准，不在其列。",
            }
            http("decide", None, "POST", f"{path}/decide", mine, decision, version=case["version"] + 1)


class Http:
    """One client. Waits are counted from the moment at which a request was due."""

    def __init__(self, port: int, day: Day) -> None:
        self.port, self.day = port, day

    def __call__(
        self, kind: str, hour: float | None, method: str, path: str, token: str, body: Any = None, *, version: int = 0
    ) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Accept-Language": "zh"}
        if method == "POST":
            headers["Idempotency-Key"] = str(uuid.uuid4())
        if version:
            headers["If-Match"] = f'"{version}"'
        since = time.monotonic() if hour is None else self.day.to(hour)
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                status, text = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            self.day.failed.append(f"{kind}: {error.code} {error.read()[:300].decode()}")
            raise
        self.day.waited[kind].append((self.day.hour(), time.monotonic() - since))
        return status, json.loads(text) if text else None


# — watching —


WATCHED = {
    'appeals_queue_waiting{queue="appeals"}': "queue",
    "appeals_deadlines_lag_seconds": "deadlines",
    'appeals_outbox_lag_seconds{priority="people"}': "people",
    'appeals_outbox_lag_seconds{priority="ordinary"}': "ordinary",
    'appeals_outbox_lag_seconds{priority="import"}': "imports",
}


def watch(day: Day, processes: dict[str, int], port: int, token: str) -> None:
    """What `/metrics` says, and the memory of each process, every five seconds until an hour after the end."""
    url = urllib.request.Request(f"http://127.0.0.1:{port}/metrics", headers={"Authorization": f"Bearer {token}"})
    while day.hour() < HOURS + 1:
        time.sleep(5)
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:
                lines = answer.read().decode().splitlines()
        except OSError as error:
            day.failed.append(f"metrics: {error!r}")
            continue
        found = dict(line.rsplit(" ", 1) for line in lines if line and not line.startswith("#"))
        figures = {short: float(found[name]) for name, short in WATCHED.items() if name in found}
        figures |= {name: memory_of(pid) for name, pid in processes.items()}
        if day.hour() >= 0:
            day.seen.append((day.hour(), figures))


def memory_of(pid: int) -> float:
    """Resident megabytes."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


# — the report —


def report(day: Day, processes: dict[str, int]) -> None:
    print(f"{day.seconds / 60:.0f} minutes; requests by kind, wait in ms since they were due")
    for kind, found in day.waited.items():
        waits = sorted(wait for _hour, wait in found)
        shares = "".join(f"   p{share} {at(waits, share / 100):6.0f}" for share in (50, 95, 99))
        print(f"  {kind:<12}{len(found):7}{shares}")
    print("at most, by three hours: " + ", ".join([*WATCHED.values(), *processes]))
    for hour in range(0, HOURS + 1, 3):
        here = [figures for at_, figures in day.seen if hour <= at_ < hour + 3]
        if here:
            worst = {name: max(each.get(name, 0.0) for each in here) for name in (*WATCHED.values(), *processes)}
            print(f"  {hour:2}  " + "  ".join(f"{value:7.0f}" for value in worst.values()))
    print(f"failed: {len(day.failed)}" + "".join(f"\n  {each}" for each in day.failed[:10]))


WIDTH, HEIGHT, LEFT, TOP = 860, 150, 70, 40
COLOURS = ("#1f6feb", "#d1570b", "#2a8f4f", "#8250df")


def drawn(day: Day, processes: dict[str, int]) -> str:
    """Five panels over one axis of hours, as SVG."""

    def seen(*names: str) -> Lines:
        return {name: [(hour, each[name]) for hour, each in day.seen if name in each] for name in names}

    panels = [
        ("requests a second", {kind: by_hour(day, kind) for kind in ("notice", "appeal", "page", "decide")}),
        ("wait since due, 95 of 100, ms", {kind: waits_of(day, kind) for kind in ("notice", "appeal", "page")}),
        ("appeals waiting", seen("queue")),
        ("lag, seconds", seen("deadlines", "people", "ordinary", "imports")),
        ("memory, MB", seen(*processes)),
    ]
    height = TOP + len(panels) * (HEIGHT + 50)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH + LEFT + 30} {height}"',
        ' font-family="sans-serif" font-size="13"><rect width="100%" height="100%" fill="#fff"/>',
        f'<text x="{LEFT}" y="20" font-size="15">A day in {day.seconds / 60:.0f} minutes: measures end at 1,',
        f"batches 2 to 4, a wrong rule at {WAVE_AT}, reviewers {OPEN} to {CLOSE}</text>",
    ]
    for no, (title, lines) in enumerate(panels):
        parts += panel(TOP + no * (HEIGHT + 50), title, lines)
    return "\n".join([*parts, "</svg>\n"])


def by_hour(day: Day, kind: str) -> list[tuple[float, float]]:
    counts: dict[int, int] = defaultdict(int)
    for hour, _wait in day.waited[kind]:
        counts[int(hour * 2)] += 1
    return [(half / 2 + 0.25, counts[half] / (day.seconds / HOURS / 2)) for half in range(2 * HOURS)]


def waits_of(day: Day, kind: str) -> list[tuple[float, float]]:
    waits: dict[int, list[float]] = defaultdict(list)
    for hour, wait in day.waited[kind]:
        waits[int(hour * 2)].append(wait)
    return [(half / 2 + 0.25, at(sorted(found), 0.95)) for half, found in sorted(waits.items())]


def panel(top: int, title: str, lines: Lines) -> list[str]:
    most = max([value for points in lines.values() for _hour, value in points] or [1.0]) or 1.0
    bottom = top + 20 + HEIGHT
    parts = [
        f'<text x="{LEFT}" y="{top + 12}" font-weight="bold">{title}</text>',
        f'<line x1="{LEFT}" y1="{bottom}" x2="{LEFT + WIDTH}" y2="{bottom}" stroke="#888"/>',
        f'<text x="{LEFT - 8}" y="{top + 28}" text-anchor="end">{most:,.0f}</text>',
        f'<text x="{LEFT - 8}" y="{bottom}" text-anchor="end">0</text>',
    ]
    for hour in range(0, HOURS + 1, 3):
        x = LEFT + hour / HOURS * WIDTH
        parts.append(f'<line x1="{x:.0f}" y1="{top + 20}" x2="{x:.0f}" y2="{bottom}" stroke="#e5e5e5"/>')
        parts.append(f'<text x="{x:.0f}" y="{bottom + 16}" text-anchor="middle" fill="#555">{hour}:00</text>')
    for no, (name, points) in enumerate(lines.items()):
        path = " ".join(
            f"{LEFT + min(hour, HOURS) / HOURS * WIDTH:.1f},{bottom - value / most * HEIGHT:.1f}"
            for hour, value in points
        )
        colour = COLOURS[no % len(COLOURS)]
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.6"/>')
        parts.append(f'<text x="{LEFT + 230 + no * 110}" y="{top + 12}" fill="{colour}">{name}</text>')
    return parts


if __name__ == "__main__":
    sys.exit(main())
