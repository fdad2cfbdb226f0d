"""Lists narrowed by a value: a party, a number of the platform's own, a due time, a time of change."""

from datetime import timedelta

import pytest

from accounts import commands as accounts
from config.api.documents import document
from notices import commands as notices
from notices.models import Remedy, RemedyState
from rules.models import PlatformRule
from tests import factories as make
from tests.surfaces.described import operations_of, plain
from tests.surfaces.operations import OPERATIONS, addresses, at
from tests.surfaces.people import Http, remedy_in
from tests.surfaces.recording import FILLED
from tests.surfaces.test_permissions import who_may

DAY = timedelta(days=1)
OWED = ("list_remedies", "list_notices", "list_appeals", "list_instructions", "list_exits", "list_publications")
NOT_SYNCHRONISED = {"list_parties", "list_review_queue"}
"""Parties are the platform's own data and have no time of change; what leaves the queue is no longer in it."""


@pytest.fixture
def http(world):
    return Http(token_of_client(world))


def token_of_client(world):
    return accounts.issue_token(actor=make.CONSOLE, client=world.client, now=world.now)[0]


def found(http, address):
    answer = http("GET", f"/api/v1/{address}")
    assert answer.status_code == 200, answer.content
    return [each["ref"] for each in answer.json()["items"]]


def test_what_lists_are_narrowed_by():
    lists = {
        name: {each["name"] for each in one["parameters"] if each["in"] == "query"}
        for name, one in operations_of(plain(document("en"), strict=False)).items()
        if {"limit", "cursor"} <= {each.get("name") for each in one.get("parameters", ())}
    }
    by_number = {name for name, names in lists.items() if "external_ref" in names}
    by_party = {name for name, names in lists.items() if "party" in names}

    assert by_number >= {"list_notices", "list_parties", "list_remedies", "list_appeals", "list_executors"}
    assert by_party >= {
        "list_notices",
        "list_remedies",
        "list_appeals",
        "list_disputes",
        "list_executors",
        "list_exits",
    }
    assert {name for name, names in lists.items() if "due_before" in names} >= set(OWED)
    assert {name for name in OWED if "updated_since" not in lists[name]} == set()
    assert {"state", "updated_since"} <= lists["list_remedies"] & lists["list_webhook_deliveries"]
    assert {name for name, names in lists.items() if "updated_since" not in names} == NOT_SYNCHRONISED


def test_a_notice_is_found_by_the_platforms_own_number(world, http):
    wanted = world.notice(external_ref="ours-1")
    other = world.notice(world.consumer, external_ref="ours-2")

    assert found(http, "notices?external_ref=ours-1") == [wanted.ref]
    assert found(http, f"notices?party={world.consumer.ref}") == [other.ref]
    assert found(http, f"notices?party={world.consumer.external_ref}") == [other.ref]
    assert found(http, "notices?external_ref=nobodys") == []
    assert found(http, f"parties?external_ref={world.merchant.external_ref}") == [world.merchant.ref]
    assert http("GET", "/api/v1/parties?kind=NOBODY").status_code == 400


def test_remedies_are_a_list_of_what_is_owed_first(world, http):
    first, late = [remedy_in(world, now=world.now) for _ in range(2)]
    done = remedy_in(world, now=world.now)
    notices.confirm_remedy(actor=world.platform, ref=done.ref, note="", now=world.now + DAY)

    everything = found(http, "remedies")
    owed = found(http, "remedies?state=pending")

    assert set(owed) == set(Remedy.objects.filter(state=RemedyState.PENDING).values_list("ref", flat=True))
    assert everything == [*owed, *found(http, "remedies?state=CONFIRMED")]
    assert done.ref == everything[-1]
    assert {first.ref, late.ref} <= set(owed)
    row = http("GET", f"/api/v1/remedies?external_ref={done.notice.external_ref}").json()["items"][0]
    assert (row["external_ref"], row["party"]) == (done.notice.external_ref, world.merchant.ref)
    assert row["web_url"].endswith(f"/notices/{done.notice.ref}/")


