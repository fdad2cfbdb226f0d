"""Lists narrowed by a value: a party, a number of the platform's own, a due time, a time of change."""

from datetime import timedelta

import pytest

from accounts import commands as accounts
from config.api.documents import document
from notices import commands as notices
from notices.models import Remedy, RemedyState
from rules.models import PlatformRule
from tests import factories as make
from tests.surfaces import disputing, executing
from tests.surfaces.described import operations_of, plain
from tests.surfaces.operations import OPERATIONS, addresses, at
from tests.surfaces.people import Http, remedy_in
from tests.surfaces.recording import FILLED
from tests.surfaces.test_permissions import who_may

DAY = timedelta(days=1)
ALWAYS = {"party", "external_ref", "updated_since"}
RULES = "about what holds for everybody: no party and no number of the platform's is in it"
OURS = "the platform's own business with authorities and counsel: no party is in it"
WITHOUT = {
    "list_authority_matters": ({"party", "external_ref"}, OURS),
    "list_authority_seats": ({"party", "external_ref"}, OURS),
    "list_catalogue_changes": ({"party", "external_ref"}, RULES),
    "list_counsel_signatures": ({"party", "external_ref"}, OURS),
    "list_curricula": ({"party", "external_ref"}, RULES),
    "list_certifications": (ALWAYS - {"updated_since"} | {"state"}, "of one executor; `state` follows from its times"),
    "list_disputes": ({"due_before"}, "`due_at` is worked out of facts, obligations and outages: GET todo is by it"),
    "list_exits": ({"external_ref"}, "a party asks for it, so that the platform has no number for it"),
    "list_law_work": ({"party", "external_ref"}, RULES),
    "list_legal_holds": ({"external_ref"}, "put on a party or a case, of which `party` finds the first"),
    "list_my_rule_opinions": ({"party", "external_ref"}, "one's own"),
    "list_parties": ({"party", "updated_since"}, "they are the parties, and have no time of change"),
    "list_price_findings": ({"party", "external_ref"}, "of classes of buyers: no party is in it"),
    "list_public_records": ({"party", "external_ref"}, "everybody reads it, and it has no reference of a party"),
    "list_review_queue": (
        {"party", "external_ref", "state", "due_before", "updated_since"},
        "what waits now, by due time, on tabs; what leaves it is no longer in it",
    ),
    "list_rule_consents": ({"external_ref"}, "of one version; `party` finds one"),
    "list_rule_consultations": ({"party", "external_ref"}, RULES),
    "list_rules": ({"party", "external_ref"}, RULES),
    "list_tips": ({"party"}, "nobody may find out by it who gave a tip"),
    "list_webhook_deliveries": ({"party", "external_ref"}, "of endpoints; `subject` finds those of a case"),
    "list_webhook_endpoints": ({"party", "external_ref"}, "the client's own"),
}
"""What a list is not narrowed by, and why."""
NOT_SYNCHRONISED = {name for name, (without, _why) in WITHOUT.items() if "updated_since" in without}


@pytest.fixture
def http(world):
    return Http(token_of_client(world))


def token_of_client(world):
    return accounts.issue_token(actor=make.CONSOLE, client=world.client, now=world.now)[0]


def found(http, address):
    answer = http("GET", f"/api/v1/{address}")
    assert answer.status_code == 200, answer.content
    return [each["ref"] for each in answer.json()["items"]]


def test_every_list_is_narrowed_by_what_its_rows_have():
    wrong = {}
    for name, one in operations_of(plain(document("en"), strict=False)).items():
        if not {"limit", "cursor"} <= {each.get("name") for each in one.get("parameters", ())}:
            continue
        asked = {each["name"] for each in one["parameters"] if each["in"] == "query"}
        shown = one["responses"]["200"]["content"]["application/json"]["schema"]["properties"]["items"]["items"]
        wanted = ALWAYS | ({"state"} & shown["properties"].keys())
        wanted |= {"due_before"} if "due_at" in shown["properties"] else set()
        if wanted - asked != WITHOUT.get(name, (set(), ""))[0]:
            wrong[name] = (wanted - asked, WITHOUT.get(name))
    assert wrong == {}


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


def test_incidents_and_claims_are_found_by_whom_and_what_they_are_about(cast):
    recourse = executing.recourse_in(cast.world, now=cast.world.now)
    incident, about, http = recourse.incident, recourse.incident.act.notice, cast.http("platform")

    assert found(http, f"incidents?external_ref={about.external_ref}") == [incident.ref]
    assert found(http, f"incidents?party={incident.party.external_ref}&notice={about.ref}") == [incident.ref]
    assert incident.ref in found(http, f"incidents?executor={incident.act.executor.ref}")
    assert found(http, "incidents?external_ref=nobodys") == found(http, "incidents?party=nobody") == []
    assert found(http, f"recourses?external_ref={about.external_ref}&incident={incident.ref}") == [recourse.ref]
    assert recourse.ref in found(http, f"recourses?party={recourse.executor.party.ref}")
    assert found(http, f"recourses?party={incident.party.ref}") == []


def test_incidents_in_which_somebody_can_be_heard_are_found_by_time(cast):
    incident, http = executing.incident_in(cast.world, "opened", now=cast.world.now), cast.http("platform")
    at, later = [moment.isoformat().replace("+", "%2B") for moment in (incident.explain_by, incident.explain_by + DAY)]

    assert incident.ref in found(http, f"incidents?due_before={later}")
    assert incident.ref not in found(http, f"incidents?due_before={at}")


def test_nobody_tries_out_who_the_other_side_is(cast):
    world = cast.world
    incident = executing.incident_in(world, "opened", now=world.now)
    for name, value in {
        "party": incident.party.external_ref,
        "external_ref": incident.act.notice.external_ref,
        "notice": incident.act.notice.ref,
    }.items():
        answer = cast.http("executor")("GET", f"/api/v1/incidents?{name}={value}")
        assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [(f"/{name}", "not-offered")]

    dispute = disputing.dispute_in(world, "open", now=world.now)
    for party, is_found in {
        world.merchant.external_ref: False,
        world.merchant.ref: True,
        world.consumer.external_ref: True,
    }.items():
        assert (dispute.ref in found(cast.http("consumer"), f"disputes?party={party}")) == is_found
    assert dispute.ref in found(cast.http("platform"), f"disputes?party={world.merchant.external_ref}")


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
