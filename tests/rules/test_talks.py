"""Meetings and surveys are on record with minutes, who took part by kind, and what became of each point (办法 17)."""

import io
import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from casework.clock import BEIJING
from casework.errors import Invalid, NotAllowed
from casework.ledger import verify
from rules import commands
from rules.commands import PointDraft
from rules.models import RuleTalk, TalkPoint
from tests.appeals.test_workbench import browser
from tests.disputes.building import PDF
from tests.laws import Laws, assert_refused, insert
from tests.rules.building import DAY, Making

pytestmark = pytest.mark.once


LAWS = Laws()
POINTS = [
    PointDraft("MERCHANTS", "偏远地区四十八小时做不到。", "PARTLY", "偏远地区改为七十二小时。"),
    PointDraft("CONSUMERS", "希望更快。", "REJECTED", "多数商家做不到。"),
]


def record(making, **changes):
    values = {
        "actor": making.carl,
        "ref": making.ref,
        "kind": "MEETING",
        "held_on": timezone.localtime(making.now, BEIJING).date(),
        "subject_zh": "发货时限座谈会",
        "subject_en": "Meeting on dispatch times",
        "participants": {"MERCHANTS": 12, "CONSUMERS": 8},
        "points": POINTS,
        "minutes": io.BytesIO(PDF),
        "minutes_name": "纪要.pdf",
        "now": making.now,
    }
    return commands.record_talk(**values | changes)


def test_it_stands_on_page_files_and_rest_of_the_version_and_the_minutes_are_for_staff(world, monkeypatch):
    making = Making(world)
    monkeypatch.setattr("casework.clock.now", lambda: making.now)
    record(making)
    record(making, kind="SURVEY", subject_zh="问卷", participants={"OTHERS": 300}, points=POINTS[:1])
    making.to_publicised()
    record(making, subject_zh="执行情况座谈会")  # while it is carried out, too
    assert list(verify()) == []

    version, anybody = making.refresh().rule_version, Client(headers={"accept-language": "zh-hans"})
    at = f"/rules/{version.rule.code}/{version.number}/"
    for path in (at, f"{at}text.txt", f"{at}text.html"):
        shown = anybody.get(path).content.decode()
        for words in (
            "发货时限座谈会",
            "商家 12",
            "偏远地区四十八小时做不到。",
            "多数商家做不到。",
            "问卷",
            "执行情况座谈会",
        ):
            assert words in shown, (path, words)
        assert "纪要" not in shown
    talks = anybody.get(f"/api/v1/rules/{version.rule.code}/versions/{version.number}").json()["how_made"]["talks"]
    assert [(talk["kind"]["code"], len(talk["points"])) for talk in talks] == [
        ("MEETING", 2),
        ("SURVEY", 1),
        ("MEETING", 2),
    ]
    assert json.dumps(talks).find("att_") == -1

    minutes = f"/workbench/rules/{making.ref}/talks/1/minutes"
    assert b"".join(browser(world.carl).get(minutes).streaming_content) == PDF
    assert browser(world.alice).get(minutes).status_code in (403, 404)
    assert Client().get(minutes).status_code == 302


def test_what_is_not_said_in_full_is_refused(world):
    making = Making(world)
    for changes, place in (
        ({"held_on": timezone.localtime(making.now + DAY, BEIJING).date()}, "/held_on"),
        ({"participants": {}}, "/participants"),
        ({"participants": {"FRIENDS": 3}}, "/participants"),
        ({"points": []}, "/points"),
        ({"points": [PointDraft("MERCHANTS", "太短。", "ADOPTED", " ")]}, "/points/0/reason"),
        ({"points": [PointDraft("MERCHANTS", "太短。", "NOTED", "知悉。")]}, "/points/0/disposition"),
        ({"subject_zh": " "}, "/subject_zh"),
        ({"kind": "PARTY"}, "/kind"),
    ):
        with pytest.raises(Invalid) as refused:
            record(making, **changes)
        assert [error.pointer for error in refused.value.errors] == [place]
    with pytest.raises(NotAllowed):
        record(making, actor=world.alice)
    assert not making.row.talks.exists()


def test_compliance_records_it_on_the_page_of_the_version(world, monkeypatch):
    making = Making(world)
    monkeypatch.setattr("casework.clock.now", lambda: making.now + timedelta(minutes=1))
    client, page = browser(world.carl), f"/workbench/rules/{making.ref}/"
    values = {
        "step": "talk",
        "kind": "TALK",
        "held_on": f"{making.now:%Y-%m-%d}",
        "subject_zh": "与商家代表座谈",
        "participants-0-side": "MERCHANTS",
        "participants-0-count": "5",
        "participants-1-side": "EXPERTS",
        "participants-1-count": "1",
        "points-0-side": "MERCHANTS",
        "points-0-text": "希望延长",
        "points-0-disposition": "REJECTED",
        "points-0-reason": "已有宽限。",
    }
    missing = client.post(page, values)
    assert (missing.status_code, making.row.talks.count()) == (400, 0)
    minutes = io.BytesIO(PDF)
    minutes.name = "minutes.pdf"
    assert client.post(page, values | {"minutes": minutes}).status_code == 302
    talk = making.row.talks.get()
    assert (talk.participants, talk.points.get().reason) == ({"MERCHANTS": 5, "EXPERTS": 1}, "已有宽限。")
    assert "与商家代表座谈" in client.get(page).content.decode()


LAWS.rows(
    talk_number_is_unique_in_making=lambda row: insert(row),
    talk_kind_is_known=lambda row: insert(row, no=2, kind="PARTY"),
    talk_says_what_it_was_about=lambda row: insert(row, no=2, subject_zh=""),
    talk_is_kept_as_it_was_recorded=lambda row: RuleTalk.objects.filter(pk=row.pk).update(subject_zh="别的"),
    talk_point_is_kept_as_it_was_recorded=lambda row: TalkPoint.objects.filter(talk=row).update(reason="别的理由。"),
    talk_point_number_is_unique=lambda row: insert(row.points.first()),
    talk_point_is_of_a_known_side=lambda row: insert(row.points.first(), no=9, side="FRIENDS"),
    talk_point_has_a_disposition_with_a_reason=lambda row: insert(row.points.first(), no=9, reason=""),
)


@pytest.mark.on_both
@pytest.mark.parametrize("name", sorted(LAWS))
def test_the_database_refuses(world, name):
    row = record(Making(world))
    assert_refused(name, lambda: LAWS[name](row))
