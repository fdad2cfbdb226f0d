"""What the API does is what the commands do, and what must stay inside stays inside on every answer.

The canaries are words of the system's view that stand nowhere else. Names of those who review: `test_no_real_names`.
"""

import json
import re

import pytest

from appeals import commands as appeals
from appeals import verbs as of_appeals
from appeals.models import TriageSuggestion
from appeals.queries import suggestion_for
from casework import clock
from casework.actor import Via
from casework.models import Event
from config.api.documents import document
from notices import verbs as of_notices
from tests import factories as make
from tests.extent import extent
from tests.surfaces.appealing import STAGES, appeal_in
from tests.surfaces.operations import OPERATIONS, addresses, at, call
from tests.surfaces.people import PRINCIPALS

pytestmark = pytest.mark.once  # each command meets PostgreSQL in the tests of its app

CANARY = "canary-of-the-system"


def plant(appeal, *, now):
    """A suggestion every word of which is a canary; probability and priority are numbers that stand nowhere else."""
    TriageSuggestion.objects.create(
        appeal=appeal,
        appeal_version=appeal.version,
        model_version=f"{CANARY}-model",
        model_hash=f"{CANARY}-hash",
        input_hash=f"{CANARY}-input",
        route_ground=f"{CANARY}-ground",
        queue=f"{CANARY}-queue",
        language="zh",
        priority=1,
        overturn_permille=876,
        abstained=False,
        abstain_reasons=[f"{CANARY}-reason"],
        phrases=[{"text": f"{CANARY}-phrase", "start": 0, "end": 3, "weight": 0.5}],
        features=[{"name": f"{CANARY}-feature", "weight": 0.25}],
        suggested_at=now,
    )
    type(appeal).objects.filter(pk=appeal.pk).update(queue=f"{CANARY}-queue")


def read_everything(cast, who, appeal, *, others=False, **headers):
    """Every GET about the appeal and its notice, as this principal; with `others`, every list of the API as well."""
    http = cast.http(who)
    for name, (method, path) in addresses(document("en")).items():
        is_about_it = path.startswith(("/api/v1/appeals", "/api/v1/notices", "/api/v1/review-queue", "/api/v1/todo"))
        if method != "GET" or not (is_about_it or (others and "{ref}" not in path)):
            continue
        ref = appeal.notice.ref if path.startswith("/api/v1/notices") else appeal.ref
        answer = http(method, at(path, {"ref": ref, "no": 1}), **headers)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        yield name, answer.status_code, inflated(body), repr(answer.headers)


def inflated(body):
    """A case file's contents, or the body itself."""
    import io
    import zipfile

    if not body.startswith(b"PK"):
        return body.decode()
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


@pytest.mark.exhaustive
@pytest.mark.parametrize("stage", ["held", "new", "asked"])
def test_nothing_of_the_systems_view_is_answered_before_a_first_view(cast, stage):
    now = clock.now()
    appeal = appeal_in(cast.world, stage, now=now)
    plant(appeal, now=now)

    for who in PRINCIPALS:
        for name, status, body, headers in read_everything(cast, who, appeal, others=stage == "held"):
            assert CANARY not in body + headers, f"{name} to {who}"
            assert "876" not in body or "permille" not in body
            for word in ("priority", "urgent_at", "permille", "would_undo", "model_version"):
                assert f'"{word}"' not in body, f"{name} to {who} says {word}"
            if name == "read_suggestion":
                assert status != 200, who


def test_nothing_of_it_is_in_what_a_reviewers_verbs_answer_before_the_lock(cast):
    now = clock.now()
    appeal = appeal_in(cast.world, "new", now=now)
    plant(appeal, now=now)
    reviewer = cast.http("reviewer")
    base = f"/api/v1/appeals/{appeal.ref}"
    answers = [reviewer("POST", "/api/v1/review-queue/claim", {"appeal": appeal.ref})]
    answers += [
        reviewer("GET", "/api/v1/review-queue?tab=mine"),
        reviewer("POST", f"{base}/open", {"subject": "exhibit:1"}),
        reviewer("GET", f"{base}/suggestion"),
        reviewer("POST", f"{base}/decide", OPERATIONS["decide_appeal"].body(cast.world), If_Match='"2"'),
        reviewer("POST", f"{base}/release", {}),
    ]

    assert [a.status_code for a in answers] == [200, 200, 204, 409, 409, 200]
    assert answers[3].json()["type"] == answers[4].json()["type"] == "/problems/first-view-required"
    assert not [a.content for a in answers if CANARY.encode() in a.content]


