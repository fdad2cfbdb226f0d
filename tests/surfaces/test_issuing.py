"""Issuing and filing over REST: the answer is the case as it is read afterwards, and costs few statements."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework import clock
from notices.models import Notice
from rules import clearances
from tests import factories as make
from tests.databases import is_for_digests
from tests.executors import building as build
from tests.surfaces.operations import a_notice
from tests.surfaces.people import FILE, form

pytestmark = pytest.mark.once

CITED = (
    [{"kind": "AGREEMENT", "name": "入驻协议", "clause": "3.2", "text": "商家保证所售商品有合法来源。"}],
    [{"kind": "LAW", "instrument": "CN-ECL-2018", "article": "38"}],
)


def statements(queries):
    """What was asked and written; the frame of a transaction and what keeps the digests are none of it."""
    asked = [q["sql"] for q in queries if q["sql"].split()[0] in ("SELECT", "INSERT", "UPDATE", "DELETE")]
    return [sql for sql in asked if not is_for_digests(sql)]


def test_the_answer_to_a_new_notice_is_what_is_read_afterwards(cast):
    platform = cast.http("platform")
    raw, kind = form(file=FILE)
    file = platform("POST", "/api/v1/attachments", raw=raw, Content_Type=kind).json()
    shown = {"caption": "截图", "captured_at": "2026-03-01T10:12:00+08:00", "attachment": file["ref"]}
    bodies = [
        a_notice(cast.world),
        a_notice(cast.world) | {"decision": {"tool": "keyword-scan 3.2"}, "language": "en"},
        a_notice(cast.world) | {"evidence": [*a_notice(cast.world)["evidence"], shown]},
        # Neither states a figure, so that no sum can be taken on it.
        *(a_notice(cast.world) | {"basis": basis, "measures": a_notice(cast.world)["measures"][:1]} for basis in CITED),
    ]
    for body in bodies:
        answer = platform("POST", "/api/v1/notices", body)
        assert answer.status_code == 201, answer.content
        again = platform("GET", f"/api/v1/notices/{answer.json()['ref']}")
        assert without_time(answer) == without_time(again)
        assert answer["ETag"] == again["ETag"]


def test_the_answer_to_a_notice_of_a_third_party_is_what_is_read_afterwards(cast):
    now = clock.now() - timedelta(minutes=5)
    firm = build.active(cast.world, now=now)
    body = a_notice(cast.world) | {
        "measures": [a_notice(cast.world)["measures"][0]],
        "basis": [{"kind": "CLAUSE", "rule": cast.world.rule, "clause": "8"}],
        "decision": {"officer": firm.person.code, "evidence_was_opened": True},
        "executor": {"ref": firm.executor.ref, "person": firm.person.code},
    }
    answer = cast.http("platform")("POST", "/api/v1/notices", body)
    assert answer.status_code == 201, answer.content
    again = cast.http("platform")("GET", f"/api/v1/notices/{answer.json()['ref']}")
    assert answer.json()["executor"]["person"] == firm.person.code
    assert without_time(answer) == without_time(again)


def test_the_wording_of_a_batch_is_read_a_text_at_a_time(cast, monkeypatch):
    real, read = clearances.lint, []

    def watched(text):
        read.append(clearances._ONE_AT_A_TIME.locked())
        return real(text)

    monkeypatch.setattr(clearances, "lint", watched)
    notice = a_notice(cast.world)
    rows = [notice, notice | {"external_ref": "another", "facts": "本平台拥有最终解释权。"}]
    answer = cast.http("platform")("POST", "/api/v1/notices/batch", {"notices": rows})
    assert [row["status"] for row in answer.json()["results"]] == [201, 400]
    assert len(read) >= 3
    assert set(read) == {True}


def test_issuing_takes_few_statements_and_a_hundred_notices_no_more_than_one(cast):
    platform, before = cast.http("platform"), Notice.objects.count()
    platform("POST", "/api/v1/notices", a_notice(cast.world))
    with CaptureQueriesContext(connection) as one:
        platform("POST", "/api/v1/notices", a_notice(cast.world))
    with CaptureQueriesContext(connection) as many:
        rows = [a_notice(cast.world) for _row in range(100)]
        platform("POST", "/api/v1/notices/batch", {"notices": rows})
    assert Notice.objects.count() == before + 102
    around = [sql for sql in statements(one) if "idempotencykey" in sql or "apitoken" in sql or "advisory" in sql]
    own = [sql for sql in statements(one) if sql not in around and "clock_timestamp" not in sql]
    # The thirteenth reads what the rules in force promise, the fourteenth keeps what the notice is found by.
    assert len(own) <= 14, own
    assert len(statements(many)) == len(statements(one))


def test_the_answer_to_a_new_appeal_is_what_is_read_afterwards(cast):
    world, now, owner = cast.world, clock.now(), cast.http("owner")
    long_ago = now - timedelta(days=200)
    drafted = make.draft(world.merchant, world.rule, now=long_ago, officer=world.otto.code)
    late, twice = make.issue(world.platform, drafted, now=long_ago), world.notice()
    says = {"ground": "facts_wrong", "statement": "不是我们的商品。"}
    filings = [
        (world.notice(), says | {"items": [{"measure": 1, "ground": "other", "statement": "这一项另有原因。"}]}),
        (world.notice(), says | {"review": "system_first"}),
        (late, says | {"late_reason": "住院，附证明。"}),
        *((twice, says) for _round in range(3)),
    ]
    states, spent = [], []
    for notice, body in filings:
        path = f"/api/v1/notices/{notice.ref}/appeals"
        with CaptureQueriesContext(connection) as asked:
            answer = owner("POST", path, body)
        assert answer.status_code == 201, answer.content
        spent.append(len(statements(asked)))
        states.append(answer.json()["state"]["code"])
        again = owner("GET", f"/api/v1/appeals/{answer.json()['ref']}")
        assert without_time(answer) == without_time(again)
        assert answer["ETag"] == again["ETag"]
        if notice is twice and states[-1] == "SUBMITTED":
            judge, appeal = (world.rita, world.sara)[states.count("SUBMITTED") - 2], notice.appeals.latest("round")
            make.decide(judge, make.ready_to_decide(judge, appeal, now=now), now=now, outcome="UPHELD")
    assert states == ["SUBMITTED", "SYSTEM_REVIEW", "LATE_REQUESTED", "SUBMITTED", "SUBMITTED", "ANSWERED"]
    assert max(spent[1:-1]) <= 21  # with four about the token and the key, and one that counts the day's appeals
    assert spent[0] <= 25  # the first of a day has the row of that day made


def without_time(answer):
    return {name: value for name, value in answer.json().items() if name != "server_now"}
