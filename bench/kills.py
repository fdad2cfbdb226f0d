"""Two web processes, two workers, PostgreSQL, Redis and where files are, killed at random under load; what is lost?

Run as `python bench/kills.py [--bucket] [--kills 16] [--restarts 2] [--pause 4] [--seed 1] [--history FILE]`; `--kills
360 --restarts 48` takes an hour. Everything is started in a scratch folder. Clients file appeals, write into rooms,
send files and issue notices, each request with its own Idempotency-Key until there is an answer; a healthy receiver is
told of everything by webhook. Meanwhile somebody is killed with SIGKILL every few seconds and comes back, the files'
disk is full or gone for a second, and now and then each process is stopped and started again, one after the other.
Everything is written down, a line of JSON each, and `kills_judge.py` reads it and the database afterwards.

With `--bucket` files go to an object store, which is killed instead of the disk: whoever answers at its address dies
with every connection through it, what it keeps stays. `--before COMMIT` kills nobody: that version makes the database
and serves it, this one migrates it meanwhile, and then one web process and one worker of each go on side by side, under
the same load, for `--minutes`.
"""

import argparse
import asyncio
import io
import json
import os
import queue
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from scratch import ROOT

sys.path.insert(0, str(ROOT))
import httpx

from tests.faults.test_kill import PATIENCE, Postgres, Site, free_port

SHOPS, ROOMS, CLIENTS, PACE = 12, 8, 6, 0.15
OURS = ("web 1", "web 2", "worker 1", "worker 2")
WHO = (*OURS, "postgresql", "redis")
DISK, BUCKET = ("disk gone", "disk full"), ("object storage",)
S3 = {"aws_access_key_id": "of-the-tests", "aws_secret_access_key": "a word", "region_name": "us-east-1"}
STARTED = 60.0
"""Seconds until a process that was started answers, at the very most."""


class History:
    """Every line is on disk before the next thing is done."""

    def __init__(self, path: Path) -> None:
        self.file, self.lock = path.open("w"), threading.Lock()

    def say(self, **what: Any) -> None:
        with self.lock:
            self.file.write(json.dumps(what, ensure_ascii=False) + "\n")
            self.file.flush()


