"""No channel to the outside shows the real name of who reviews, mediates, or acts for an executor.

Everybody gets names that occur nowhere else; whoever is staff or an executor's person is then looked for in everything
that leaves the program. The operations come from the OpenAPI document, the pages and files from the resolver, the
sockets from the routing, mails and notifications from where all of them end: a new channel is walked by itself, or
fails here for want of something to ask it for. What does not belong here: who may see a case (test_permissions).
"""

import io
import itertools
import json
import re
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.db import transaction
from django.test import Client
from fpdf import FPDF

from accounts import commands as accounts
from accounts.contacts import invitation_address, link_address
from accounts.devices import Seen
from accounts.models import ApiClient, Notification, Party, StaffRole, User
from accounts.queries import actor_of_client
from casework import clock, deadlines, outbox
from casework.actor import Actor
from casework.models import Event
from config.api.documents import document
from config.routing import websocket_urlpatterns
from disputes import commands as disputes
from disputes.models import Offer
from executors import commands as executors
from executors.models import ExecutorPerson
from helpline import commands as helpline
from rules import commands as rules
from rules.models import Clause
from tests import factories as make
from tests.conftest import World, build_world
from tests.extent import extent
from tests.races.conftest import transactional_db  # noqa: F401  the fixture
from tests.surfaces import executing
from tests.surfaces.appealing import PNG, appeal_in
from tests.surfaces.disputing import dispute_in
from tests.surfaces.operations import OPERATIONS, addresses, at, call, recipe
from tests.surfaces.people import PRINCIPALS, Cast, cast_of
from tests.surfaces.test_dispute_strangers import module_of, routes
from tests.surfaces.test_permissions import EXPECTED, body_of, by_recipe
from tests.transparency import closing, reporting
from tests.ws.serving import Site, does, open_socket, session_of
from tips import commands as tips
from transparency.arithmetic import quarter_name
from transparency.queries import quarters
from webhooks import commands as webhooks
from webhooks.event_types import TYPES
from webhooks.models import WebhookDelivery

INSIDE = ("reviewer", "conflicted", "senior", "compliance", "administrator", "mediator", "other_mediator", "help_line")
"""Who works for the operator and may know a colleague's name; to nobody else does a name matter."""
OUTSIDE = tuple(who for who in PRINCIPALS if who not in INSIDE)
AT_PAGES = ("owner", "consumer", "lead", "anonymous", "agent", "other_executor", "staff", "executor")
AT_PAGES = AT_PAGES[: extent("people who open each page", everyday=5, ci=5, full=len(AT_PAGES))]
"""Who of them opens pages, whoever is shown most first; finance and another merchant would be shown less."""
OF_A_KIND = (
    ("owner", "agent", "special_agent", "manager", "case_agent", "staff", "finance"),
    ("other_merchant", "former_agent", "expired_agent"),
    ("platform", "foreign_client", "narrow_client"),
    ("lead", "executor", "other_executor"),
)
"""Who stand on one side and read the same, whoever is shown most first; everybody else stands alone."""
ALIKE = extent("readers of each kind who are asked what they get", everyday=1, ci=1, full=max(map(len, OF_A_KIND)))
CALLED = {"training": "curricula", "executor": "incidents", "n": "notices", "a": "appeals", "d": "disputes"}
CALLED |= {"groups": "appeal-groups"}
"""Words that stand before a reference in an address of a page, where the API has another; others are tried with all."""
PUBLIC = ""  # what is named without a reference
MADE_FOR = "the words of the operations that it was made for"
"""At a page those come first whose words stand in its address: they are answered, where others are not found."""
ENOUGH = extent("objects of each kind at each page", everyday=1, ci=1, full=2)
"""So many that somebody was answered about, then the next page."""
PLACE = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")
ELSEWHERE = ("admin/", "workbench/", "api/v1/", "_allauth/", "^_allauth/", "media/")
"""Where the operator's own people work; the API, which has a walk of its own; allauth's, which tells who asks alone."""
ANYTHING = {
    "code": "not-found", "number": "2026-01", "ending": "txt", "no": 1, "sequence": 2, "lane": "both", "key": "1-x",
    "uidb36": "1", "pk": 1, "actor": "reviewer", "order_ref": "O-1", "subject": "notice", "step": "approve",
    "party": "merchant-1", "quarter": "2020-Q1", "year": "2020", "asked": "arq_1.x",
    "resource": "ServiceProviderConfig",
}  # fmt: skip
"""What stands at a place of an address that names no case, where nothing that was made says it."""
OK, NOT_TO_BE_READ, TOO_MANY = 200, 405, 429
OF_ONESELF = ("allauth.", "sample.", "config.", "django.", "accounts.web.sign_on")
"""Pages of other packages about the very person who asks, and of the sample and the machine: they need no case."""


