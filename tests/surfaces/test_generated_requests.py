"""Requests that nobody planned, over REST and to pages: none ends in a mistake of ours, and REST answers as the
document declares, to the last member. `tests/ws/test_generated_frames.py` does the same over sockets.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from heapq import nlargest
from html.parser import HTMLParser
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings as configured
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from casework import clock
from config.api.documents import document
from tests.extent import LEVEL, extent
from tests.generating import Lots
from tests.surfaces.described import members_of, with_fields
from tests.surfaces.operations import OPERATIONS, addresses, at, recipe
from tests.surfaces.people import Cast
from tests.surfaces.test_dispute_strangers import routes
from tests.surfaces.test_no_real_names import ANYTHING, PLACE, samples_of
from tests.surfaces.test_permissions import who_may
from tests.surfaces.test_schema import flaws, operations_of, plain
from tests.ws.serving import session_of

pytestmark = [pytest.mark.exhaustive, pytest.mark.once]

REST = extent("generated requests over REST", everyday=100, ci=100, full=34_000)
PAGES = extent("generated requests to pages", everyday=100, ci=100, full=14_000)
SEEDS = range(20261127, 20261127 + (4 if LEVEL == "full" else 1))
JUNK = ("%00", "a%00b", "%0A", "%ED%A0%BD", "x" * 201, "%EF%BF%BE", "'", "%25", "0", "-1", "9" * 30, "云", "a:b", " ")
HEADERS = {
    "Accept": ("application/xml", "*/*", "text/html", "application/json;q=0", "application/problem+json", "\u00e9"),
    "Accept-Language": ("zh", "en;q=0", "de", "*", "x" * 300, "zh-Hans,zh;q=0.9", ";;"),
    "If-Match": ("*", '"1"', 'W/"1"', "1", "", '"x"', '"1", "2"', '"' + "9" * 40 + '"'),
    "Idempotency-Key": ("", "a", "a b", "\u00e9", "x" * 300, "k-1"),
    "Content-Type": ("text/plain", "application/json; charset=utf-16", "multipart/form-data", "", "application/json;"),
    "If-None-Match": ("*", '"x"', "x"),
    "Range": ("bytes=0-10", "bytes=-1", "bytes=9-1", "lines=1", "bytes=" + "9" * 40 + "-"),
    "X-Request-ID": ("a", "x" * 200, "13800001234", "\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9"),
}


@pytest.fixture(autouse=True)
def _nobody_is_locked_out(settings: Any, tmp_path: Any) -> None:
    settings.AXES_ENABLED = False
    settings.ATTACHMENT_ROOT = tmp_path
    settings.OPINIONS_AN_HOUR = 1_000_000


def asks_of(cast: Cast) -> dict[str, tuple[dict[str, Any], Any]]:
    """By operation what it is about, made once for all operations that are about the same, and a body that works."""
    by_recipe: dict[str, dict[str, Any]] = {}
    found = {}
    for name, operation in OPERATIONS.items():
        if operation.made is not None and (key := recipe(operation.made)) not in by_recipe:
            by_recipe[key] = operation.made(cast.world, clock.now())
        made = by_recipe[recipe(operation.made)] if operation.made else {}
        found[name] = made, operation.body(cast.world) if operation.body else None
    return found


class Cost:
    """The longest answers, with what was asked, and the memory of the process before and after."""

    def __init__(self) -> None:
        self.longest: list[tuple[float, str]] = []
        self.before = self.resident()

    @contextmanager
    def of(self, asked: str) -> Iterator[None]:
        began = perf_counter()
        yield
        self.longest = nlargest(3, [*self.longest, (perf_counter() - began, asked)])

    def resident(self) -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4 // 1024

    def __str__(self) -> str:
        longest = ", ".join(f"{seconds:.1f} s {asked}" for seconds, asked in self.longest)
        return f"longest: {longest}; {self.before} MB before, {self.resident()} after"


@pytest.mark.parametrize("seed", SEEDS)
def test_no_generated_request_over_rest_is_answered_as_nothing_declares(cast: Cast, seed: int) -> None:
    lots, asks, product = Lots(seed), asks_of(cast), document("en")
    answers, where = operations_of(plain(product, strict=True)), addresses(product)
    names, people = sorted(where), sorted(cast.tokens)
    wrong, seen, requests, cost = [], Counter[int](), REST // len(SEEDS), Cost()
    for turn in range(requests):
        name = names[turn % len(names)]
        method, path = where[name]
        request = one_request(lots, name, method, path, asks, people, answers[name])
        with transaction.atomic():
            with cost.of(name):
                answer = cast.http(request["who"])(method, request["address"], raw=request["raw"], **request["headers"])
            seen[answer.status_code] += 1
            is_slim = "fields=" in request["address"]
            found = [*undeclared(name, with_fields(answers[name]) if is_slim else answers[name], answer)]
            if answer.status_code >= 500 or found:
                wrong.append((turn, name, answer.status_code, found[:2], str(request)[:600]))
            transaction.set_rollback(True)
        if turn % 500 == 0:
            cache.clear()
    print(f"{requests} requests over REST: {dict(sorted(seen.items()))}; {cost}")

    assert wrong == []
    assert sum(count for status, count in seen.items() if status < 300) > requests // 20, "most was never reached"


def undeclared(name: str, operation: dict[str, Any], answer: Any) -> Iterator[str]:
    described = operation["responses"].get(str(answer.status_code), {"content": {}})
    if "content" not in described and not answer.content:  # 204, 304
        return
    yield from flaws(name, operation, answer)


def one_request(
    lots: Lots, name: str, method: str, path: str, asks: Any, people: list[str], described: dict[str, Any]
) -> dict[str, Any]:
    operation, (made, body) = OPERATIONS[name], asks[name]
    who = who_may(name) if lots.random() < 0.7 else lots.choice(people)
    if made and lots.random() < 0.2:
        other = lots.choice([each for each, _body in asks.values() if each])
        made = made | {key: lots.choice((other.get(key, "x"), lots.choice(JUNK))) for key in made if key != "version"}
    address, headers = at(path, made), {}
    if query := query_of(lots, described):
        address += "?" + query
    raw = b""
    if operation.takes_form and body is not None:
        raw, headers["Content_Type"] = body
        if lots.random() < 0.5:
            place = lots.randrange(len(raw))
            raw = raw[:place] + lots.randbytes(lots.choice((0, 1, 9))) + raw[place + lots.choice((0, 1, 400)) :]
    elif method == "POST":
        raw = json.dumps(lots.changed(body) if body is not None else lots.choice((None, {}, lots.value()))).encode()
        if lots.random() < 0.03:
            raw = lots.randbytes(40)
    if operation.decides:
        headers["If_Match"] = f'"{made.get("version") or 1}"'
    if lots.random() < 0.15:
        header = lots.choice(sorted(HEADERS))
        headers[header.replace("-", "_")] = lots.choice(HEADERS[header])
    return {"who": who, "address": address, "raw": raw, "headers": headers}


def query_of(lots: Lots, described: dict[str, Any]) -> str:
    asked = []
    for parameter in described.get("parameters", ()):
        if parameter["in"] == "query" and lots.random() < 0.3:
            schema = parameter["schema"]
            known = [str(each) for each in schema.get("enum", schema.get("items", {}).get("enum", ()))]
            if parameter["name"] == "fields":
                known = [*members_of(described), ",".join(lots.choice(members_of(described)) for _ in range(3))]
            value = lots.choice(known) if known and lots.random() < 0.7 else lots.choice((lots.text(), "1", "50", "云"))
            asked += [(parameter["name"], value)] * lots.choice((1, 1, 1, 2))
    if lots.random() < 0.04:
        asked.append((lots.text() or "x", lots.text()))
    return encoded(asked)


def encoded(asked: list[tuple[str, str]]) -> str:
    return urlencode(asked, errors="surrogatepass")


# — pages —


class Forms(HTMLParser):
    """The forms of a page: where each goes, how, and what can be filled in, with what stands there."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, str, list[tuple[str, str]]]] = []

    def handle_starttag(self, tag: str, attributes: Any) -> None:
        found = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.forms.append((found.get("method", "get").lower(), found.get("action", ""), []))
        elif tag in ("input", "select", "textarea", "button") and self.forms and found.get("name"):
            self.forms[-1][2].append((found["name"], found.get("value", "")))
        elif tag == "option" and self.forms and self.forms[-1][2]:
            name, value = self.forms[-1][2][-1]
            self.forms[-1][2][-1] = name, found.get("value") or value


