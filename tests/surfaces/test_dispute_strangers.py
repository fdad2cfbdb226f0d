"""Who is no part of a dispute gets nothing from any surface of it: page, file, REST, export, socket, anybody's list.

Addresses come from the resolver and the OpenAPI document, so that a new one is asked too. What must not be seen is
marked wherever people wrote; what is foreign answers as what is missing does; whoever may is answered otherwise.
"""

import asyncio
import io
import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse

from accounts import commands as accounts
from accounts.models import Membership, Notification, User
from casework import clock, outbox
from casework.actor import Actor
from config.api.documents import document
from disputes import commands, queries
from disputes.models import Dispute
from tests import factories as make
from tests.conftest import World, build_world
from tests.disputes.building import PDF
from tests.races.conftest import transactional_db  # noqa: F401  the fixture
from tests.surfaces import disputing
from tests.surfaces.operations import MISSING, NOBODY, OPERATIONS, addresses, at, call
from tests.surfaces.people import Http, token_of
from tests.surfaces.test_permissions import body_of, rows
from tests.ws.serving import Site, does, open_socket, session_of, ticket_of

MARK = "canary"  # in every text that a person of this dispute wrote, and in the file
STRANGERS = ("other_merchant", "other_staff", "other_consumer", "max", "handed", "reviewer", "foreign")
NOT_SIGNED_IN = ("anonymous", "former", "former_token")
MEMBERS = ("bob", "alice", "mia", "carl", "platform")
EVERY_DAY = ("max",)  # the mediator it was not given to
IN_CI = ("other_merchant", "handed", "anonymous", "former", "former_token", "foreign")  # one of each other kind


def each_of(*names: str) -> list[Any]:
    """A stranger of each kind, as often as its kind is asked for: every day, in CI, or at night."""
    sweeps = {name: pytest.mark.exhaustive if name in IN_CI else pytest.mark.nightly for name in names}
    return [pytest.param(n, marks=[] if n in EVERY_DAY else [sweeps[n], pytest.mark.once]) for n in names]


@dataclass
class Affair:
    """A determined dispute of `world` with something of everything in it, and how everybody comes to the doors."""

    world: World
    dispute: Dispute
    samples: dict[str, Any]
    sessions: dict[str, str]
    tokens: dict[str, str]
    actors: dict[str, Actor]

    def browser(self, who: str) -> Client:
        client = Client(headers={"Accept-Language": "en"}, raise_request_exception=False)
        if who in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[who]
        return client


