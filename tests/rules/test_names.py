"""Names that become a part of an address: what is accepted has an address, and a row from before the grammar keeps one.

Which fields these are is found from routes and models: a text field that has the name of a route's parameter.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from urllib.parse import quote

import pytest
from django.apps import apps
from django.db import connection, models
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import IntConverter

from accounts.models import User
from casework import clock, triggers
from casework.models import Case
from casework.names import validate_name
from rules.models import PlatformRule, RuleVersion
from tests import factories as make
from tests.pages import living
from tests.surfaces.people import Http

pytestmark = pytest.mark.once

FIT = ["v1.2", "规则.一", "2026年 第1版", ".hidden", "a:b@c+d~e&f=g;h", "-", "a..b"]
UNFIT = ["a/b", "/", "..", ".", "50%", "what?", "part#1", "a\\b", "%2F", "规则/一"]

IN_NO_ADDRESS = {  # text fields that share their name with a parameter
    "appeals.AppealGroup.number": "made by us",
    "appeals.Opening.subject": "made by us from the kind of piece and its number",
    "accounts.Notification.number": "a copy of a case's number",
    "accounts.SignOn.subject": "the provider's name for somebody, in no address",
    "disputes.Dispute.order_ref": "only the sample has an address for an order, as the platform would",
    "disputes.FastRefund.order_ref": "as that of its dispute",
    "disputes.GroundRow.code": "the parameter is a rule's",
    "executors.ExecutorPerson.code": "made by us",
    "helpline.CallBack.number": "made by us",
    "rules.Clause.number": "a place in a page, behind #",
    "rules.ClauseChange.number": "that of a clause",
    "rules.ConsultedClause.number": "that of a clause",
    "rules.Explanation.number": "made by us",
    "transparency.Report.year": "a year that is over, checked where a report is drafted",
}


now = living(hours=1)


@pytest.fixture
def platform(world, now, endpoints_without_limits) -> Http:
    plain, _row = make.accounts.issue_token(actor=make.CONSOLE, client=world.client, now=now)
    return Http(plain)


@pytest.fixture
def endpoints_without_limits(settings):
    settings.API_RATES = dict.fromkeys(settings.API_RATES, 1_000_000)


@pytest.fixture
def merchant(world):
    client = Client(headers={"accept-language": "en", "host": "localhost"})
    client.force_login(User.objects.get(pk=world.alice.user_id), "django.contrib.auth.backends.ModelBackend")
    return client


def parameters(resolver: URLResolver) -> Iterator[str]:
    """The name of every parameter of a route that takes text."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from parameters(entry)
        elif isinstance(entry, URLPattern):
            taken = entry.pattern.converters.items()
            yield from (name for name, converter in taken if not isinstance(converter, IntConverter))


def address_bearing() -> dict[str, models.Field]:
    """Text fields that somebody fills in and that have the name of a parameter."""
    names = set(parameters(get_resolver()))
    assert {"ref", "code", "number", "no"} <= names
    return {
        f"{model._meta.label}.{field.name}": field
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.name in names and isinstance(field, models.CharField) and not isinstance(field, models.SlugField)
        if field.name != "ref" and not field.choices
        if not (field.name == "number" and issubclass(model, Case))
    }


def test_every_field_that_becomes_a_part_of_an_address_has_the_grammar():
    found = address_bearing()
    guarded = {name for name, field in found.items() if validate_name in field.validators}

    assert set(found) - guarded == set(IN_NO_ADDRESS)
    assert guarded == {"rules.PlatformRule.code", "rules.RuleVersion.number"}
    tables = {trigger.table for trigger in triggers.declared() if "_fits_an_address" in trigger.name}
    assert tables == {found[name].model._meta.db_table for name in guarded}


def body(name, *, at, number="1"):
    """A version that was published in time, when the clock of its test stood so far back."""
    return {
        "code": name,
        "name_zh": "规则",
        "name_en": "Rule",
        "number": number,
        "effective_from": (at - timedelta(days=200)).isoformat(),
        "consultation": {
            "opened_at": (at - timedelta(days=250)).isoformat(),
            "closed_at": (at - timedelta(days=230)).isoformat(),
            "address": "https://rules.example/1",
            "record": "征求意见记录第1号",
            "summary_zh": "没有收到意见。",
        },
        "clauses": [
            {"number": "8", "text_zh": "文", "text_en": "text"},
            {"number": "9", "text_zh": "文", "text_en": "text"},
        ],
    }