class Two(Site):
    """Two web processes and two workers, and a disk of its own for files where this may be mounted, or a bucket.

    The first of each runs from the folder `before`.
    """

    def __init__(self, folder: Path, postgres: Postgres, *, bucket: bool, before: Path = ROOT) -> None:
        super().__init__(folder, postgres)
        self.before = before
        self.disk = folder / "disk"
        self.disk.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", "size=128m", "tmpfs", str(self.disk)]
        self.is_mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
        self.env |= {"ATTACHMENT_ROOT": str(self.disk / "sealed"), "API_RATE_CLIENT_WRITES": "1000000"}
        self.env |= {"WEBHOOK_LOOPBACK": "1", "DISK_RESERVE_MB": "0"}  # else all writes are refused before it is full
        self.ports = [free_port() for _process in OURS]
        self.doors = ["--doors", *(str(free_port()) for _door in range(2))]
        self.spoilt = BUCKET if bucket else DISK
        if bucket:
            self.env |= {"ATTACHMENT_ROOT": "s3://files/sealed", "S3_ENDPOINT_URL": f"http://127.0.0.1:{self.doors[1]}"}
            self.env |= {"S3_ACCESS_KEY_ID": S3["aws_access_key_id"], "S3_REGION": S3["region_name"]}
            self.env |= {"S3_SECRET_ACCESS_KEY": S3["aws_secret_access_key"]}

    def start(self, who: str) -> None:
        kind, _, number = who.partition(" ")
        if kind in ("store", "object"):
            order = [sys.executable, __file__, "--part", kind, *self.doors]
            self.running[who] = subprocess.Popen(
                order, cwd=ROOT, stdout=self.log, stderr=self.log, start_new_session=True
            )
            return
        if kind not in ("web", "worker"):
            super().start(who)
            return
        port = str(self.ports[int(number) - 1 + 2 * (kind == "worker")])
        order = (
            ["serve", "--no-worker", "--port", port] if kind == "web" else ["worker", "--listen", f"127.0.0.1:{port}"]
        )
        self.running[who] = subprocess.Popen(
            [sys.executable, "manage.py", *order],
            cwd=self.before if number == "1" else ROOT,
            env=self.env, stdout=self.log, stderr=self.log, start_new_session=True,
        )  # fmt: skip

    def until_it_answers(self, who: str) -> None:
        until, port = time.monotonic() + STARTED, self.ports[OURS.index(who)]
        while time.monotonic() < until:
            with suppress(httpx.HTTPError):
                if httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=2).status_code == 200:
                    return
            time.sleep(0.1)

    def close(self) -> None:
        super().close()
        if self.is_mounted:
            subprocess.run(["umount", "-l", str(self.disk)], check=False)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=16)
    parser.add_argument("--restarts", type=int, default=2, help="of all four processes, one after the other")
    parser.add_argument("--pause", type=float, default=4, help="seconds between two kills, on average")
    parser.add_argument("--minutes", type=float, default=120, help="no kill after so many")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--history", type=Path, default=ROOT / "var" / "kills.jsonl")
    parser.add_argument("--bucket", action="store_true", help="files go to an object store")
    parser.add_argument("--before", metavar="COMMIT", help="the version beside which this one runs, from git")
    parser.add_argument("--part", choices=("seed", "store", "object"), help=argparse.SUPPRESS)
    parser.add_argument("--doors", type=int, nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--notices", type=int, default=1_000, help=argparse.SUPPRESS)
    parser.add_argument("--hook", default="", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.part == "seed":
        print("\n" + json.dumps(fill(asked.notices, asked.hook)[1]))
        return 0
    if asked.part:
        keep_objects(asked.doors[1]) if asked.part == "store" else asyncio.run(let_through(*asked.doors))
        return 0
    asked.history.parent.mkdir(exist_ok=True)
    history = History(asked.history)
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as data:
        before = exported(asked.before, Path(folder) / "before") if asked.before else ROOT
        site = Two(Path(folder), Postgres(Path(data)), bucket=asked.bucket, before=before)
        try:
            return live(site, history, asked)
        finally:
            site.close()
            shutil.copy(Path(folder) / "site.log", asked.history.with_suffix(".site.log"))


def exported(commit: str, folder: Path) -> Path:
    """The tree of that commit, with this script in it."""
    folder.mkdir()
    packed = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, check=True)
    subprocess.run(["tar", "-x", "-C", str(folder)], input=packed.stdout, check=True)
    for name in ("kills.py", "scratch.py"):
        shutil.copy(ROOT / "bench" / name, folder / "bench" / name)
    return folder


def live(site: Two, history: History, asked: argparse.Namespace) -> int:
    for who in ("postgresql", "redis", *(["store", *BUCKET] if asked.bucket else [])):
        site.start(who)
    hook = receiver(history)
    notices = 4_000 if asked.before else max(400, asked.kills * 12)
    order = [sys.executable, "bench/kills.py", "--part", "seed", "--notices", str(notices), "--hook", hook]
    done = subprocess.run(order, cwd=site.before, env=site.env, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr[-3000:])
    seeded = json.loads(done.stdout.splitlines()[-1])
    first = OURS[::2] if asked.before else OURS
    for who in first:
        site.start(who)
    for who in first:
        site.until_it_answers(who)
    history.say(began=time.time(), seed=asked.seed, mounted=site.is_mounted)
    load = Load(site, history, seeded, asked.seed)
    clients = [threading.Thread(target=load.work, args=(number,)) for number in range(CLIENTS)]
    for client in clients:
        client.start()
    (update if asked.before else kill)(site, history, asked)
    load.ends.set()
    for client in clients:
        client.join(PATIENCE * 2)
    history.say(ended=time.time())
    judge = [sys.executable, str(ROOT / "bench" / "kills_judge.py"), str(asked.history)]
    return subprocess.run(judge, cwd=ROOT, env=site.env, check=False).returncode


def update(site: Two, history: History, asked: argparse.Namespace) -> None:
    """The version before serves alone, is migrated under, serves beside this one, and ends."""
    time.sleep(10)
    at = time.time()
    order = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    done = subprocess.run(order, cwd=ROOT, env=site.env, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr[-3000:])
    history.say(migrated=asked.before, at=at, back=time.time())
    for who in OURS[1::2]:
        site.start(who)
    for who in OURS[1::2]:
        site.until_it_answers(who)
    history.say(side_by_side=True, at=time.time())
    time.sleep(asked.minutes * 60)
    for who in OURS[::2]:
        process = site.running[who]
        if process.poll() is not None:
            history.say(killed=f"{who} by itself", at=time.time(), back=time.time())
        process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(30)
        site.kill(who) if process.poll() is None else site.running.pop(who)
    history.say(alone=True, at=time.time())
    time.sleep(5)


def kill(site: Two, history: History, asked: argparse.Namespace) -> None:
    dice, restarts = random.Random(asked.seed), 0
    until = time.monotonic() + asked.minutes * 60
    time.sleep(5)
    for number in range(1, asked.kills + 1):
        if time.monotonic() > until:
            break
        time.sleep(dice.uniform(0.25, 1.75) * asked.pause)
        who, away = dice.choice((*WHO, *site.spoilt)), dice.uniform(0, 1)
        at = time.time()
        if who.startswith("disk"):
            spoil(site, who, 1 + away)
        else:
            site.kill(who)
            time.sleep(away)
            site.start(who)
        history.say(killed=who, at=at, back=time.time())
        if restarts < asked.restarts * number // asked.kills:
            restarts += 1
            at, slowest = time.time(), roll(site)
            history.say(restarted=restarts, at=at, back=time.time(), slowest=round(slowest, 1))


def roll(site: Two) -> float:
    """Each process is asked to stop and comes back before the next; returns the longest that one took to stop."""
    slowest = 0.0
    for who in OURS:
        process, at = site.running[who], time.monotonic()
        process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(60)
        slowest = max(slowest, time.monotonic() - at)
        if process.poll() is None:
            site.kill(who)
        site.start(who)
        site.until_it_answers(who)
    return slowest


def spoil(site: Two, what: str, seconds: float) -> None:
    sealed, away, filler = (site.disk / name for name in ("sealed", "away", "filler"))
    if what == "disk full" and site.is_mounted:
        free = os.statvfs(site.disk)
        with filler.open("wb") as file, suppress(OSError):
            os.posix_fallocate(file.fileno(), 0, free.f_bavail * free.f_frsize)
        time.sleep(seconds)
        filler.unlink()
        return
    if not sealed.exists():
        return
    sealed.rename(away)
    sealed.write_text("a file where the folder was")
    time.sleep(seconds)
    sealed.unlink()
    away.rename(sealed)


# — an object store —


def keep_objects(port: int) -> None:
    """A store in memory, with the bucket `files`, until it is killed."""
    import boto3
    from moto.server import ThreadedMotoServer

    ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False).start()
    boto3.client("s3", endpoint_url=f"http://127.0.0.1:{port}", **S3).create_bucket(Bucket="files")
    threading.Event().wait()


