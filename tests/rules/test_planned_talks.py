"""A meeting or survey is announced, everybody reads how to take part, and an adoption waits for it (办法 17)."""

from datetime import datetime, time, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Notification
from casework import deadlines, outbox
from casework.clock import BEIJING
from casework.errors import Invalid, NotAllowed, NotFound, NotYourTurn
from casework.ledger import verify
from casework.models import Event
from rules import commands
from rules.models import PlannedTalk, Rulemaking
from tests.appeals.test_workbench import browser
from tests.laws import assert_refused, insert
from tests.rules.building import DAY, Making
from tests.rules.test_talks import record

pytestmark = pytest.mark.once


def plan(making, **changes):
    values = {
        "actor": making.carl,
        "ref": making.ref,
        "kind": "MEETING",
        "planned_for": timezone.localtime(making.now + 3 * DAY, BEIJING).date(),
        "subject_zh": "发货时限座谈会",
        "subject_en": "Meeting on dispatch times",
        "participants": {"MERCHANTS": 20, "CONSUMERS": 20},
        "how": "平台总部二层会议室，或线上参加",
        "now": making.now,
    }
    return commands.plan_talk(**values | changes)


def call_off(making, planned=1, **changes):
    values = {"actor": making.carl, "ref": making.ref, "planned": planned, "reason": "报名人数不足。"}
    return commands.call_off_talk(**values | {"now": making.now} | changes)


def test_an_adoption_waits_until_it_is_held_or_called_off_and_the_public_reads_who_was_invited(world, monkeypatch):
    making = Making(world)
    monkeypatch.setattr("casework.clock.now", lambda: making.now)
    plan(making)
    plan(making, kind="SURVEY", subject_zh="问卷")
    making.consult()
    anybody, path = Client(headers={"accept-language": "zh-hans"}), f"/consultations/{making.ref}/"
    shown = anybody.get(path).content.decode()
    for words in ("发货时限座谈会", "商家 20", "平台总部二层会议室，或线上参加", "问卷"):
        assert words in " ".join(shown.split()), words
    answer = anybody.get(f"/api/v1/rule-consultations/{making.ref}").json()["planned_talks"]
    assert [(each["kind"]["code"], each["called_off_at"]) for each in answer] == [("MEETING", None), ("SURVEY", None)]

    making.close()
    page = browser(world.carl).get(f"/workbench/rules/{making.ref}/").content.decode()
    assert "Announced and not held: " in page
    assert "Meeting on dispatch times" in page
    with pytest.raises(NotYourTurn):
        making.adopt()
    record(making, planned=1)
    with pytest.raises(NotYourTurn):
        making.adopt()
    call_off(making, 2)
    making.adopt()
    making.publicise(making.now + 15 * DAY)
    assert list(verify()) == []

    version = making.refresh().rule_version
    at = f"/rules/{version.rule.code}/{version.number}/"
    for address in (at, f"{at}text.txt"):
        shown = " ".join(anybody.get(address).content.decode().split())
        for words in ("商家 12", "商家 20", "报名人数不足。"):
            assert words in shown, (address, words)
    talks = anybody.get(f"/api/v1/rules/{version.rule.code}/versions/{version.number}").json()["how_made"]["talks"]
    assert talks[0]["invited"][0]["count"] == 20


def test_compliance_is_told_on_the_day_of_what_waits_alone(world):
    making = Making(world)
    plan(making)
    plan(making, subject_zh="取消了的")
    call_off(making, 2)
    day = datetime.combine(PlannedTalk.objects.get(no=1).planned_for, time(), BEIJING)
    for minutes, due in ((-1, 0), (1, 1), (2, 1)):
        now = day + timedelta(minutes=minutes)
        deadlines.fire_due(now=now)
        while outbox.sweep(now=now):
            pass
        assert Event.objects.filter(case_id=making.row.pk, type="rule.talk_is_due").count() == due
    told = Notification.objects.filter(event__type="rule.talk_is_due").values_list("user_id", flat=True)
    assert set(told) >= {world.carl.user_id, making.dora.user_id}


