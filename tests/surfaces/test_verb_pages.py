"""Every verb has its page or says why not, and no page forgets which version of the case was read.

A page that sends no version where the verb needs one overwrites what somebody else did meanwhile. Such a page is found
here wherever it comes from: one made from a row by posting it stale, one written by hand in its source.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from html import unescape
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.shortcuts import render
from django.test import RequestFactory
from django.urls import get_resolver, reverse

from casework import clock
from casework.clock import BEIJING
from executors.models import Certification
from executors.queries import executor_for
from surfaces.asks import STAFF
from surfaces.input_forms import Rows, TypedForm
from surfaces.verb_pages import Asking, kept, verb_page
from tests.conftest import World
from tests.pages import Form, browser
from tests.surfaces.operations import OPERATIONS, certification, incident
from tests.surfaces.people import user_of
from tests.surfaces.test_permissions import rows

pytestmark = pytest.mark.once

ROOT = Path(__file__).parents[2]
APPS = ("appeals", "disputes", "executors", "notices", "rules")
PERSONS = (
    *("owner", "consumer", "reviewer", "conflicted", "senior", "compliance", "administrator", "mediator"),
    *("executor", "lead", "counsel"),
)


def every_row() -> list[Any]:
    found: dict[int, Any] = {}
    for app in APPS:
        module = import_module(f"{app}.verbs")
        for value in vars(module).values():
            rows = value if isinstance(value, tuple) else (value,)
            found |= {id(row): row for row in rows if type(row).__name__ == "Verb"}
    return list(found.values())


def every_page(resolver: Any = None, prefix: str = "", space: str = "") -> Iterator[tuple[Any, Any, Any, str]]:
    """Verb, page, where it leads back to, and the address of each page that is made of a row."""
    for each in (resolver or get_resolver()).url_patterns:
        route = prefix + str(each.pattern)
        if hasattr(each, "url_patterns"):
            yield from every_page(each, route, each.namespace or space)
        elif hasattr(each.callback, "made_of"):
            yield (*each.callback.made_of, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route))


# — each row —


def test_every_verb_has_a_page_or_says_which_view_stands_instead_and_why():
    rows = every_row()
    assert len(rows) > 100

    wrong = [row.name for row in rows if bool(row.pages) == bool(row.by_hand)]
    names = {row.name for row in rows} | {name for app in APPS for name in vars(import_module(f"{app}.verbs"))}
    unfounded = [(row.name, row.by_hand) for row in rows if row.by_hand and not names_something(row.by_hand, names)]

    assert (wrong, unfounded) == ([], [])


def names_something(by_hand: str, names: set[str]) -> bool:
    """Whether the text before the colon is a view, a module of views, another row, or says that there is no page."""
    what, _colon, why = by_hand.partition(": ")
    if not why or what in names or what == "no page":
        return bool(why)
    try:
        import_module(what)
    except ModuleNotFoundError:
        module, _dot, name = what.rpartition(".")
        return hasattr(import_module(module), name)
    return True


def test_three_of_four_verbs_have_their_page_from_the_row():
    assert len([row for row in every_row() if row.pages]) >= 75


def test_every_page_of_a_row_has_an_address():
    served = {id(page) for _verb, page, _back, _address in every_page()}

    assert [row.name for row in every_row() for page in row.pages if id(page) not in served] == []


def test_every_page_can_ask_for_what_its_verb_takes():
    """A field that is required and that no page asks for is found before anybody opens the page."""
    for verb, page, _back, _address in every_page():
        if page.is_asked and page.given is None:
            asks = replace(page, choices=None, starts=None, stands=None)
            assert Asking(verb, asks, None, Anything(), None).form() is not None


def test_a_page_has_words_for_no_field_that_its_verb_does_not_take():
    """They would be shown to nobody, and the field that was meant would keep the words of the input."""
    wrong = [
        (verb.name, name)
        for verb in every_row()
        for page in verb.pages
        for name in page.asks
        if verb.takes is None or name not in verb.takes().fields
    ]

    assert wrong == []


class Anything:
    ref = "any_1111111111111111111111"


def test_no_secret_is_among_what_a_refusal_gives_back():
    secret = {
        (verb.name, name)
        for verb in every_row()
        for name, one in (verb.takes().fields.items() if verb.takes else ())
        if getattr(one, "kind", "") == "secret"
    }

    assert secret
    assert secret & {(verb.name, name) for verb in every_row() for name in kept(verb)} == set()


# — each page of a verb that needs a version —


def versioned() -> dict[str, tuple[Any, Any, Any, str]]:
    """By operation and address; a verb with two pages stands here twice."""
    return {f"{row[0].operation_id()} {row[3]}": row for row in every_page() if row[0].needs_version}


def typed(form: TypedForm, body: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """What somebody types who means this body."""
    found: dict[str, Any] = {}
    for name, field in form.fields.items():
        value = body.get(name)
        if value in (None, [], ""):
            continue
        if isinstance(field, Rows):
            for no, row in enumerate(value):
                found |= typed(field.widget.make(), row, f"{prefix}{name}-{no}-")
        elif name.endswith("_minor"):
            found[prefix + name] = f"{value / 100:.2f}"
        elif isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT.*", value):
            found[prefix + name] = datetime.fromisoformat(value).astimezone(BEIJING).strftime("%Y-%m-%dT%H:%M")
        else:
            found[prefix + name] = {True: "true", False: ""}.get(value, value) if isinstance(value, bool) else value
    return found


def carries_its_version(post: Any, shown: str, said: dict[str, Any], address: str, unchanged: Any) -> None:
    """The check of every page: it shows the version, and an older or missing one changes nothing and loses no word."""
    fields = Form(shown, address).fields
    assert fields.get("version", [""])[0].isdecimal(), f"{address} shows no version"
    sent = fields | said
    sent.pop("form_key", None)
    before = unchanged()
    for version, status in ((str(int(fields["version"][0]) - 1), 412), ("", 428)):
        answer = post(address, sent | {"version": version})
        page = unescape(answer.content.decode())
        assert answer.status_code == status, (address, version, answer.status_code)
        assert unchanged() == before, f"{address} changed something on an older version"
        lost = [text for text in said.values() if isinstance(text, str) and len(text) > 4 and text not in page]
        assert lost == [], f"{address} lost what was typed"


@pytest.mark.parametrize("name", versioned())
def test_a_page_of_an_older_version_changes_nothing_and_keeps_what_was_typed(cast, name):
    verb, page, back, route = versioned()[name]
    operation = OPERATIONS[verb.operation_id()]
    make = MADE_FOR.get(verb.name) or operation.made
    made = make(cast.world, clock.now())
    address = "/" + route.format(**made)
    body = operation.body(cast.world) if operation.body else {}

    for who in PERSONS:
        client = browser(cast.actors[who], raise_request_exception=False)
        at = reverse(back, args=[made["ref"]]) if page.within else address
        answer = client.get(at)
        if answer.status_code == 200 and (not page.within or f'action="{address}"' in answer.content.decode()):
            break
    else:
        raise AssertionError(f"nobody is asked at {address}")
    takes = verb.takes if page.is_asked else None
    from_address = [n for n, one in (takes().fields.items() if takes else ()) if one.source in verb.arguments.values()]
    form = TypedForm(takes, asks=page.asks, given=from_address)

    carries_its_version(client.post, unescape(answer.content.decode()), typed(form, body or {}), address, rows)


def a_certificate_of_its_executor(world: World, now: datetime) -> dict[str, Any]:
    made = certification(world, now)
    held = Certification.objects.get(ref=made["ref"])
    return {"ref": held.person.executor.ref, "certificate": held.ref}


MADE_FOR = {"claim": incident("confirmed"), "withdraw-certificate": a_certificate_of_its_executor}
"""What the pages are about whose operation of the API is about something else."""


def test_a_page_that_drops_the_version_is_found(cast):
    """The check above, shown to fail: the same page, of whose form the hidden version was left out."""
    verb = next(row for row in every_row() if row.name == "suspend")
    ref = OPERATIONS["suspend_executor"].made(cast.world, clock.now())["ref"]

    def forgets(request, template, context, status=200):
        answer = render(request, template, context, status=status)
        return HttpResponse(re.sub(rb'<input type="hidden" name="version"[^>]*>', b"", answer.content), status=status)

    def post(address, sent, method="POST"):
        request = RequestFactory().post(address, sent) if method == "POST" else RequestFactory().get(address)
        request.user = user_of(cast.world.carl)
        request.actor, request.session, request.csp_nonce = cast.world.carl, browser(cast.world.carl).session, ""
        return page(request, ref=ref)

    for draws, is_found in ((render, False), (forgets, True)):
        page = verb_page(verb, executor_for, "executing:executor", by=STAFF, render=draws)
        shown = unescape(post("/x/", {}, "GET").content.decode())
        if is_found:
            with pytest.raises(AssertionError, match="shows no version"):
                carries_its_version(post, shown, {"reason": "抽检错误偏多。"}, "/x/", rows)
        else:
            carries_its_version(post, shown, {"reason": "抽检错误偏多。"}, "/x/", rows)


# — pages written by hand —


def without_version(source: str, commands: set[str]) -> list[tuple[str, int]]:
    """The calls of these commands that pass no `expected_version`, and take no arguments that could."""
    return [
        (name, node.lineno)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and (name := getattr(node.func, "attr", getattr(node.func, "id", ""))) in commands
        and not any(keyword.arg in ("expected_version", None) for keyword in node.keywords)
    ]


def test_no_view_written_by_hand_calls_a_command_that_needs_a_version_without_one():
    commands = {row.command.__name__ for row in every_row() if row.needs_version}
    views = [*ROOT.glob("console/**/*.py"), *ROOT.glob("*/web/**/*.py")]
    assert len(views) > 100

    found = {str(path.relative_to(ROOT)): without_version(path.read_text(), commands) for path in views}

    assert {path: calls for path, calls in found.items() if calls} == {}


def test_a_view_that_drops_the_version_is_found():
    planted = """
def suspend(request, ref):
    commands.suspend_executor(actor=actor, ref=ref, reason=said["reason"], now=now)
    commands.suspend_executor(actor=actor, ref=ref, reason=said["reason"], now=now, expected_version=version)
"""
    assert without_version(planted, {"suspend_executor"}) == [("suspend_executor", 3)]