def assert_shown(world, merchant, names: list[str]) -> None:
    """Everybody's pages about the rules open by the links of pages, and so does a notice that cites them."""
    pages, anybody = {reverse("rules:list")}, Http()
    for name in names:
        number = name[:40]
        world.rule = name
        pages |= {
            reverse("rules:history", args=[name]),
            reverse("rules:version", args=[name, number]),
            reverse("notices:detail", args=[world.notice().ref]),
            *(reverse("rules:download", args=[name, number, ending]) for ending in ("html", "txt")),
        }
        assert anybody("GET", reverse("rule", args=[name])).json()["code"] == name
        assert anybody("GET", reverse("rule-version", args=[name, number])).json()["number"] == number
    links = set()
    for page in pages:
        shown = merchant.get(page)
        assert shown.status_code == 200, page
        links |= {unescape(link) for link in re.findall(r'href="(/rules/[^"#]+)', shown.content.decode())}
    assert len(links) > 2 * len(names)
    assert [link for link in links - pages if merchant.get(link).status_code != 200] == []


@pytest.mark.exhaustive
def test_what_the_grammar_admits_has_pages(world, now, platform, merchant, monkeypatch):
    with monkeypatch.context() as then:
        then.setattr(clock, "now", lambda: now - timedelta(days=220))
        for name in FIT:
            answer = platform("POST", "/api/v1/rules", body(name, at=now, number=name))
            assert answer.status_code == 202, answer.content
            make.publicise(answer.json()["ref"], now=clock.now())
    assert_shown(world, merchant, FIT)


@pytest.mark.parametrize(("field", "most"), [("code", 60), ("number", 40)])
def test_what_the_grammar_refuses_is_named(now, platform, field, most):
    for name in [*UNFIT, "x" * 200]:
        answer = platform("POST", "/api/v1/rules", body("plain", at=now) | {field: name})
        wanted = "too-long" if len(name) > most else "not-a-name"
        assert answer.status_code == 400, name
        assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [(f"/{field}", wanted)], name
    assert not RuleVersion.objects.filter(number__in=UNFIT).exists()


@pytest.mark.exhaustive
def test_a_row_from_before_the_grammar_keeps_its_pages_and_gets_its_next_version(
    world, now, platform, merchant, monkeypatch
):
    before = [*UNFIT, "长" * 60, "..a/.."]
    lawless = [law for law in apps.get_app_config("rules").models_module.TRIGGERS if "_fits_" not in law.name]
    monkeypatch.setattr("rules.models.TRIGGERS", lawless)
    triggers.install(connection)
    for name in before:
        make.publish_rule_again(world.platform, name, number=name[:40], start=now - timedelta(days=200), now=now)
    monkeypatch.undo()
    triggers.install(connection)
    triggers.require(connection)

    assert_shown(world, merchant, before)

    ref = PlatformRule.objects.get(code="a/b").ref
    later = body(ref, at=now, number="2") | {"effective_from": (now + timedelta(days=20)).isoformat()}
    proposed = platform("POST", "/api/v1/rules", later).json()
    assert proposed["code"] == "a/b"
    make.publicise(proposed["ref"], now=clock.now())
    assert Http()("GET", f"/api/v1/rules/{ref}/versions/2").status_code == 200


@pytest.mark.parametrize(
    "path", ["/rules/%2500/", "/rules/a%250Ab/", "/rules/%25FF/x/", "/rules/" + quote("%C2%85") + "/"]
)
def test_an_address_that_names_nothing_is_not_found(db, path):
    assert Client(raise_request_exception=False, headers={"host": "localhost"}).get(path).status_code == 404
    api = path.replace("/rules/", "/api/v1/rules/").rstrip("/")
    assert Http()("GET", api).status_code == 404