AT_PAGES = ("owner", "consumer", "reviewer", "senior", "mediator", "compliance", "administrator", "lead", "")
QUERY = ("q", "search", "page", "cursor", "tab", "state", "measure", "sort", "from", "until", "days", "no_such", "code")
ELSEWHERE = ("admin/", "api/v1/", "_allauth/", "^_allauth/", "media/")
"""Django's and allauth's own."""


@pytest.mark.parametrize("seed", SEEDS)
def test_no_generated_request_to_a_page_ends_in_a_mistake_of_ours(cast: Cast, seed: int) -> None:
    lots, samples, requests = Lots(seed), samples_of(cast), PAGES // len(SEEDS)
    everything = [made for kind in sorted(samples) for made in samples[kind]]
    served = sorted({route for route, _name, _view in routes() if not route.startswith(ELSEWHERE)})
    sessions = {who: session_of(cast.actors[who]).session_key if who else "" for who in AT_PAGES}
    wrong, seen, waiting, turn, cost = [], Counter[tuple[str, int]](), [], 0, Cost()
    while turn < requests:
        turn += 1
        who = lots.choice(AT_PAGES)
        if waiting and lots.random() < 0.6:
            who, method, place, content = waiting.pop(lots.randrange(len(waiting)))
        else:
            route = served[turn % len(served)]
            method, place = lots.choice(("get", "get", "get", "post")), place_at(route, lots, samples, everything)
            content = encoded([(lots.choice(QUERY), lots.text()) for _ in range(lots.choice((0, 0, 1, 2)))])
        browser = Client(headers={"Accept-Language": lots.choice(("en", "zh"))}, raise_request_exception=False)
        if sessions[who]:
            browser.cookies[configured.SESSION_COOKIE_NAME] = sessions[who]
        with transaction.atomic(), cost.of(f"{method} {place[:60]}"):
            if method == "post":
                answer = browser.post(place, content, content_type="application/x-www-form-urlencoded")
            else:
                answer = browser.get(place + ("?" + content if content and "?" not in place else ""))
            page = b"".join(answer.streaming_content) if answer.streaming else answer.content
            transaction.set_rollback(True)
        seen[method, answer.status_code] += 1
        if answer.status_code >= 500 and not place.startswith("/readyz"):  # no worker is alive here
            wrong.append((turn, who, method, place, answer.status_code, content[:300]))
        if answer.status_code == 200 and answer.get("Content-Type", "").startswith("text/html") and len(waiting) < 500:
            waiting += [(who, *filled) for filled in filled_in(page.decode(), place, lots)]
    print(f"{requests} requests to {len(served)} pages: {dict(sorted(seen.items()))}; {cost}")

    assert wrong == []
    assert seen["get", 200] > requests // 8
    assert sum(count for (method, status), count in seen.items() if method == "post" and status < 400) > requests // 50