@dataclass(frozen=True, slots=True)
class Leak:
    channel: str
    place: str
    reader: str
    name: str


@dataclass
class Scan:
    """What was looked through, and the names that were found; a reader's own name may be shown to the reader."""

    leaks: set[Leak] = field(default_factory=set)
    looked_at: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    drawn: list[str] = field(default_factory=list)
    _known: tuple[int, dict[str, int]] = (-1, {})

    def names(self) -> dict[str, int]:
        """Every name that must not be outside, with whose it is, as of now; the people who are there are read once."""
        count = User.objects.count()
        if count != self._known[0]:
            held = {*StaffRole.objects.values_list("user_id", flat=True)}
            held |= {*ExecutorPerson.objects.values_list("user_id", flat=True)}
            people = User.objects.filter(pk__in=held).values_list("pk", "display_name", "username", "email")
            self._known = count, {name: pk for pk, *names in people for name in names if name}
        return self._known[1]

    def look(self, channel: str, place: str, text: str, *, reader: str = "", user_id: int | None = None) -> None:
        self.looked_at[channel] += 1
        if STEM not in text:
            return
        for name, pk in self.names().items():
            if pk != user_id and name in text:
                self.leaks.add(Leak(channel, place, reader, name))

    def look_at(self, channel: str, place: str, content: bytes, *, reader: str, user_id: int | None = None) -> None:
        """Bytes as they came; an archive entry by entry, a PDF as what was drawn into it."""
        drawn, self.drawn[:] = "\n".join(self.drawn), []
        if drawn:
            self.look("pdf", place, drawn, reader=reader, user_id=user_id)
        if content.startswith(b"PK\x03\x04"):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for name in archive.namelist():
                    text = name + "\n" + readable(archive.read(name))
                    self.look("case file", f"{place} {name}", text, reader=reader, user_id=user_id)
        else:
            self.look(channel, place, readable(content), reader=reader, user_id=user_id)


def readable(content: bytes) -> str:
    """The bytes as text in every way in which a name could be written into them."""
    text = content.decode("utf-8", "replace")
    if "\\u" in text:
        text += re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)
    if content.startswith(b"%PDF"):
        text += content.decode("utf-16-be", "replace") + content[1:].decode("utf-16-be", "replace")
    return text


STEM = "zeisig"  # in every real name of everybody
_count = itertools.count(1)


def christen(monkeypatch: pytest.MonkeyPatch, *, betray: bool = False) -> None:
    """Whoever is made has a user name, a name and an address that occur nowhere else.

    With `betray` the code of each, by which outsiders know them, is their name: so that a scan has something to find.
    """
    last: list[str] = []

    def christened(name: str, *, now: datetime, **more: Any) -> User:
        no = f"{next(_count):04}"
        last[:] = [f"{STEM}-f{no}"]
        if betray and more.get("officer_code"):
            more["officer_code"] = last[0]
        more |= {"display_name": last[0], "email": f"{STEM}-m{no}@example.org"}
        return accounts.create_user(
            actor=make.CONSOLE, username=f"{STEM}-u{no}", now=now, password="a-long-pass-phrase", **more
        )

    monkeypatch.setattr(make, "make_user", christened)
    if betray:
        monkeypatch.setattr("executors.commands.people._new_code", lambda: last[0])


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> None:
    christen(monkeypatch)