def affair_in(world: World, theirs: World, now: datetime) -> Affair:
    """By commands alone; `handed` mediated it before mia, `former` acted for the respondent until today."""
    for one in (world, theirs):
        disputing.prepare(one, now=now)
    bob, alice, mia, handed = world.bob, world.alice, world.more["mia"], make.staff("mediator", now=now, name="hanna")
    former = make.member(world.merchant, now=now, name="edda", role="owner")
    staff = make.member(world.other_merchant, now=now, name="eve-staff", role="staff")
    consumer = make.member(make.make_party(world.client, "CONSUMER", "李先生", now=now), now=now, name="bert")
    order = disputing.order_in(world, now=now)

    filing = commands.DisputeFiling("not_received", "REFUND", order.amount_minor, f"{MARK}-statement")
    dispute = commands.open_dispute(actor=bob, order=order, filing=filing, now=now)
    about: dict[str, Any] = {"ref": dispute.ref, "now": now}
    commands.post_message(actor=bob, lane="both", client_id="1", text=f"{MARK}-message", **about)
    first = queries.pictures_after(bob, dispute.ref, "both", 0, 100)
    sequence = next(entry["sequence"] for entry in first if entry["type"] == "message")
    terms = commands.Terms("PARTIAL_REFUND", 5_000, note=f"{MARK}-offer")
    offer = commands.make_offer(actor=alice, terms=terms, **about)
    commands.answer_dispute(actor=alice, text=f"{MARK}-answer", refuses=True, **about)
    commands.escalate_dispute(actor=bob, **about)
    commands.join_dispute(actor=handed, **about)
    commands.hand_over(actor=handed, to_code=mia.code, **about)
    commands.post_message(actor=bob, lane="private", client_id="2", text=f"{MARK}-private", **about)
    commands.stage_file(
        actor=alice,
        fact_no=1,
        file=io.BytesIO(PDF + f"%{MARK}-bytes".encode()),
        name=f"{MARK}-name.pdf",
        caption=f"{MARK}-caption",
        withheld_reason="",
        **about,
    )
    commands.submit_evidence(actor=alice, fact_no=1, **about)
    commands.object_to_evidence(actor=bob, no=1, ground="authenticity", text=f"{MARK}-objection", **about)
    for side in (bob, alice):
        commands.answer_evidence(actor=side, fact_no=1, **about)
    ruling = f"{MARK}-ruling"
    commands.rule_fact(actor=mia, fact_no=1, proved=False, reasons=ruling, evidence=[1], **about)
    draft = commands.DeterminationDraft(
        "SUPPORTED",
        reasons=f"{MARK}-reasons",
        sentences={1: f"{MARK}-sentence"},
        remedy="REFUND",
        amount_minor=order.amount_minor,
        payer="RESPONDENT",
        goods_are="NOT_DELIVERED",
        goods_are_reason=f"{MARK}-goods",
        confirmed_stakes=True,
    )
    commands.determine_dispute(actor=mia, draft=draft, **about)
    commands.accept_determination(actor=bob, **about)
    commands.accept_determination(actor=alice, **about)
    reason = f"{MARK}-advance"
    commands.advance_payment(actor=world.carl, to_side="CLAIMANT", amount_minor=5_000, reason=reason, **about)
    commands.ask_identity(actor=bob, **about)
    who = {"name": f"{MARK}-merchant", "address": f"{MARK}-address", "contact": f"{MARK}-contact"}
    commands.give_identity(actor=world.platform, **who, **about)
    actors = {
        "bob": bob, "alice": alice, "mia": mia, "carl": world.carl, "other_merchant": world.eve, "other_staff": staff,
        "other_consumer": consumer, "max": world.more["max"], "handed": handed, "reviewer": world.rita,
        "former": former,
    }  # fmt: skip
    sessions = {who: session_of(actor).session_key for who, actor in actors.items()}
    tokens = {who: token_of(User.objects.get(pk=actor.person), now=now) for who, actor in actors.items()}
    tokens["former_token"] = tokens.pop("former")
    for who, one in (("platform", world), ("foreign", theirs)):
        tokens[who] = accounts.issue_token(actor=make.CONSOLE, client=one.client, now=now)[0]
    left = Membership.objects.get(user_id=former.person)
    accounts.end_membership(actor=make.CONSOLE, membership=left, now=now)
    while outbox.sweep(now=now):
        pass
    told = Notification.objects.filter(user_id=bob.person).first()
    assert told is not None
    samples = {
        "shop": world.merchant.ref,
        "dispute": dispute.ref, "offer": offer.ref, "notification": told.ref, "no": 1, "sequence": sequence,
        "lane": "both", "order": order.ref, "version": Dispute.objects.get(pk=dispute.pk).version,
    }  # fmt: skip
    return Affair(world, Dispute.objects.get(pk=dispute.pk), samples, sessions, tokens, actors)


@pytest.fixture(scope="module")
def module_affair(module_database):
    with module_database():
        now = clock.now()
        return affair_in(build_world(now), build_world(now), now)


@pytest.fixture
def affair(module_affair, copy_of, settings):
    settings.API_RATES = dict.fromkeys(settings.API_RATES, 100_000)
    cache.clear()
    return copy_of(module_affair)


# — every address that the resolver knows —