@pytest.mark.exhaustive
def test_after_the_lock_it_is_the_reviewers_alone(cast):
    now = clock.now()
    appeal = appeal_in(cast.world, "held", now=now)
    plant(appeal, now=now)
    reviewer = cast.http("reviewer")
    path = f"/api/v1/appeals/{appeal.ref}"
    view = {"outcome": "UPHELD", "confidence": "low"}
    unread = reviewer("POST", f"{path}/record-first-view", view, If_Match=f'"{appeal.version}"')
    assert [(e["pointer"], e["code"]) for e in unread.json()["errors"]] == [("/unread_reason", "unread")]
    for subject in appeals.pieces_of(appeal):
        reviewer("POST", f"{path}/open", {"subject": subject})
    locked = reviewer("POST", f"{path}/record-first-view", view, If_Match=f'"{appeal.version}"')
    assert locked.status_code == 201
    assert CANARY not in locked.content.decode()

    seen = reviewer("GET", f"{path}/suggestion").json()
    assert (seen["model_version"], seen["would_undo"]) == (f"{CANARY}-model", True)
    assert suggestion_for(cast.world.rita, appeal.ref).queue == seen["queue"]
    for who in PRINCIPALS:
        for name, status, body, _headers in read_everything(cast, who, appeal):
            if (name, who) == ("read_suggestion", "reviewer"):
                continue
            assert CANARY not in body, f"{name} to {who}"
            assert name != "read_suggestion" or status in (401, 403, 404, 409), who


def test_a_draft_of_evidence_is_seen_by_its_own_side_only(cast):
    now = clock.now()
    appeal = appeal_in(cast.world, "staged", now=now)

    for who in ("owner", "staff", "finance"):
        assert [e["version"] for e in cast.http(who)("GET", f"/api/v1/appeals/{appeal.ref}").json()["evidence"]] == [
            None
        ]
    for who in ("reviewer", "senior", "compliance", "administrator", "platform"):
        http = cast.http(who)
        assert http("GET", f"/api/v1/appeals/{appeal.ref}").json()["evidence"] == []
        assert http("GET", f"/api/v1/appeals/{appeal.ref}/evidence/1").status_code == 404
        archive = b"".join(http("GET", f"/api/v1/appeals/{appeal.ref}/case-file").streaming_content)
        assert "品牌方授权书" not in inflated(archive)


def told(case_ref):
    """What the ledger says of a case, without what differs between any two cases."""
    kept = []
    for event in Event.objects.filter(case_ref=case_ref).order_by("sequence"):
        facts = {
            k: v
            for k, v in event.facts.items()
            if k not in ("notice", "appeal", "first_view", "view", "remedies", "content")
        }
        kept.append((event.type, event.verb, event.source, event.target, event.actor_kind, event.actor_ref, facts))
    return kept


def test_an_appeal_over_the_api_leaves_the_ledger_that_commands_leave(cast):
    world, now = cast.world, clock.now()
    by_command = make.file(world.alice, world.notice(), now=now)
    make.ready_to_decide(world.rita, by_command, now=now)
    make.decide(world.rita, by_command, now=now)

    owner, reviewer = cast.http("owner"), cast.http("reviewer")
    filing = {"ground": "facts_wrong", "statement": by_command.statement}
    ref = owner("POST", f"/api/v1/notices/{world.notice().ref}/appeals", filing).json()["ref"]
    path = f"/api/v1/appeals/{ref}"
    version = reviewer("POST", "/api/v1/review-queue/claim", {"appeal": ref}).json()["version"]
    for subject in appeals.pieces_of(by_command):
        reviewer("POST", f"{path}/open", {"subject": subject})
    reviewer(
        "POST", f"{path}/record-first-view", {"outcome": "OVERTURNED", "confidence": "high"}, If_Match=f'"{version}"'
    )
    decision = {
        "items": [{"measure": 1, "outcome": "OVERTURNED"}],
        "points": [{k: v for k, v in vars_of(point).items() if v not in ("", ())} for point in make.points()],
        "reasons": by_command.decision.reasons,
        "rule_application": by_command.decision.rule_application,
    }
    decided = reviewer("POST", f"{path}/decide", decision, If_Match=f'"{version + 1}"')

    assert decided.status_code == 200, decided.content
    assert told(ref) == told(by_command.ref)
    assert set(Event.objects.filter(case_ref=ref).values_list("via", flat=True)) == {Via.API}