@pytest.fixture
def scan(monkeypatch: pytest.MonkeyPatch) -> Scan:
    """A scan that hears of every word that is drawn into a PDF."""
    scan, plain = Scan(), FPDF.normalize_text

    def heard(pdf: FPDF, text: str) -> str:
        scan.drawn.append(text)
        return plain(pdf, text)

    monkeypatch.setattr(FPDF, "normalize_text", heard)
    return scan


def people(settings: Any) -> Cast:
    settings.API_RATES = dict.fromkeys(settings.API_RATES, 1_000_000)
    cache.clear()
    now = clock.now()
    return cast_of(build_world(now), build_world(now), now=now)


@pytest.fixture(scope="module")
def module_cast(module_database: Any) -> Cast:
    with module_database(), pytest.MonkeyPatch.context() as monkeypatch:
        christen(monkeypatch)
        now = clock.now()
        return cast_of(build_world(now), build_world(now), now=now)


@pytest.fixture
def cast(cast: Cast, named: None) -> Cast:
    return cast


@pytest.fixture
def betrayed(db: None, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Cast:
    christen(monkeypatch, betray=True)
    return people(settings)


# — the API —


def over_the_api(cast: Cast, scan: Scan, names: Iterable[str] = tuple(OPERATIONS)) -> None:
    """Every operation about an object of ours, by everybody outside who may, and by one of those refused alike."""
    for alike in by_recipe(names):
        with transaction.atomic():
            made_by = OPERATIONS[alike[0]].made
            made = made_by(cast.world, clock.now()) if made_by else {}
            for name in alike:
                operation, (method, path) = OPERATIONS[name], addresses(document("en"))[name]
                for who in asked_by(name):
                    with transaction.atomic():
                        scan.drawn.clear()
                        answer = call(
                            cast.http(who), operation, method, at(path, made), cast.world, made.get("version")
                        )
                        whose = cast.actors[who].user_id if who in cast.actors else None
                        headers = json.dumps(dict(answer.headers))
                        scan.look("api", name, headers, reader=who, user_id=whose)
                        scan.look_at("api", name, body_of(answer), reader=who, user_id=whose)
                        transaction.set_rollback(True)
            transaction.set_rollback(True)


def asked_by(name: str) -> list[str]:
    """Of each kind outside whoever gets an answer, and for each refusal one of all: its words are the same for all."""
    codes = next(iter(EXPECTED[name].values()))  # of ours
    groups: dict[int, list[str]] = defaultdict(list)
    for who, code in zip(PRINCIPALS, codes, strict=True):
        if who in OUTSIDE:
            groups[code].append(who)
    turn = zlib.crc32(name.encode())
    return [
        who for code, all_ in groups.items() for who in (of_each_kind(all_) if code < 300 else [all_[turn % len(all_)]])
    ]


def of_each_kind(people: list[str]) -> list[str]:
    """Of those who get an answer so many of each kind as this run asks."""
    kinds = [[who for who in kind if who in people] for kind in OF_A_KIND]
    return [
        who for who in people if who not in itertools.chain(*OF_A_KIND) or any(who in kind[:ALIKE] for kind in kinds)
    ]


# — pages, and the files that are saved from them —


def pages() -> list[tuple[str, str]]:
    """Route and module of everything that is served to a browser, outside the console."""
    found = {(route, module_of(view)) for route, _name, view in routes() if not route.startswith(ELSEWHERE)}
    return sorted(found)


def samples_of(cast: Cast, names: Iterable[str] = tuple(OPERATIONS)) -> dict[str, list[dict[str, Any]]]:
    """By the word that stands before a reference in an address: every object that one of the operations is about."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    found[PUBLIC] = [{}, {"code": cast.world.rule}]
    words: dict[str, set[str]] = {}
    for name in names:
        operation, (_method, path) = OPERATIONS[name], addresses(document("en"))[name]
        made_by = recipe(operation.made)
        if operation.made is not None and made_by not in words:
            made = operation.made(cast.world, clock.now()) | {MADE_FOR: words.setdefault(made_by, set())}
            found[path.removeprefix("/api/v1/").split("/")[0]].append(made)
        words.get(made_by, set()).update(re.findall(r"\w+", path))
    found["explanations"] = [{"ref": answered_explanation(cast.world.rule)}]
    found["call-backs"] = [{"ref": claimed_call_back()}]
    found["access"] = [{"ref": usable_link(cast.world)}]
    found["join"] = [{"ref": invited(cast)[1]}]
    shop = {"ref": cast.world.merchant.ref, "user_ref": cast.actors["staff"].ref, "invitation_ref": invited(cast)[0]}
    found["mandates"] = [{"ref": authorised(cast)}]
    found["parties"].append(shop | {"mandate_ref": found["mandates"][0]["ref"]})
    found["consultations"] = [{"ref": open_consultation()}]
    found["devices"] = [device_of(cast.actors["owner"])]
    for offer in found["offers"]:
        found["disputes"].append({"ref": Offer.objects.get(ref=offer["ref"]).dispute.ref, "offer_ref": offer["ref"]})
    tell_everybody(timedelta())
    for row in Notification.objects.all():
        found["notifications"].append({"ref": row.ref, "user_id": row.user_id})
    return found


def device_of(actor: Actor) -> dict[str, Any]:
    """The device from which this person signed in, which nobody else sees."""
    user = User.objects.get(pk=actor.user_id)
    accounts.note_device(actor=actor, user=user, seen=Seen("", "203.0.113.7", "Firefox"), now=clock.now())
    return {"ref": user.devices.filter(push_kind="").latest("pk").ref, "user_id": user.pk}


def answered_explanation(rule: str) -> str:
    """A stranger's question about a clause, answered by somebody with a name."""
    now, clause = clock.now(), Clause.objects.filter(version__rule__code=rule).first()
    asked = rules.ask_explanation(actor=None, clause_id=clause.pk, question="何意？", contact="a@b.example", now=now)
    rules.answer_explanation(actor=make.staff("compliance", now=now), ref=asked.ref, answer="如下。", now=now)
    return asked.ref


def claimed_call_back() -> str:
    """A stranger waits for the call of somebody with a name."""
    now = clock.now()
    asked = helpline.ask_call_back(actor=None, phone="138 0000 1234", now=now)
    helpline.claim_call_back(actor=make.staff("help_line", now=now), ref=asked.ref, now=now)
    return str(asked.ref)


def usable_link(world: World) -> str:
    """A link that was sent to the merchant's contact of record."""
    now = clock.now()
    Party.objects.filter(pk=world.merchant.pk).update(email="shop@shop.example")
    accounts.ask_access_link(address="shop@shop.example", now=now)
    accounts.send_access_links(now=now)
    return link_address(world.merchant.access_links.get()).split("/access/")[1].strip("/")


def invited(cast: Cast) -> tuple[str, str]:
    """An invitation to the shop, and what its link carries."""
    owner, party = cast.actors["owner"], cast.world.merchant
    made = accounts.invite_member(actor=owner, party=party, role="staff", now=clock.now())
    return made.ref, invitation_address(made).split("/join/")[1].strip("/")


def authorised(cast: Cast) -> str:
    """A mandate of the shop with its document, which nobody has taken up."""
    now, file = clock.now(), io.BytesIO(PNG)
    owner, party = cast.actors["owner"], cast.world.merchant
    until = now + timedelta(days=9)
    given = accounts.authorise_agent(
        actor=owner, party=party, special=True, until=until, now=now, file=file, name="authority.png"
    )
    return given.ref


def open_consultation() -> str:
    """A draft of somebody with a name, on which everybody can comment."""
    now, officer = clock.now(), make.staff("compliance", now=clock.now())
    making = rules.draft_rule_version(
        actor=officer,
        code=f"draft-{make.number()}",
        name_zh="草案",
        name_en="Draft",
        number="1",
        effective_from=now + timedelta(days=60),
        clauses=[rules.ClauseText("1", "第一条。", "Clause one.")],
        now=now,
    )
    rules.open_rule_consultation(actor=officer, ref=making.ref, closes_at=now + timedelta(days=20), now=now)
    return str(making.ref)


def tell_everybody(*later: timedelta) -> None:
    """What follows from everything that happened is carried out, as time limits come near and pass."""
    for now in (clock.now() + one for one in later):
        deadlines.fire_due(now=now)
        while outbox.sweep(now=now):
            pass


def asked_for(route: str, samples: dict[str, list[dict[str, Any]]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The addresses to ask for at this route, each with what was made for it."""
    places = [one or other for one, other in PLACE.findall(route)]
    if not places:
        yield "/" + route.replace("^", "").replace("$", ""), {}
        return
    before = [word for word in re.split(r"[/<]", route.split("<")[0]) if word]
    kind = CALLED.get(before[-1], before[-1]) if before else PUBLIC
    kinds = [kind] if kind in samples else [kind for kind in samples if kind != PUBLIC]
    with_ref = [one for kind in kinds for one in samples[kind] if "ref" in one]
    words = set(re.findall(r"\w+", route))
    with_ref.sort(key=lambda one: -len(words & one.get(MADE_FOR, set())))
    for made in with_ref if "ref" in places else samples[PUBLIC]:
        known = ANYTHING | made
        unknown = [place for place in places if place not in known]
        if unknown in (["offer_ref"], ["user_ref"], ["invitation_ref"], ["mandate_ref"]):
            continue
        assert unknown == [], f"say in ANYTHING what can stand at {unknown} of {route}"
        put = lambda match: str(known[match[1] or match[2]])  # noqa: B023, E731
        yield "/" + PLACE.sub(put, route).replace("^", "").replace("$", ""), made


def visit(session: str, method: str, place: str, scan: Scan, *, route: str, who: str, whose: int | None) -> int:
    """What came back, in a new tab, was looked through; its status, 404 where the reader was sent to sign in."""
    scan.drawn.clear()
    browser = Client(headers={"Accept-Language": "en"}, raise_request_exception=False)
    if session:
        browser.cookies[settings.SESSION_COOKIE_NAME] = session
    with transaction.atomic():
        answer = getattr(browser, method)(place)
        scan.look("page", route, json.dumps(dict(answer.headers)), reader=who, user_id=whose)
        scan.look_at("page", f"{method} {route}", body_of(answer), reader=who, user_id=whose)
        transaction.set_rollback(True)
    return 404 if answer.headers.get("Location", "").startswith("/account/login") else int(answer.status_code)


def over_pages(
    cast: Cast,
    scan: Scan,
    asked: Iterable[str] | None = None,
    names: Iterable[str] = tuple(OPERATIONS),
    samples: dict[str, list[dict[str, Any]]] | None = None,
) -> dict[str, set[int]]:
    """Every page and every file, by everybody outside; the statuses that each route answered with."""
    samples, answered = samples_of(cast, names) if samples is None else samples, defaultdict(set)
    sessions = {who: session_of(cast.actors[who]).session_key if who in cast.actors else "" for who in AT_PAGES}
    routes_asked = [route for route, _module in pages() if asked is None or route in asked]
    places = {route: list(asked_for(route, samples)) for route in routes_asked}  # a gap shows before the long walk
    for route in routes_asked:
        told_of = 0
        for nth, (place, made) in enumerate(places[route]):
            statuses: set[int] = set()
            for who, session in sessions.items():
                whose = cast.actors[who].user_id if who in cast.actors else None
                if made.get("user_id") not in (None, whose):
                    continue
                mine = {visit(session, "get", place, scan, route=route, who=who, whose=whose)}
                # Whoever is shown nothing there is told so in the same words when they write.
                if (nth == 0 and mine != {404}) or NOT_TO_BE_READ in mine:
                    mine.add(visit(session, "post", place, scan, route=route, who=who, whose=whose))
                statuses |= mine - {404, NOT_TO_BE_READ}
            answered[route] |= statuses
            told_of += bool(statuses)
            if told_of == ENOUGH:
                break
    return answered


# — mails, notifications, webhooks, the ledger —


def over_webhooks(scan: Scan) -> None:
    """What every API client that may have webhooks is told of everything that it can see of what has happened."""
    for client in (each for each in ApiClient.objects.filter(is_active=True) if "webhooks:write" in each.scopes):
        url, long_ago = f"https://hooks.example.com/{client.ref}", clock.now() - timedelta(days=9999)
        webhooks.create_endpoint(actor=actor_of_client(client), url=url, now=long_ago)
    webhooks.announce(Event.objects.filter(type__in=TYPES), now=clock.now())
    for delivery in WebhookDelivery.objects.all():
        scan.look("webhook", delivery.type, readable(delivery.body.encode()))


def over_messages(scan: Scan) -> None:
    """Every mail, notification and webhook that was sent, and every event, of which the API and the case files tell."""
    tell_everybody(timedelta(hours=20), timedelta(days=3), timedelta(days=8), timedelta(days=40))
    of_address = dict(User.objects.exclude(email="").values_list("email", "pk"))
    for letter in mail.outbox:
        whose = of_address.get(letter.to[0]) if letter.to else None
        parts = [str(body) for body, _kind in getattr(letter, "alternatives", ())]
        heads = [letter.subject, letter.from_email, *map(str, letter.extra_headers.values())]
        text = "\n".join([*heads, str(letter.body), *parts, *letter.cc, *letter.bcc, *letter.to])
        scan.look("mail", letter.subject, text, user_id=whose)
    for row in Notification.objects.all():
        text = "\n".join([row.what_zh, row.what_en, row.number, row.path])
        scan.look("notification", row.number, text, user_id=row.user_id)
    over_webhooks(scan)
    for event in Event.objects.all():
        scan.look("ledger", event.type, json.dumps(event.facts, ensure_ascii=False))


# — sockets —


@pytest.fixture
def committed(request: Any, monkeypatch: Any, transactional_db: None, settings: Any) -> Cast:  # noqa: F811
    christen(monkeypatch, betray=request.param)
    return people(settings)


@pytest.fixture
def site(committed: Cast, settings: Any) -> Iterator[Site]:
    site = Site()
    settings.PUBLIC_URL = site.origin
    site.start()
    yield site
    site.stop()


async def over_sockets(cast: Cast, site: Site, scan: Scan) -> None:
    """Both sides hear a room from its beginning, a mediator who speaks while they listen, and a reviewer the queue."""
    now = await does(clock.now)
    dispute = await does(dispute_in, cast.world, "determined", now=now)
    mia = cast.world.more["mia"]
    say: dict[str, Any] = {"actor": mia, "ref": dispute.ref, "lane": "both", "now": now}
    await does(disputes.post_message, client_id="m-1", text="spoken before", **say)
    heard = {}
    for who in ("owner", "consumer"):
        session = await does(lambda who=who: session_of(cast.actors[who]).session_key)
        headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"}
        url = site.url(dispute.ref, lane="both", after=0)
        heard[who] = await open_socket(url, origin=site.origin, additional_headers=headers)
    await does(disputes.post_message, client_id="m-2", text="spoken while they listen", **say)
    for who, socket in heard.items():
        await socket.until(lambda one: any("while they listen" in json.dumps(frame) for frame in one.frames))
        text = json.dumps(socket.frames, ensure_ascii=False)
        await does(scan.look, "socket", "room", text, reader=who, user_id=cast.actors[who].user_id)
        await socket.close()
    session = await does(lambda: session_of(cast.actors["reviewer"]).session_key)
    headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"}
    address = f"ws://127.0.0.1:{site.port}/ws/v1/review-queue/"
    queue = await open_socket(address, origin=site.origin, additional_headers=headers)
    await queue.until(lambda one: one.of_type("queue"))
    filed = await does(lambda: appeal_in(cast.world, "new", now=clock.now()))
    await queue.until(lambda one: [frame for frame in one.of_type("change") if frame["ref"] == filed.ref])
    text = json.dumps(queue.frames, ensure_ascii=False)
    await does(scan.look, "socket", "queue", text, reader="reviewer", user_id=cast.actors["reviewer"].user_id)
    await queue.close()


# — the tests —


def told(leaks: Iterable[Leak]) -> list[tuple[str, str, str, str]]:
    return sorted((leak.channel, leak.place, leak.reader, leak.name) for leak in leaks)


@pytest.mark.exhaustive
@pytest.mark.once
def test_the_api_names_nobody(cast: Cast, scan: Scan) -> None:
    over_the_api(cast, scan)

    assert told(scan.leaks) == []
    assert scan.looked_at["case file"] > 0
    assert scan.looked_at["api"] > 2 * len(OPERATIONS)


@pytest.mark.exhaustive
@pytest.mark.once_on_postgresql  # it opens every address that somebody outside has
def test_no_page_file_mail_or_notification_names_anybody(cast: Cast, scan: Scan) -> None:
    answered = over_pages(cast, scan)
    over_messages(scan)
    closing.close(clock.now(), days=95)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(ANYTHING, "quarter", quarter_name(quarters()[0]))
        report = reporting.published_of(quarters()[0], drafter=cast.world.carl, now=clock.now(), patch=patch)
        patch.setitem(ANYTHING, "year", report.year)
        published = [one for one, _module in pages() if "<str:quarter>" in one or "<slug:year>" in one]
        answered |= over_pages(cast, scan, asked=published, samples={PUBLIC: [{}]})
        said = tips.Reported(what="x", links="x", kind="OTHER")
        patch.setitem(ANYTHING, "code", tips.file_tip(actor=None, said=said, now=clock.now())[1])
        answered |= over_pages(cast, scan, asked=["tips/code/<slug:code>/"], samples={PUBLIC: [{}]})

    assert told(scan.leaks) == []
    inside = [route for route, module in pages() if module.startswith(OF_ONESELF)]
    shut = [route for route, _module in pages() if not answered[route] and route not in inside]
    assert shut == [], "nobody outside was answered there: make what it needs, or this test says nothing of it"
    broken = {route for route, statuses in answered.items() if max(statuses, default=0) >= TOO_MANY}
    assert broken == {"readyz"}, "no worker is alive here; everything else answers"
    for route in answered:
        if route.endswith((".pdf", ".zip")):
            assert OK in answered[route], f"nobody outside got the file at {route}"
    for channel in ("page", "pdf", "case file", "mail", "notification", "webhook", "ledger"):
        assert scan.looked_at[channel] > 0, channel


@pytest.mark.parametrize("committed", [False], indirect=True)
async def test_no_socket_names_anybody(committed: Cast, site: Site, scan: Scan) -> None:
    await over_sockets(committed, site, scan)

    assert told(scan.leaks) == []
    known = [str(one.pattern) for one in websocket_urlpatterns]
    listened_to = [r"^ws/v1/disputes/(?P<ref>[A-Za-z0-9_]{1,40})/$", r"^ws/v1/review-queue/$", ""]
    assert known == listened_to, "a new socket has to be listened to here"


def test_an_individual_is_a_code_to_whom_it_acted_on(cast: Cast, scan: Scan) -> None:
    """The party of an individual executor bears the person's own name; the platform that entrusted it knows it."""
    world, now = cast.world, clock.now()
    name = f"{STEM}-party"
    ref = executing.ready(world, name, now=now, people=("solo",), kind="INDIVIDUAL").ref
    executors.activate_executor(actor=world.platform, ref=ref, now=now)
    draft = make.draft(world.merchant, world.rule, now=now, executor=executing.by(world, "solo"))
    notice = make.issue(world.platform, draft, now=now)
    appeal = make.file(world.alice, notice, now=now)
    make.decide(world.rita, make.ready_to_decide(world.rita, appeal, now=now), now=now)
    tell_everybody(timedelta())
    browser = Client()
    browser.cookies[settings.SESSION_COOKIE_NAME] = session_of(world.alice).session_key
    owner = cast.http("owner")
    seen = [body_of(owner("GET", f"/api/v1/{path}")) for path in (f"notices/{notice.ref}", f"appeals/{appeal.ref}")]
    seen += [body_of(browser.get(path)) for path in (f"/notices/{notice.ref}/", f"/appeals/{appeal.ref}/decision/")]
    with zipfile.ZipFile(io.BytesIO(body_of(owner("GET", f"/api/v1/appeals/{appeal.ref}/case-file")))) as archive:
        seen += [archive.read(one) for one in archive.namelist()]
    seen += [body_of(cast.http("executor")("GET", f"/api/v1/executors/{ref}"))]
    seen += [json.dumps(event.facts).encode() for event in Event.objects.all()]

    assert [text for text in map(readable, seen) if name in text] == []
    assert executing.code_of(world.more["solo"]) in readable(seen[0])


# — that each of them can fail —


def channels(leaks: Iterable[Leak]) -> dict[str, set[str]]:
    found = defaultdict(set)
    for leak in leaks:
        found[leak.channel].add(leak.place)
    return found


@pytest.mark.exhaustive
@pytest.mark.once
def test_a_code_that_is_a_name_is_found_wherever_codes_are_shown(betrayed: Cast, scan: Scan) -> None:
    """Where outsiders read a code, the scan reads too: in answers, archives, drawn letters, pages and the ledger."""
    names = ("read_notice", "read_appeal", "case_file", "read_letter", "read_dispute", "dispute_case_file")
    of_executors = ("read_executor", "read_incident", "complete_instruction", "read_executor_me")
    over_the_api(betrayed, scan, (*names, *of_executors))
    seen = channels(scan.leaks)
    assert {"read_notice", "read_letter", "read_dispute", *of_executors[:-1]} <= seen["api"]
    assert {place.split()[0] for place in seen["case file"]} == {"case_file", "dispute_case_file"}

    scan.leaks.clear()
    asked = ("appeals/<slug:ref>/decision/", "appeals/<slug:ref>/decision.pdf", "executor/incidents/<slug:ref>/")
    over_pages(betrayed, scan, asked, ("read_letter", "read_incident"))
    over_messages(scan)
    seen = channels(scan.leaks)
    assert {f"get {asked[0]}", f"get {asked[2]}"} <= seen["page"]
    assert f"get {asked[1]}" in seen["pdf"]
    assert "incident.explained" in seen["ledger"]


def test_a_name_in_a_mail_or_a_notification_is_found(cast: Cast, scan: Scan) -> None:
    rita = User.objects.get(pk=cast.world.rita.person)
    mail.outbox.append(EmailMessage("x", f"by {rita.display_name}", to=["somebody@example.org"]))
    mail.outbox.append(EmailMessage("own", f"dear {rita.display_name}", to=[rita.email]))
    dispute_in(cast.world, "open", now=clock.now())
    tell_everybody(timedelta())
    told_one = Notification.objects.exclude(user=rita).first()
    assert told_one is not None
    Notification.objects.filter(pk=told_one.pk).update(what_zh=f"由{rita.username}处理")

    over_messages(scan)

    assert channels(scan.leaks) == {"mail": {"x"}, "notification": {told_one.number}}


def test_a_name_in_a_webhook_is_found(cast: Cast, scan: Scan, monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of a case is in every body; where it names somebody, the scan says so."""
    rita = User.objects.get(pk=cast.world.rita.person)
    made = itertools.count(1)
    monkeypatch.setattr("casework.firing.new_number", lambda letter, _now: f"{letter}{next(made)}-{rita.username}")
    dispute_in(cast.world, "open", now=clock.now())

    over_webhooks(scan)

    assert channels(scan.leaks) == {"webhook": {"dispute.opened"}}


@pytest.mark.parametrize("committed", [True], indirect=True)
async def test_a_code_that_is_a_name_is_heard_in_a_socket(committed: Cast, site: Site, scan: Scan) -> None:
    await over_sockets(committed, site, scan)

    assert {leak.reader for leak in scan.leaks if leak.channel == "socket"} == {"owner", "consumer"}
