"""What is said of each type of event: each app's table has a row for every type it records, alone."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise

from accounts import events as accounts
from accounts import subscribers as accounts_subscribers
from appeals import events as appeals
from appeals import subscribers as appeals_subscribers
from authorities import events as authorities
from authorities import subscribers as authorities_subscribers
from casework.events import ON_RECORD_ONLY, EventText
from casework.ledger import case_models
from casework.machine import steps_of
from disputes import events as disputes
from disputes import subscribers as disputes_subscribers
from executors import events as executors
from executors import subscribers as executors_subscribers
from infringements import events as infringements
from infringements import subscribers as infringements_subscribers
from notices import events as notices
from notices import subscribers as notices_subscribers
from retention import events as retention
from retention import subscribers as retention_subscribers
from rules import events as rules
from rules import subscribers as rules_subscribers
from tests.our_apps import OUR_APPS
from tips import events as tips
from tips import subscribers as tips_subscribers
from webhooks import events as webhooks
from webhooks import subscribers as webhooks_subscribers
from webhooks.event_types import TYPES

SUBSCRIBERS = {
    accounts: accounts_subscribers,
    authorities: authorities_subscribers,
    appeals: appeals_subscribers,
    disputes: disputes_subscribers,
    executors: executors_subscribers,
    infringements: infringements_subscribers,
    notices: notices_subscribers,
    retention: retention_subscribers,
    rules: rules_subscribers,
    tips: tips_subscribers,
    webhooks: webhooks_subscribers,
}
APPS = {module.__name__.split(".")[0]: module for module in SUBSCRIBERS}
ALL = pytest.mark.parametrize("app", APPS)
OF_BEFORE = {"rules": {"rule.published"}}
"""What no command records any more, and what ledgers of before have."""


def recorded_by(app):
    """Every type that the app's machines declare, and those with which its commands open a case."""
    types = {step.event for model in case_models() if model._meta.app_label == app for step in steps_of(model)}
    for path in (Path(settings.BASE_DIR) / app / "commands").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.keyword) and node.arg == "event" and isinstance(node.value, ast.Constant):
                types |= {node.value.value} - {None}
    return types


def unsaid(types, table):
    """What is missing of each type, as sentences; of a complete table, nothing."""
    found = [f"{type_}: no row" for type_ in types - set(table)]
    found += [f"{type_}: never recorded" for type_ in set(table) - types]
    found += [f"{type_}: no words" for type_, row in table.items() if row == EventText() and row is not ON_RECORD_ONLY]
    return sorted(found)


def sentences(row):
    return [text for text in (row.party, row.staff, row.message, row.staff_message) if text]


@ALL
def test_every_type_of_event_has_its_words(app):
    types = recorded_by(app)

    assert len(types) > 3
    assert unsaid(types | OF_BEFORE.get(app, set()), APPS[app].EVENTS) == []


def test_an_event_without_words_is_found():
    types, table = {"appeal.filed", "appeal.handed_over"}, {"appeal.filed": EventText()}

    assert unsaid(types, table) == ["appeal.filed: no words", "appeal.handed_over: no row"]
    assert unsaid({"appeal.filed"}, {"appeal.filed": ON_RECORD_ONLY, "appeal.gone": ON_RECORD_ONLY}) == [
        "appeal.gone: never recorded"
    ]


@ALL
def test_every_sentence_is_in_both_languages(app):
    rows = [*APPS[app].EVENTS.values(), *getattr(APPS[app], "VARIANTS", {}).values()]
    found = [text for row in rows for text in sentences(row)]

    assert found
    assert all(isinstance(text, Promise) for text in found)
    for text in found:
        with translation.override("en"):
            english = str(text)
        with translation.override("zh-hans"):
            chinese = str(text)
        assert not re.search(r"[\u4e00-\u9fff]", english), english
        assert re.search(r"[\u4e00-\u9fff]", chinese), chinese
        assert set(re.findall(r"%\(\w+\)s", chinese)) == set(re.findall(r"%\(\w+\)s", english)), english


@ALL
def test_who_is_to_be_told_by_a_message_is_told(app):
    subscriptions = getattr(SUBSCRIBERS[APPS[app]], "SUBSCRIPTIONS", {})
    messages = [type_ for type_, row in APPS[app].EVENTS.items() if row.message or row.staff_message]

    assert messages or app == "retention"  # what waits there is a change, of which rules tell
    for type_ in messages:
        assert any(each.__name__.startswith("tell_") for each in subscriptions[type_]), type_
    assert all("%(" not in str(row.message) + str(row.staff_message) for row in APPS[app].EVENTS.values())


def test_a_sentence_that_depends_on_the_facts_is_asked_for_by_its_name():
    asked = set()
    for path in (
        "disputes/web/sentences.py",
        "disputes/queries/timeline.py",
        "disputes/participants.py",
        "disputes/queries/events.py",
    ):
        source = (Path(settings.BASE_DIR) / path).read_text()
        asked |= set(re.findall(r"\"(dispute\.\w+)\"", source))

    assert set(disputes.VARIANTS) <= asked <= {*disputes.VARIANTS, *disputes.EVENTS}
    assert not set(disputes.VARIANTS) & set(disputes.EVENTS)


def test_only_the_tables_hold_sentences_of_events():
    """A dictionary from types of event to sentences anywhere else would be a second table."""
    found = []
    types = set().union(*(APPS[app].EVENTS for app in APPS))
    for app in [*OUR_APPS, "config"]:
        for path in sorted((Path(settings.BASE_DIR) / app).rglob("*.py")):
            text = path.read_text() if path.name != "events.py" and "migrations" not in path.parts else ""
            if sum(f'"{type_}"' in text for type_ in types) > 1:
                found += [path for node in ast.walk(ast.parse(text)) if _is_a_table(node, types)]

    assert found == []


def _is_a_table(node, types):
    """Whether a node is a dictionary with at least two types of event as keys and a translated sentence as a value."""
    if not isinstance(node, ast.Dict):
        return False
    keys = [key.value for key in node.keys if isinstance(key, ast.Constant)]
    calls = [value.func.id for value in node.values if isinstance(value, ast.Call) and isinstance(value.func, ast.Name)]
    return len(types & set(keys)) > 1 and bool({"_", "gettext", "gettext_lazy"} & set(calls))


def test_the_documented_table_of_public_types_is_the_program_s():
    text = (Path(settings.BASE_DIR) / "docs/api.md").read_text()
    rows = [line for line in text.splitlines() if re.match(r"\| \w+ \| `\w+\.\w+`", line)]
    documented = []
    for row in rows:
        listed = row.split("|")[2].split(";")[0]
        kind = re.search(r"`(\w+)\.", listed).group(1)
        documented += [kind + name.removeprefix(kind) for name in re.findall(r"`(\w*\.\w+)`", listed)]

    assert tuple(documented) == TYPES