def place_at(route: str, lots: Lots, samples: Any, everything: list[dict[str, Any]]) -> str:
    """An address at this route: about something that was made, of another kind, or about nothing."""
    before = [word for word in re.split(r"[/<]", route.split("<")[0]) if word]
    fitting = samples.get(before[-1], ()) if before else ()
    made = lots.choice(fitting) if fitting and lots.random() < 0.7 else lots.choice(everything)
    known = ANYTHING | made

    def put(match: Any) -> str:
        name = match[1] or match[2]
        return lots.choice(JUNK) if lots.random() < 0.1 else str(known.get(name, lots.choice(JUNK)))

    return quote("/" + PLACE.sub(put, route).replace("^", "").replace("$", ""), safe="/%:'*")


def filled_in(page: str, place: str, lots: Lots) -> list[tuple[str, str, str]]:
    """The forms of the page as somebody careless or hostile sends them; what the page itself put in mostly stays."""
    parser = Forms()
    parser.feed(page)
    found = []
    for method, action, fields in parser.forms[:6]:
        where = action or place
        if not where.startswith("/") or where.startswith(("//", "/account", "/admin")):
            continue
        content = [(name, value if value and lots.random() < 0.75 else lots.text()) for name, value in fields]
        found.append(("post" if method == "post" else "get", where, encoded(content)))
    return found