def test_remedies_that_changed_are_read_since_then(world, http):
    remedy = remedy_in(world, now=world.now)
    since = (world.now + 2 * DAY).isoformat().replace("+", "%2B")
    assert found(http, f"remedies?updated_since={since}") == []

    notices.confirm_remedy(actor=world.platform, ref=remedy.ref, note="", now=world.now + 3 * DAY)

    assert found(http, f"remedies?updated_since={since}") == [remedy.ref]


@pytest.mark.parametrize("wrong", ["tomorrow", "2026-03-01T09:30:00", "9999-01-01T00:00:00Z", ""])
def test_a_due_time_that_is_none_is_refused_by_name(world, http, wrong):
    answer = http("GET", f"/api/v1/remedies?due_before={wrong}")

    assert (answer.status_code, [e["pointer"] for e in answer.json()["errors"]]) == (400, ["/due_before"])


def test_what_is_due_before_a_time(world, http):
    remedy = remedy_in(world, now=world.now)
    at = Remedy.objects.get(ref=remedy.ref).due_at

    assert remedy.ref in found(http, f"remedies?due_before={(at + DAY).isoformat().replace('+', '%2B')}")
    assert remedy.ref not in found(http, f"remedies?due_before={at.isoformat().replace('+', '%2B')}")


def test_a_choice_that_is_none_lists_those_that_there_are(world, http):
    by_list = http("GET", "/api/v1/remedies?state=LOST").json()["errors"][0]["message"]
    by_body = http("POST", "/api/v1/parties", {"kind": "NOBODY"}).json()["errors"]

    assert "PENDING" in by_list
    assert "CONSUMER" in next(each["message"] for each in by_body if each["pointer"] == "/kind")


@pytest.mark.exhaustive
def test_each_list_that_is_synchronised_leaves_out_what_did_not_change(cast):
    wrong, with_rows = [], 0
    for name, (method, path) in addresses(document("en")).items():
        made = FILLED.get(name, OPERATIONS[name].made) if name in OPERATIONS else None
        if not name.startswith("list_") or name in NOT_SYNCHRONISED or name in {"list_events", "list_terms"}:
            continue
        if name in {"list_push_devices", "list_sign_ins", "list_tokens"}:
            continue
        address = at(path, made(cast.world, cast.world.now) if made else {})
        asked = cast.http(who_may(name))
        every, then, never = [
            asked(method, f"{address}?{query}")
            for query in ("", "updated_since=1999-01-01T00:00:00Z", "updated_since=2199-01-01T00:00:00Z")
        ]
        with_rows += bool(every.json()["items"])
        same = "sync_from" in every.json() and every.json()["items"] == then.json()["items"]
        if not same or never.json()["items"]:
            wrong.append((name, every.content[-80:], never.content[:200]))
    assert wrong == []
    assert with_rows >= 10


def test_a_rule_changes_when_a_version_of_it_is_published(world, http):
    rule = PlatformRule.objects.get(code=world.rule)
    since = (world.now + DAY).isoformat().replace("+", "%2B")
    assert found(http, f"rules?updated_since={since}") == []

    later = world.now + 2 * DAY
    make.publish_rule_again(world.platform, world.rule, number="2", start=later + 30 * DAY, now=later)

    assert found(http, f"rules?updated_since={since}") == [rule.ref]


def test_each_list_says_its_order(world):
    lists = {
        name: one
        for name, one in operations_of(plain(document("en"), strict=False)).items()
        if {"limit", "cursor"} <= {each["name"] for each in one.get("parameters", ())}
    }
    silent = [
        name
        for name, one in lists.items()
        if "In the order of" not in one["description"] and "order" not in {each["name"] for each in one["parameters"]}
    ]
    assert silent == []