async def let_through(front: int, behind: int) -> None:
    """Passes every connection on, both ways."""

    async def pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while part := await source.read(65536):
                target.write(part)
                await target.drain()
        target.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            store = await asyncio.open_connection("127.0.0.1", behind)
        except OSError:
            writer.close()
            return
        await asyncio.gather(pump(reader, store[1]), pump(store[0], writer))

    await (await asyncio.start_server(serve, "127.0.0.1", front, reuse_address=True)).serve_forever()


# — who is told —


def receiver(history: History) -> str:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            history.say(told=self.headers["webhook-id"], at=time.time())
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/hooks"


# — who asks —


class Load:
    def __init__(self, site: Two, history: History, seeded: dict[str, Any], seed: int) -> None:
        self.site, self.history, self.seeded, self.seed = site, history, seeded, seed
        self.ends = threading.Event()
        self.open: queue.SimpleQueue[list[str]] = queue.SimpleQueue()
        for pair in seeded["notices"]:
            self.open.put(pair)
        self.filed: list[tuple[str, str]] = []

    def work(self, number: int) -> None:
        dice = random.Random(f"{self.seed} {number}")
        for turn in range(10**9):
            if self.ends.is_set():
                return
            kind = dice.choice(("appeal", "message", "upload", "notice"))
            getattr(self, kind)(f"{self.seed}-{number}-{turn}", dice)
            time.sleep(dice.uniform(0, 2 * PACE))

    def appeal(self, key: str, dice: random.Random) -> None:
        try:
            token, notice = self.open.get_nowait()
        except queue.Empty:
            return
        body = {"ground": "facts_wrong", "statement": f"发货是按时的，物流记录和签收照片都可以证明，请重新查看。{key}"}
        answer = self.ask("appeal", key, f"notices/{notice}/appeals", token, dice, subject=notice, json=body)
        if answer:
            self.filed.append((token, answer["ref"]))

    def message(self, key: str, dice: random.Random) -> None:
        room, tokens = dice.choice(self.seeded["rooms"])
        body = {"client_id": key, "text": f"您好，请问什么时候能处理？{key}"}
        self.ask("message", key, f"disputes/{room}/messages", dice.choice(tokens), dice, subject=room, json=body)

    def upload(self, key: str, dice: random.Random) -> None:
        if not self.filed:
            return
        token, appeal = dice.choice(self.filed[-40:])
        more = {"data": {"caption": key}, "files": {"file": ("a.png", drawn(key), "image/png")}}
        self.ask("upload", key, f"appeals/{appeal}/evidence", token, dice, subject=appeal, **more)

    def notice(self, key: str, dice: random.Random) -> None:
        body = self.seeded["body"] | {"party": dice.choice(self.seeded["shops"]), "external_ref": key}
        self.ask("notice", key, "notices", self.seeded["platform"], dice, subject=key, json=body)

    def ask(self, op: str, key: str, path: str, token: str, dice: random.Random, *, subject: str, **body: Any) -> Any:
        """The answer to the request, which is sent until there is one, first to one process and then to the other."""
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"kills-{key}"}
        asked, until, tries, port = time.time(), time.monotonic() + PATIENCE, 0, dice.randrange(2)
        said: dict[str, Any] = {"status": 0}
        while time.monotonic() < until:
            tries += 1
            try:
                url = f"http://127.0.0.1:{self.site.ports[(port + tries) % 2]}/api/v1/{path}"
                answer = httpx.post(url, headers=headers, timeout=30, **body)
            except httpx.HTTPError as error:
                said = {"status": 0, "error": type(error).__name__}
                time.sleep(0.2)
                continue
            said = {"status": answer.status_code}
            if answer.status_code < 300:
                found = answer.json()
                said["ref"] = found.get("ref") or found.get("sequence") or found.get("no")
                self.history.say(op=op, key=key, subject=subject, asked=asked, at=time.time(), tries=tries, **said)
                return found
            said["error"] = answer.text[:200]
            if answer.status_code >= 500:
                self.history.say(failed=op, key=key, at=time.time(), **said)
            elif answer.status_code not in (409, 425, 429):
                break
            time.sleep(0.3)
        self.history.say(op=op, key=key, subject=subject, asked=asked, at=time.time(), tries=tries, **said)
        return None