def routes(resolver=None, prefix="", namespace=""):
    """Every route of the program, with the name and the view behind it."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from routes(pattern, route, pattern.namespace or namespace)
        else:
            yield route, f"{namespace}:{pattern.name}", pattern.callback


def module_of(view):
    return getattr(getattr(view, "view_class", view), "__module__", "")


OF_ALL = "workbench/disputes/outages/"  # no page of a dispute
PAGES = sorted(
    {
        route
        for route, _name, view in routes()
        if module_of(view).startswith(("disputes.web", "console.disputes")) and not route.startswith(f"{OF_ALL}<")
    }
)
SERVED = sorted({route for route, _name, view in routes() if module_of(view).startswith("disputes.api")})
# What is public, and what holds no dispute: the burden table and the outage ledger are known in advance by law.
PUBLIC = ("burden/", "outages/")
KINDS = {
    "disputes/<slug:ref>/": "dispute",
    "files/disputes/<slug:ref>/": "dispute",
    "l/d/<slug:ref>": "dispute",
    "workbench/disputes/<slug:ref>/": "dispute",
    "notifications/<slug:ref>/": "notification",
    "account/parties/<slug:ref>/fast-refunds/": "shop",
}
PLACE = re.compile(r"<(?:\w+:)?(\w+)>")
NOWHERE = {
    "dispute": "dsp_" + NOBODY,
    "offer": "off_" + NOBODY,
    "notification": "ntf_" + NOBODY,
    "order": "O-none",
    "shop": "pty_" + NOBODY,
}


def address(route: str, samples: dict[str, Any]) -> str:
    """The route with what the samples say; a place that none of them names is a gap in this test."""

    def put(match):
        name = match[1]
        if name == "ref":
            [kind] = {kind for start, kind in KINDS.items() if route.startswith(start)}
            return str(samples[kind])
        return str(samples["offer" if name == "offer_ref" else name])

    return "/" + PLACE.sub(put, route)


CLEAN = re.compile(r'csrf[^>]*>|"X-CSRFToken": "[^"]*"|nonce="[^"]*"|data-now="\d+"|request-id[^>]*>')


def seen(answer: Any, samples: dict[str, Any]) -> tuple[int, str, str]:
    """What came back, with the address itself taken out of it."""
    text = CLEAN.sub("", body_of(answer).decode("utf-8", "replace")) + "\n" + answer.headers.get("Location", "")
    for kind in ("dispute", "offer", "notification", "order", "shop"):
        text = text.replace(str(samples[kind]), kind)
    return answer.status_code, answer.headers.get("Content-Type", ""), text


def asked(affair: Affair, who: str, method: str, route: str, samples: dict[str, Any]) -> tuple[int, str, str]:
    """In a new tab, so that no message of an earlier answer is on the page."""
    browser = affair.browser(who)
    with transaction.atomic():
        answer = browser.get(address(route, samples)) if method == "GET" else browser.post(address(route, samples))
        found = seen(answer, samples)
        transaction.set_rollback(True)  # also of a refusal, which can end a session and with it the reader's language
    return found


def of_the_case(affair: Affair, text: str, who: str = "") -> list[str]:
    """Every mediator was told by its number that a dispute waits, as its line in the queue said it."""
    secrets = [MARK, affair.dispute.order_title]
    secrets += [] if who in ("max", "handed") else [affair.dispute.number]
    return [secret for secret in secrets if secret in text]


def test_there_are_addresses_to_ask():
    assert "disputes/<slug:ref>/" in PAGES
    assert "files/disputes/<slug:ref>/<int:no>" in PAGES
    assert "workbench/disputes/<slug:ref>/case-file/" in PAGES
    assert "api/v1/disputes/<str:ref>/case-file" in SERVED
    unnamed = [route for route in PAGES if "<" in route and not route.startswith(tuple(KINDS))]
    assert unnamed == [], "say in KINDS which sample these take"
    api = {re.sub(PLACE, r"{\1}", "/" + route) for route in SERVED}
    assert api == {path for name, (_method, path) in addresses(document("en")).items() if name in OF_DISPUTES}


@pytest.mark.parametrize("who", each_of(*STRANGERS[:-1], "anonymous", "former"))
def test_a_stranger_gets_nothing_from_any_page_or_file(affair, who):
    missing = affair.samples | NOWHERE
    before = rows()
    wrong = []
    for route in PAGES:
        for method in ("GET", "POST"):
            found = asked(affair, who, method, route, affair.samples)
            if leaked := of_the_case(affair, found[2], who):
                wrong.append(f"{method} {route} shows {leaked}")
            if "<" in route and found != asked(affair, who, method, route, missing):
                wrong.append(f"{method} {route} answers {found[0]} to {who}, and otherwise where nothing is")
            if "<" in route and who in ("anonymous", "former") and found[0] not in (302, 405):
                wrong.append(f"{method} {route} answers {found[0]} to somebody who is not signed in")
            if "<" not in route and route not in PUBLIC and who == "anonymous" and found[0] not in (302, 404, 405):
                wrong.append(f"{method} {route} answers {found[0]} to somebody who is not signed in")

    assert wrong == []
    assert rows() == before


@pytest.mark.exhaustive
@pytest.mark.once
def test_whoever_may_is_answered_on_every_page(affair):
    """So that the test above can fail: behind each address is something, and on the pages to read are the marks."""
    missing = affair.samples | NOWHERE
    shut, shown = [], set()
    for route in PAGES:
        if "<" not in route:
            continue
        opens = False
        for who in ("bob", "alice", "mia", "carl"):
            for method in ("GET", "POST"):
                found = asked(affair, who, method, route, affair.samples)
                opens = opens or found != asked(affair, who, method, route, missing)
                if of_the_case(affair, found[2]):
                    shown.add((route, who))
        if not opens:
            shut.append(route)

    assert shut == ["l/d/<slug:ref>"], "a link leads everybody to the room, whose own door it is"
    room, decision = "disputes/<slug:ref>/", "disputes/<slug:ref>/decision/"
    assert {(room, "bob"), (room, "alice"), (decision, "bob"), (decision, "alice")} <= shown
    assert ("files/disputes/<slug:ref>/<int:no>", "alice") in shown  # the other side gets a copy without the mark
    for route in ("", "evidence/<int:no>/"):
        assert {(f"workbench/disputes/<slug:ref>/{route}", who) for who in ("mia", "carl")} <= shown, route


@pytest.mark.exhaustive
def test_before_joining_a_mediator_sees_a_line_of_the_queue_alone(affair):
    """A dispute that waits can be taken by any mediator, and is nowhere to be read until somebody took it."""
    waiting = disputing.dispute_in(affair.world, "escalated", now=clock.now())
    samples, missing = affair.samples | {"dispute": waiting.ref, "offer": NOWHERE["offer"]}, affair.samples | NOWHERE
    wrong = [
        f"{method} {route}"
        for route in PAGES
        for method in ("GET", "POST")
        if "<" in route and route != "workbench/disputes/<slug:ref>/join/"
        if asked(affair, "max", method, route, samples) != asked(affair, "max", method, route, missing)
    ]
    line = affair.browser("max").get(reverse("mediation:queue")).content.decode()

    assert wrong == []
    assert waiting.ref in line
    of_the_case = (waiting.order_title, waiting.statement, affair.world.merchant.name, affair.world.consumer.name)
    assert [words for words in of_the_case if words in line] == []


LISTS = ("home", "disputes:list", "disputes:notifications", "mediation:queue", "mediation:reports")


@pytest.mark.parametrize("who", each_of(*STRANGERS[:-1], "anonymous", "former"))
def test_nor_from_any_list_or_the_administration(affair, who):
    browser = affair.browser(who)
    for name in LISTS:
        text = browser.get(reverse(name), follow=True).content.decode()
        assert of_the_case(affair, text, who) == [], f"{name} by {who}"
        assert affair.dispute.ref not in text, f"{name} by {who}"
    for model in admin.site._registry:
        if model._meta.app_label not in ("disputes", "casework", "files", "archive", "operations"):
            continue
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        places = [reverse(f"{base}_changelist")]
        row = model._default_manager.order_by("pk").first()
        if row is not None and model._meta.model_name in ("dispute", "factatissue"):
            places += [reverse(f"{base}_change", args=[row.pk]), reverse(f"{base}_history", args=[row.pk])]
        for place in places:
            answer = browser.get(place)
            assert of_the_case(affair, answer.content.decode(), who) == [], f"{place} by {who}"
            assert affair.dispute.ref not in answer.content.decode(), f"{place} by {who}"


def test_whoever_may_finds_it_in_their_lists(affair):
    shown = {
        (name, who)
        for name in LISTS
        for who in MEMBERS[:-1]
        if affair.dispute.ref in affair.browser(who).get(reverse(name)).content.decode()
    }
    changelist = affair.browser("carl").get(reverse("admin:disputes_dispute_changelist")).content.decode()

    assert {("disputes:list", "bob"), ("disputes:list", "alice"), ("mediation:queue", "carl")} <= shown
    assert affair.dispute.number in changelist


# — REST —

VIEWS = {re.sub(PLACE, r"{\1}", "/" + route) for route in SERVED}
OF_DISPUTES = sorted(name for name, (_method, path) in addresses(document("en")).items() if path in VIEWS)
OF_NO_DISPUTE = {  # public by law, or about a rule or a shop
    "read_current_burden_table",
    "read_burden_table",
    "publish_burden_table",
    "read_fast_refund_opt_ins",
    "opt_in_to_fast_refunds",
    "opt_out_of_fast_refunds",
}


def made(affair: Affair, path: str, *, missing: bool) -> dict[str, Any]:
    kind = path.removeprefix("/api/v1/").split("/")[0]
    known = {"disputes": affair.samples["dispute"], "offers": affair.samples["offer"]}
    return {
        "ref": MISSING[kind] + NOBODY if missing else known[kind],
        "no": affair.samples["no"],
        "sequence": affair.samples["sequence"],
    }


def requested(affair: Affair, who: str, name: str, *, missing: bool) -> tuple[int, str, str]:
    method, path = addresses(document("en"))[name]
    where = at(path, made(affair, path, missing=missing)) if "{" in path else path
    with transaction.atomic():
        http = Http(affair.tokens.get(who, ""))
        answer = call(http, OPERATIONS[name], method, where, affair.world, affair.samples["version"])
        found = seen(answer, affair.samples | NOWHERE if missing else affair.samples)
        if answer.status_code < 400:
            transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("who", each_of("anonymous", *STRANGERS, "former_token"))
def test_a_stranger_gets_nothing_from_any_operation(affair, who):
    before, wrong = rows(), []
    for name in sorted(set(OF_DISPUTES) - OF_NO_DISPUTE):
        _method, path = addresses(document("en"))[name]
        found = requested(affair, who, name, missing=False)
        if leaked := of_the_case(affair, found[2]):
            wrong.append(f"{name} shows {leaked}")
        if who in NOT_SIGNED_IN and found[0] != 401:
            wrong.append(f"{name} answers {found[0]} to {who}")
        if "{" in path and (found[0] not in (401, 404) or found != requested(affair, who, name, missing=True)):
            wrong.append(f"{name} answers {found[0]} to {who}, or otherwise where nothing is")

    assert wrong == []
    assert rows() == before


@pytest.mark.parametrize("who", each_of(*STRANGERS, "former_token"))
def test_nor_from_a_list_of_the_api(affair, who):
    http = Http(affair.tokens[who])
    for path in ("/api/v1/disputes", "/api/v1/todo", "/api/v1/dispute-queue", "/api/v1/me"):
        text = body_of(http("GET", path)).decode()
        assert of_the_case(affair, text, who) == [], f"{path} by {who}"
        assert affair.dispute.ref not in text, f"{path} by {who}"


@pytest.mark.exhaustive
def test_whoever_may_is_answered_by_every_operation(affair):
    """So that the tests above can fail."""
    shut = [
        name
        for name in sorted(set(OF_DISPUTES) - OF_NO_DISPUTE)
        if all(requested(affair, who, name, missing=False)[0] in (401, 403, 404) for who in MEMBERS)
    ]
    listed = [
        who
        for who in MEMBERS
        if affair.dispute.ref in body_of(Http(affair.tokens[who])("GET", "/api/v1/disputes")).decode()
    ]
    shown = {
        (name, who)
        for name in ("read_dispute", "read_messages", "read_offers", "read_dispute_evidence", "read_dispute_letter")
        for who in MEMBERS
        if of_the_case(affair, requested(affair, who, name, missing=False)[2])
    }

    assert shut == ["join_dispute"], "nobody is waited for"
    assert listed == list(MEMBERS)
    assert {(name, who) for name in ("read_messages", "read_offers") for who in ("bob", "alice")} <= shown
    assert {(name, who) for name in ("read_dispute_evidence", "read_dispute_letter") for who in MEMBERS} <= shown
    assert [who for who in ("mia", "carl", "platform") if ("read_offers", who) in shown] == []


def test_a_stranger_learns_nothing_of_an_order_either(affair):
    order, none = affair.samples["order"], NOWHERE["order"]
    claim = {"remedy": "REFUND", "amount_minor": 100}
    for who in ("other_merchant", "other_staff", "other_consumer"):
        pages = [
            seen(affair.browser(who).get(f"/disputes/new/?order={ref}"), affair.samples | {"order": ref})
            for ref in (order, none)
        ]
        assert pages[0] == pages[1], who
        opened = []
        for ref in (order, none):
            body = {"order_ref": ref, "ground": "not_received", "claim": claim, "statement": "x"}
            with transaction.atomic():
                answer = Http(affair.tokens[who])("POST", "/api/v1/disputes", body)
                opened.append(seen(answer, affair.samples | {"order": ref}))
        assert opened[0] == opened[1], who
        assert opened[0][0] in (403, 422), who


# — sockets —


@pytest.fixture
def committed(transactional_db):  # noqa: F811
    now = clock.now()
    return affair_in(build_world(now), build_world(now), now)


@pytest.fixture
def site(committed, settings):
    site = Site()
    settings.PUBLIC_URL = site.origin
    site.start()
    yield site
    site.stop()


def ticket_over_http(affair: Affair, who: str) -> tuple[int, str]:
    answer = Http(affair.tokens.get(who, ""))("POST", "/api/v1/ws-tickets", key=None)
    return answer.status_code, json.loads(answer.content).get("ticket", "")


async def test_a_stranger_gets_nothing_from_the_socket(committed, site):
    """Whether they show a session or a ticket. Members come in, and hear everything from the beginning."""
    ref, heard = committed.dispute.ref, {}
    for who in ("bob", "alice", "mia", *STRANGERS[:-1], "former"):
        for lane in ("both", "private"):
            headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={committed.sessions[who]}"}
            url = site.url(ref, lane=lane, after=0)
            heard[who, lane, "session"] = await open_socket(url, origin=site.origin, additional_headers=headers)
    for who in ("bob", "alice", "mia", *STRANGERS):
        status, ticket = await does(ticket_over_http, committed, who)
        if who == "foreign":
            assert (status, ticket) == (403, ""), "a back end is no person in a room"
        else:
            assert status == 201
            heard[who, "both", "ticket"] = await open_socket(site.url(ref, after=0, ticket=ticket))
    for who in ("anonymous", "former_token"):
        assert (await does(ticket_over_http, committed, who))[0] == 401
    heard["anonymous", "both", "session"] = await open_socket(site.url(ref, after=0), origin=site.origin)
    made = await does(ticket_of, committed.actors["max"])
    heard["max", "nowhere", "ticket"] = await open_socket(site.url(NOWHERE["dispute"], after=0, ticket=made))

    codes = {}
    for (who, lane, way), socket in heard.items():
        if who in ("bob", "alice", "mia"):
            if lane == "both":
                await socket.until(lambda one: any(MARK in json.dumps(frame) for frame in one.frames))
        else:
            codes[who, lane, way] = await socket.until_closed()
            assert socket.frames == [], (who, lane, way)
    assert codes.pop(("anonymous", "both", "session")) == 4401
    assert set(codes.values()) == {4404}, "as for the room that is nowhere"
    await asyncio.gather(*(socket.close() for socket in heard.values()))
