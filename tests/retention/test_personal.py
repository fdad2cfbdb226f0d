"""What somebody takes home of what is kept about them: theirs, nothing of the other side; and they are told."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest
from django.apps import apps

from accounts.models import AccountRecord, Notification, Party, User
from accounts.subscribers import SUBSCRIPTIONS
from casework import clock
from casework.errors import NotAllowed, TooManyRequests
from casework.models import Event
from retention import commands
from retention.personal import LEFT_OUT, TABLES, kept_about
from tests import factories as make
from tests.disputes.building import PDF, SECRET, argued
from tests.pages import Visitor, browser
from tests.surfaces.people import Http, token_of, user_of

pytestmark = pytest.mark.django_db
CLOSED = ("password", "digest", "hash", "secret", "session", "number_mark")


def taken(actor, now):
    out = io.BytesIO()
    commands.take_records(actor=actor, out=out, now=now)
    return opened(out.getvalue())


def opened(content):
    archive = zipfile.ZipFile(io.BytesIO(content))
    return json.loads(archive.read("records.json")), archive.read("records.html").decode(), archive


@pytest.mark.once
def test_every_table_that_knows_persons_or_parties_is_taken_home_or_says_why_not():
    named = {table.model for table in TABLES}
    left = [model for models in LEFT_OUT.values() for model in models]
    knowing = {
        model._meta.label
        for model in apps.get_models()
        if any(field.related_model in (User, Party) for field in model._meta.concrete_fields)
    }
    assert knowing == (named | set(left)) & knowing
    assert not named & set(left)
    assert len(left) == len(set(left))
    for model in left:
        apps.get_model(model)


@pytest.mark.once
def test_no_column_is_a_secret_and_each_row_is_somebody_s():
    for table in TABLES:
        assert bool(table.person) + bool(table.person_ref) + bool(table.party) + bool(table.side) == 1, table.code
        for path, field in table.fields():
            assert not field.is_relation or field.primary_key, path
            assert not any(word in path.rpartition("__")[2] for word in CLOSED), path


def test_each_side_takes_home_what_it_said_and_nothing_of_the_other(court):
    dispute = argued(court, court.now)
    bob, bobs_page, bobs_files = taken(court.bob, court.now)
    alice, alices_page, alices_files = taken(court.alice, court.now)

    assert [row["number"] for row in bob["disputes_opened"]] == [dispute.number]
    assert bob["disputes_opened"][0]["statement"] == "右耳无声。"
    assert [row["number"] for row in alice["disputes_answered"]] == [dispute.number]
    said = {f"{SECRET}：买家", "没有收到，请打 13800138000。"}
    assert said <= {row["text"] for row in bob["messages"]}
    assert f"{SECRET}：卖家" in {row["text"] for row in alice["messages"]}
    for words in (f"{SECRET}：卖家", "只为和解", "alice"):
        assert words not in bobs_page + json.dumps(bob, ensure_ascii=False)
        assert words in alices_page
    for words in (f"{SECRET}：买家", "13800138000", "右耳无声", "bob"):
        assert words not in alices_page + json.dumps(alice, ensure_ascii=False)
        assert words in bobs_page
    [file] = [name for name in alices_files.namelist() if name.startswith("files/")]
    assert alices_files.read(file) == PDF
    assert not [name for name in bobs_files.namelist() if name.startswith("files/")]
    assert "争议" in bobs_page
    assert "dispute" in bobs_page


def test_who_owns_nothing_of_a_shop_takes_home_their_own_account_alone(court):
    argued(court, court.now)
    for actor in (court.staff, court.finance, court.mia, court.eve):
        rows, page, archive = taken(actor, court.now)
        assert rows["account"]
        assert "password" not in rows["account"][0]
        assert not any(
            rows[name] for name in ("messages", "offers", "dispute_evidence", "disputes_answered", "notices")
        )
        assert SECRET not in page
        assert archive.namelist() == ["records.json", "records.html"]


def test_an_appellant_takes_home_notice_appeal_and_decision(world):
    appeal = make.file(world.alice, world.notice(), now=world.now)
    appeal = make.decide(world.rita, make.ready_to_decide(world.rita, appeal, now=world.now), now=world.now)
    rows, page, _archive = taken(world.alice, world.now)
    for text in (appeal.notice.facts, appeal.statement, appeal.decision.reasons):
        assert text in page
    assert {each["appeal__number"] for each in rows["appeal_decisions"]} == {appeal.number}
    assert taken(world.eve, world.now)[0]["appeals"] == []


def test_whoever_takes_it_is_told_and_waits_for_the_next(court):
    taken(court.bob, court.now)
    with pytest.raises(TooManyRequests):
        taken(court.bob, court.now + timedelta(minutes=9))
    taken(court.bob, court.now + timedelta(minutes=11))
    taken(court.alice, court.now)
    record = AccountRecord.objects.get(user_id=court.bob.person)
    acts = Event.objects.filter(case_kind="account_record", case_id=record.pk, type="account_record.records_taken")
    assert [act.actor_ref for act in acts] == [court.bob.ref] * 2
    for act in acts:
        for tell in SUBSCRIPTIONS[act.type]:
            tell(act, now=court.now)
    told = Notification.objects.filter(user_id=court.bob.person, number=record.number)
    assert told.count() == 2
    assert "被下载" in told[0].what_zh


def test_no_link_and_no_program_takes_it(court):
    by_link = replace(court.bob, parties={court.buyer.pk: "contact"})
    for actor in (by_link, court.platform, replace(court.bob, session="")):
        with pytest.raises(NotAllowed):
            taken(actor, court.now)


def test_the_page_says_how_much_and_how_long_and_gives_the_same_as_rest(court, monkeypatch):
    argued(court, court.now)
    monkeypatch.setattr(clock, "now", lambda: court.now + timedelta(days=1))
    bob = Visitor(court.bob, "zh-hans")
    assert "records-link" in bob.client.get("/account/").content.decode()
    page = bob.sees("/account/records/")
    for name, n, is_more in kept_about(court.bob):
        assert name in page
        assert n
        assert not is_more
    assert "随意见填写的联系方式" in page
    assert "36 个月" in page
    answer = browser(court.bob, "zh-hans").get("/account/records.zip")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/zip"
    rows, _page, _archive = opened(b"".join(answer.streaming_content))
    assert rows["disputes_opened"]

    http = Http(token_of(user_of(court.alice), now=clock.now()))
    answer = http("GET", "/api/v1/me/records")
    assert answer.status_code == 200
    assert opened(b"".join(answer.streaming_content))[0]["disputes_answered"]
    again = http("GET", "/api/v1/me/records")
    assert again.status_code == 429
    assert int(again["Retry-After"]) == 600