def drawn(key: str) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.frombytes("RGB", (8, 8), random.Random(key).randbytes(192)).save(out, "PNG")
    return out.getvalue()


# — what is there before —


def fill(count: int, hook: str) -> tuple[Any, dict[str, Any]]:
    """The world, and what a load needs of it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from accounts import commands as accounts
    from accounts.models import User
    from casework import clock, outbox
    from notices import commands as notices
    from notices.inputs import IssueNoticeInput
    from operations.tables import make_tables
    from tests import factories as make
    from tests.conftest import build_world
    from tests.surfaces import disputing
    from tests.webhooks.receiving import endpoint

    make_tables()
    now = clock.now() - timedelta(minutes=1)
    world = build_world(now)

    def token(person: Any) -> str:
        user = User.objects.get(pk=person.user_id)
        return str(accounts.issue_token(actor=make.CONSOLE, user=user, now=now, second_factor=True)[0])

    shops = [make.make_party(world.client, "MERCHANT", f"店铺{no}", now=now) for no in range(SHOPS)]
    owners = [token(make.member(shop, now=now, name=f"owner{no}")) for no, shop in enumerate(shops)]
    platform = str(accounts.issue_token(actor=make.CONSOLE, client=world.client, now=now)[0])
    pool = []
    for start in range(0, count, 500):
        numbers = range(start, min(start + 500, count))
        drafts = [make.draft(shops[no % SHOPS], world.rule, now=now, officer=world.otto.code) for no in numbers]
        rows = notices.issue_notices(actor=world.platform, drafts=drafts, now=now)
        pool += [(owners[no % SHOPS], row.notice.ref) for no, row in zip(numbers, rows, strict=True)]
    disputing.prepare(world, now=now)
    rooms = [disputing.dispute_in(world, "open", now=now).ref for _ in range(ROOMS)]
    both = [token(world.alice), token(world.bob)]
    while outbox.sweep(now=clock.now(), limit=500):
        pass
    endpoint(world, hook)  # and is told of what comes from now on
    example = dict(IssueNoticeInput.example)
    body = example | {
        "measures": [example["measures"][0] | {"type": "delist"}],
        "basis": [{"kind": "CLAUSE", "rule": world.rule, "clause": "8"}],
        "decision": example["decision"] | {"officer": world.otto.code},
    }
    return world, {
        "shops": [shop.ref for shop in shops],
        "notices": pool,
        "platform": platform,
        "body": body,
        "rooms": [(ref, both) for ref in rooms],
    }


if __name__ == "__main__":
    sys.exit(main())