def test_what_is_announced_to_nobody_or_for_the_past_is_refused(world):
    making = Making(world)
    for changes, place in (
        ({"planned_for": timezone.localtime(making.now - DAY, BEIJING).date()}, "/planned_for"),
        ({"participants": {}}, "/participants"),
        ({"participants": {"FRIENDS": 3}}, "/participants"),
        ({"subject_zh": " "}, "/subject_zh"),
        ({"how": " "}, "/how"),
        ({"kind": "PARTY"}, "/kind"),
        ({"how": "本次会议结论为最终决定，不得向任何部门投诉"}, "/how"),
    ):
        with pytest.raises(Invalid) as refused:
            plan(making, **changes)
        assert {error.pointer for error in refused.value.errors} == {place}
    plan(making)
    with pytest.raises(Invalid):
        call_off(making, reason=" ")
    for refused in (NotAllowed, NotFound):
        with pytest.raises(refused):
            call_off(making, 2, actor=world.alice if refused is NotAllowed else making.carl)
    with pytest.raises(NotAllowed):
        plan(making, actor=world.alice)
    call_off(making)
    with pytest.raises(NotFound):
        record(making, planned=1)


def test_compliance_announces_holds_and_calls_off_on_the_page_of_the_version(world, monkeypatch):
    making = Making(world)
    monkeypatch.setattr("casework.clock.now", lambda: making.now)
    client, page = browser(world.carl), f"/workbench/rules/{making.ref}/"
    values = {
        "step": "plan",
        "kind": "TALK",
        "planned_for": f"{making.now + 2 * DAY:%Y-%m-%d}",
        "subject_zh": "与商家代表座谈",
        "how": "线上会议",
        "participants-0-side": "MERCHANTS",
        "participants-0-count": "5",
    }
    assert "call-off" not in client.get(page).content.decode()
    assert client.post(page, values | {"planned_for": "2020-01-01"}).status_code == 400
    assert client.post(page, values).status_code == 302
    assert "与商家代表座谈" in client.get(page).content.decode()
    listed = client.get("/workbench/rules/talks/").content.decode()
    assert ("与商家代表座谈" in listed, "商家 5" in listed or "merchants 5" in listed) == (True, True)
    assert client.post(page, {"step": "call-off", "planned": "9", "reason": "不成。"}).status_code == 404
    assert client.post(page, {"step": "call-off", "planned": "1", "reason": "改期。"}).status_code == 302
    assert PlannedTalk.objects.get().called_off_reason == "改期。"
    assert "与商家代表座谈" not in client.get("/workbench/rules/talks/").content.decode()
    assert browser(world.alice).get("/workbench/rules/talks/").status_code in (403, 404)


ATTEMPTS = {
    "planned_talk_number_is_unique_in_making": lambda row: insert(row),
    "planned_talk_kind_is_known": lambda row: insert(row, no=2, kind="PARTY"),
    "planned_talk_says_what_it_is_about_and_how_to_take_part": lambda row: insert(row, no=2, how=""),
    "planned_talk_is_held_or_called_off_with_a_reason": lambda row: rows(row).update(called_off_at=row.planned_at),
    "planned_talk_is_kept": lambda row: rows(row).delete(),
    "planned_talk_stays_as_it_was_announced": lambda row: rows(row).update(how="别处"),
    "planned_talk_is_held_about_its_rule": lambda row: rows(row).update(held_as=record(Making(of(row).world))),
    "rule_is_adopted_after_the_talks_that_were_announced": lambda row: Rulemaking.objects.filter(
        pk=row.making_id
    ).update(state="ADOPTED", adopted_at=row.planned_at + 60 * DAY),
}
MAKINGS = {}


def rows(row):
    return PlannedTalk.objects.filter(pk=row.pk)


def of(row):
    return MAKINGS[row.making_id]


@pytest.mark.on_both
@pytest.mark.parametrize("name", sorted(ATTEMPTS))
def test_the_database_refuses(world, name):
    making = Making(world)
    making.consult()
    MAKINGS[making.row.pk] = making
    row = plan(making)
    making.close()
    assert_refused(name, lambda: ATTEMPTS[name](row))
