"""What somebody who opens their page sees while others attack: `python bench/attacked.py [--seconds 8] [--rounds 2]`.

One web process and one worker on PostgreSQL and Redis, started in a scratch folder. An innocent merchant opens their
home page, their notice and their appeals and writes a message into their room, four times a second, by itself and then
during each attack, in turn: long texts that made expressions quadratic, files that are heavy to clean, wrong passwords
and access links from many addresses, and appeals filed and withdrawn and filed again. Says how long the innocent waited
(p50, p95, most, in ms, without and with), what they were refused, and what the attackers were answered.
"""

import argparse
import io
import json
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scratch import ROOT

sys.path.insert(0, str(ROOT))
import httpx
from kills import fill

from tests.faults.test_kill import Postgres, Site

THREADS = 4
SLOT = 0.25
type Attack = Callable[["Attackers", httpx.Client, random.Random], httpx.Response]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="attacks whose name has this")
    parser.add_argument("--part", choices=("seed",), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.part:
        print("\n" + json.dumps(prepare()))
        return 0
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as data:
        site = Site(Path(folder), Postgres(Path(data)))
        site.env |= {"TRUSTED_PROXIES": "1"}  # so that each attacker comes from where it says
        del site.env["API_RATE_PERSON_WRITES"]  # limits are as they come
        try:
            for who in ("postgresql", "redis"):
                site.start(who)
            order = [sys.executable, __file__, "--part", "seed"]
            done = subprocess.run(order, cwd=ROOT, env=site.env, capture_output=True, text=True, check=False)
            if done.returncode:
                sys.exit(done.stderr[-3000:])
            for who in ("server", "worker"):
                site.start(who)
            site.wait_until_it_answers()
            compare(site, json.loads(done.stdout.splitlines()[-1]), asked)
        finally:
            site.close()
    return 0


def compare(site: Site, seeded: dict[str, Any], asked: argparse.Namespace) -> None:
    innocent = Innocent(site, seeded)
    innocent.work(3)  # modules and caches
    innocent.work(asked.seconds)
    innocent.waited.clear()
    print(f"seed {asked.seed}, {asked.rounds} rounds of {asked.seconds:.0f} s; ms of the innocent: p50, p95, most")
    print("| attack | without | with | p95 × | refused | attackers, a second: answers, slowest s |")
    print("|---|---|---|---|---|---|")
    for name, attack in ((name, attack) for name, attack in ATTACKS.items() if asked.only in name):
        waits: dict[bool, list[float]] = defaultdict(list)
        refused: Counter[str] = Counter()
        answers: Counter[str] = Counter()
        slowest = 0.0
        for turn in range(asked.rounds):
            for attacked in (False, True):
                attackers = Attackers(site, seeded, attack, f"{asked.seed} {turn}") if attacked else None
                innocent.waited, innocent.refused = [], Counter()
                innocent.work(asked.seconds)
                waits[attacked] += innocent.waited
                refused += innocent.refused
                if attackers is not None:
                    attackers.end()
                    answers += attackers.answers
                    slowest = max(slowest, attackers.slowest)
        quiet, loud = (sorted(waits[key]) for key in (False, True))
        said = ", ".join(f"{n / asked.rounds / asked.seconds:.1f}× {code}" for code, n in answers.most_common(5))
        row = [
            name,
            three(quiet),
            three(loud),
            f"{at(loud, 0.95) / at(quiet, 0.95):.1f}",
            str(dict(refused) or ""),
            said,
        ]
        print("| " + " | ".join(row) + f"; {slowest:.1f} |", flush=True)


def at(values: list[float], share: float) -> float:
    return values[min(len(values) - 1, int(len(values) * share))]


def three(values: list[float]) -> str:
    return f"{at(values, 0.5) * 1000:.0f}, {at(values, 0.95) * 1000:.0f}, {values[-1] * 1000:.0f}"


class Innocent:
    """Waits are counted from the moment at which a page was asked for, also where the one before has not come yet."""

    def __init__(self, site: Site, seeded: dict[str, Any]) -> None:
        self.seeded, self.waited, self.refused = seeded, list[float](), Counter[str]()
        headers = {"X-Forwarded-For": "203.0.113.7", "Accept-Language": "zh"}
        self.pages = httpx.Client(base_url=site.url, headers=headers, timeout=60, cookies=seeded["cookie"])
        self.api = httpx.Client(
            base_url=site.url, headers=headers | {"Authorization": f"Bearer {seeded['alice']}"}, timeout=60
        )
        self.turn = 0

    def work(self, seconds: float) -> None:
        begun = time.monotonic()
        for slot in range(int(seconds / SLOT)):
            due = begun + slot * SLOT
            time.sleep(max(0.0, due - time.monotonic()))
            self.turn += 1
            try:
                answer = self.ask()
            except httpx.HTTPError as error:
                self.refused[type(error).__name__] += 1
                continue
            self.waited.append(time.monotonic() - due)
            if answer.status_code >= 300:
                self.refused[f"{answer.status_code}"] += 1

    def ask(self) -> httpx.Response:
        kind = self.turn % 4
        if kind == 3:
            body = {"client_id": f"{self.turn}", "text": f"您好，请问什么时候能处理？{self.turn}"}
            key = {"Idempotency-Key": f"innocent-{self.turn}-{time.time_ns()}"}
            return self.api.post(f"/api/v1/disputes/{self.seeded['room']}/messages", json=body, headers=key)
        return self.pages.get(("/", f"/notices/{self.seeded['notice']}/", "/appeals/")[kind])


class Attackers:
    def __init__(self, site: Site, seeded: dict[str, Any], attack: Attack, seed: str) -> None:
        self.site, self.seeded, self.attack = site, seeded, attack
        self.ends, self.answers, self.slowest = threading.Event(), Counter[str](), 0.0
        self.threads = [
            threading.Thread(target=self.work, args=(random.Random(f"{seed} {n}"),)) for n in range(THREADS)
        ]
        for thread in self.threads:
            thread.start()

    def work(self, dice: random.Random) -> None:
        with httpx.Client(base_url=self.site.url, timeout=60, follow_redirects=False) as http:
            while not self.ends.is_set():
                began = time.monotonic()
                http.headers["X-Forwarded-For"] = f"198.51.{dice.randrange(100)}.{dice.randrange(250)}"
                try:
                    answer = self.attack(self, http, dice)
                    self.answers[f"{answer.status_code}"] += 1
                    if answer.status_code == 429:
                        time.sleep(0.05)
                except httpx.HTTPError as error:
                    self.answers[type(error).__name__] += 1
                self.slowest = max(self.slowest, time.monotonic() - began)

    def end(self) -> None:
        self.ends.set()
        for thread in self.threads:
            thread.join()


def post(a: Attackers, http: httpx.Client, path: str, token: str, **body: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {a.seeded[token]}", "Idempotency-Key": f"a-{time.time_ns()}-{random.random()}"}
    return http.post(f"/api/v1/{path}", headers=headers, **body)


# — findings 7 to 10 of issue 25 —


def long_line(a: Attackers, http: httpx.Client, dice: random.Random) -> httpx.Response:
    return http.get("/" + dice.choice("aA1-.") * 60_000)


def quadratic(a: Attackers, http: httpx.Client, dice: random.Random) -> httpx.Response:
    """Notices with every word that makes the lint look closer, each text another one, since one is read once."""
    from rules.wording.patterns import PATTERNS

    soup = "不参加。".join(sorted({anchor for pattern in PATTERNS for anchor in pattern.anchors}))
    body = a.seeded["body"] | {"party": a.seeded["shops"][0]}
    batch = {
        "notices": [
            body
            | {"external_ref": f"q-{time.time_ns()}-{n}", "facts": f"{dice.random()}{soup * 9}"[:7_900]}
            | {"reasons": f"{dice.random()}{'不参加' * 3_000}"[:7_900]}
            for n in range(80)
        ]
    }
    return post(a, http, "notices/batch", "platform", json=batch)


def heavy(name: str, data: Callable[[], bytes]) -> Attack:
    made: list[bytes] = []

    def send(a: Attackers, http: httpx.Client, dice: random.Random) -> httpx.Response:
        if not made:
            made.append(data())
        kind = "application/pdf" if name.endswith("pdf") else "image/png"
        more = {"data": {"caption": "x"}, "files": {"file": (name, made[0], kind)}}
        return post(a, http, f"appeals/{a.seeded['attacked']}/evidence", "attacker", **more)

    return send


def bomb() -> bytes:
    from tests.cameras import bomb as made

    return made()


def many_pixels() -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (4_000, 4_000), "teal").save(out, "PNG", compress_level=1)
    return out.getvalue()


def passwords(a: Attackers, http: httpx.Client, dice: random.Random) -> httpx.Response:
    path = "/account/login/"
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', http.get(path).text)
    said = {"login": dice.choice(("alice", "bob", "otto")), "password": f"wrong {dice.random()}"}
    return http.post(path, data=said | {"csrfmiddlewaretoken": token[1] if token else ""}, headers={"Referer": path})


def links(a: Attackers, http: httpx.Client, dice: random.Random) -> httpx.Response:
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', http.get("/access/").text)
    said = {"number": f"N-{dice.random()}", "contact": f"{dice.random()}@example.com", "email": "a@example.com"}
    return http.post("/access/", data=said | {"csrfmiddlewaretoken": token[1] if token else ""})


def filings(a: Attackers, http: httpx.Client, dice: random.Random) -> httpx.Response:
    notice = dice.choice(a.seeded["theirs"])
    body = {
        "ground": "facts_wrong",
        "statement": f"发货是按时的，物流记录和签收照片都可以证明，请重新查看。{dice.random()}",
    }
    answer = post(a, http, f"notices/{notice}/appeals", "attacker", json=body)
    if answer.status_code == 201:
        return post(a, http, f"appeals/{answer.json()['ref']}/withdraw", "attacker", json={})
    return answer


ATTACKS: dict[str, Attack] = {
    "7: 60,000 letters in a line": long_line,
    "7: batches of the lint’s worst words": quadratic,
    "8: PDF of 8 kB that unpacks to a gigabyte": heavy("a.pdf", bomb),
    "8: PNG of 16 megapixels": heavy("a.png", many_pixels),
    "9: wrong passwords": passwords,
    "9: access links": links,
    "10: filed, withdrawn, filed again": filings,
}


def prepare() -> dict[str, Any]:
    world, seeded = fill(60, "http://127.0.0.1:1/nobody")
    from django.conf import settings

    from appeals import commands as appeals
    from casework import clock
    from tests.ws.serving import session_of

    attacker = seeded["notices"][0][0]
    theirs = [ref for token, ref in seeded["notices"] if token == attacker]
    # the shop of that token has every twelfth notice
    from accounts.models import User
    from accounts.queries import actor_of_user
    from casework.actor import Via
    from notices.models import Notice

    now = clock.now()
    shop = Notice.objects.get(ref=theirs[0]).party
    person = actor_of_user(User.objects.get(memberships__party=shop), via=Via.WEB)
    filing = appeals.AppealFiling(ground="facts_wrong", statement="事实不对。")
    appeal = appeals.file_appeal(actor=person, notice_ref=theirs.pop(), filing=filing, now=now)
    return seeded | {
        "attacker": attacker,
        "attacked": appeal.ref,
        "theirs": theirs,
        "room": seeded["rooms"][0][0],
        "alice": seeded["rooms"][0][1][0],
        "notice": world.notice().ref,
        "cookie": {settings.SESSION_COOKIE_NAME: session_of(world.alice).session_key},
    }


if __name__ == "__main__":
    sys.exit(main())