def vars_of(point):
    return {name: getattr(point, name) for name in ("kind", "text", "finding", "sentence", "burden_on", "evidence")}


WHO_ACTS = ("owner", "staff", "finance", "reviewer", "senior", "compliance", "platform")
REFUSED_BY_ONE_IN = 2 // extent("people who try what is not offered, of two", everyday=1, ci=1, full=2)


@pytest.mark.exhaustive
def test_what_is_offered_is_what_is_possible(cast):
    """`actions` is what an app draws its buttons from: each is carried out, and no other verb of the case is.

    Of what is not offered each verb is tried at each case by every other person, others at the next; at night by all.
    """
    now = clock.now()
    named = addresses(document("en"))
    known = {path: name for name, (method, path) in named.items() if method == "POST"}
    offered = set()
    cases = [(a, a.notice) for a in (appeal_in(cast.world, stage, now=now) for stage in STAGES)]
    for case_no, (appeal, notice) in enumerate([*cases, (None, cast.world.notice())]):
        places = [f"/api/v1/notices/{notice.ref}"] + ([f"/api/v1/appeals/{appeal.ref}"] if appeal else [])
        for turn, who in enumerate(WHO_ACTS, case_no):
            http = cast.http(who)
            for place in places:
                shown = http("GET", place).json()
                here = {action["name"]: action["href"] for action in shown.get("actions", ())}
                for href in here.values():
                    name = known[re.sub(r"/(apl|ntc)_\w+", "/{ref}", href)]
                    offered.add(name)
                    assert possible(cast, http, name, href, shown["version"]), (shown["state"], who, name)
                verbs = of_appeals.VERBS if "/appeals/" in place else of_notices.NOTICE
                for verb in verbs[turn % REFUSED_BY_ONE_IN :: REFUSED_BY_ONE_IN]:
                    if verb.has_endpoint and verb.name not in here and "version" in shown:
                        name, href = verb.operation_id(), f"{place}/{verb.name}"
                        assert not possible(cast, http, name, href, shown["version"]), (shown["state"], who, name)

    assert offered >= {
        "demand_human", "withdraw_appeal", "respond", "stage_evidence", "submit_evidence", "claim", "release",
        "record_first_view", "request_information", "decide_appeal", "accept_late", "refuse_late", "amend_notice",
        "withdraw_notice", "file_appeal",
    }  # fmt: skip


def possible(cast, http, name, href, version):
    from django.db import transaction

    with transaction.atomic():
        operation = OPERATIONS[name]
        answer = call(http, operation, "POST", href, cast.world, version)
        transaction.set_rollback(True)
    nothing_staged = name == "submit_evidence" and answer.status_code == 400
    return answer.status_code < 300 or nothing_staged


def test_the_queue_is_in_order_of_due_time_whatever_the_system_thinks(cast):
    now = clock.now()
    appeals = [appeal_in(cast.world, "new", now=now) for _number in range(3)]
    type(appeals[0]).objects.filter(pk=appeals[2].pk).update(urgent_at=now)

    shown = [row["ref"] for row in cast.http("reviewer")("GET", "/api/v1/review-queue").json()["items"]]

    assert shown == [appeal.ref for appeal in appeals]
    assert cast.http("reviewer")("GET", "/api/v1/review-queue?tab=nonsense").status_code == 400


def test_json_of_errors_is_utf_8(cast):
    answer = cast.http("owner")("POST", "/api/v1/notices/x/appeals", raw=b'{"x": "\\ud83d"}')

    assert json.loads(answer.content.decode("utf-8"))["status"] == 400
