"""What authorities ask is answered by two people, in time or visibly late, and handed over as a file that verifies."""

import io
from datetime import timedelta

import pytest

from archive import offline, signing, verification
from authorities import commands
from authorities.models import Matter
from authorities.verbs import actions_for
from casework import deadlines
from casework.errors import ConflictOfInterest, Invalid, NotAllowed, NotYourTurn
from casework.models import Event
from retention.models import LegalHold
from tests import factories as make
from tests.authorities.seating import Seating
from tests.case_files import contents, flaws
from tests.laws import assert_refused, insert

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def seating(world, now):
    return Seating(now, world.carl, make.staff("compliance", now=now, name="dora"))


def test_from_receipt_over_draft_and_sending_to_its_end(seating, now):
    matter = seating.matter()
    step = {"ref": matter.ref, "now": now}
    commands.draft_answer(actor=seating.carl, answer="草稿。", **step)
    commands.draft_answer(actor=seating.carl, answer="现报送如下。", **step)
    with pytest.raises(ConflictOfInterest):
        commands.send_answer(actor=seating.carl, **step)
    drafted = Matter.objects.get()
    offered = [{each.name for each in actions_for(who, drafted, now=now)} for who in (seating.carl, seating.dora)]
    assert ["send" in each for each in offered] == [False, True]
    with pytest.raises(NotYourTurn):
        commands.close_matter(actor=seating.carl, reason="。", **step)
    commands.send_answer(actor=seating.dora, **step)
    commands.follow_up_matter(actor=seating.carl, text="已补充材料。", **step)
    commands.follow_up_matter(actor=seating.dora, text="监管部门来电确认。", **step)
    matter = commands.close_matter(actor=seating.dora, reason="已确认。", **step)

    assert matter.follow_up.count("2026-03-01" if now.month == 3 else f"{now:%Y}") == 2
    assert (matter.state, matter.answer) == ("CLOSED", "现报送如下。")
    deadlines.fire_due(now=now + timedelta(days=30))
    assert not Event.objects.filter(case_kind=Matter.KIND, type="authority_matter.late").exists()
    assert list(verification.faults()) == []


def test_what_is_not_answered_in_time_is_late_once(seating, now):
    matter = seating.matter()
    deadlines.fire_due(now=now + timedelta(days=11))
    deadlines.fire_due(now=now + timedelta(days=12))
    assert Event.objects.filter(case_kind=Matter.KIND, case_id=matter.pk, type="authority_matter.late").count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{"due_at": None}, {"office": " "}, {"document_no": ""}, {"asked": ""}, {"kind": "OTHER"}, {"received_at": 1}],
)
def test_a_matter_says_who_asks_what_by_when(seating, wrong, now):
    if "received_at" in wrong:
        wrong = {"received_at": now + timedelta(days=1)}
    with pytest.raises(Invalid):
        seating.matter(**wrong)
    assert not Matter.objects.exists()


def test_it_is_registered_once_and_by_compliance_alone(seating, world):
    seating.matter()
    with pytest.raises(Invalid):
        seating.matter()
    seating.matter(kind="OPINION", document_no="2", due_at=None)
    seating.carl = world.rita
    with pytest.raises(NotAllowed):
        seating.matter(document_no="3")


@pytest.mark.on_both
def test_the_database_holds_it(seating, now):
    matter, people = seating.matter(), {"drafted_by_id": seating.carl.user_id, "answer": "。"}
    rows = Matter.objects.filter(pk=matter.pk)
    for name, change in (
        ("matter_is_answered_by_two_people", {**people, "sent_by_id": seating.carl.user_id, "sent_at": now}),
        ("matter_in_a_later_state_has_its_answer", {"state": "SENT"}),
        ("matter_is_closed_in_words", {"state": "CLOSED"}),
        ("matter_state_is_known", {"state": "?"}),
        ("matter_stays_as_it_came", {"due_at": now + timedelta(days=99)}),
        ("matter_stays_as_it_came", {"asked": "x"}),
    ):
        assert_refused(name, lambda change=change: rows.update(**change))
    assert_refused("matter_is_kept", rows.delete)
    again = {"ref": "mat_x", "number": "M-x", "document_no": "2"}
    for name, change in (
        ("matter_kind_is_known", {"kind": "?"}),
        ("matter_names_its_document", {"document_no": ""}),
        ("matter_that_asks_has_a_due_time", {"due_at": None}),
        ("matter_is_due_after_it_came", {"due_at": matter.received_at}),
        ("matter_is_registered_once", {"document_no": matter.document_no}),
    ):
        assert_refused(name, lambda change=change: insert(matter, **again | change))
    seating.sent(matter)
    commands.follow_up_matter(actor=seating.carl, ref=matter.ref, text="。", now=now)
    assert_refused("matter_stays_as_it_came", lambda: rows.update(answer="x"))
    assert_refused("matter_stays_as_it_came", lambda: rows.update(follow_up="x"))
    commands.close_matter(actor=seating.carl, ref=matter.ref, reason="。", now=now)
    assert_refused("closed_matter_is_not_changed", lambda: rows.update(closed_reason="x"))
    assert_refused("closed_matter_is_not_changed", lambda: rows.update(state="SENT"))


def test_what_is_handed_over_verifies_without_us_and_its_cases_are_held_until_the_end(seating, world, court):
    now = court.now
    matter, appeal, dispute = seating.matter(), make.file(world.alice, world.notice(), now=now), court.joined("quality")
    out = io.BytesIO()
    cases = f"{appeal.number}\n{dispute.number}"
    sha256 = commands.export_matter(out, actor=seating.carl, ref=matter.ref, cases=cases, now=now)

    assert flaws(out.getvalue()) == []
    inside = contents(out.getvalue())
    for case in (appeal, dispute):
        assert flaws(inside[f"cases/{case.number}.zip"]) == []
    tampered = out.getvalue().replace(b"case.json", b"case.jsoN")
    assert offline.verify(io.BytesIO(tampered), signing.public_keys()).flaws
    [event] = matter.handed_over
    assert event.facts["sha256"] == sha256
    assert LegalHold.objects.at(now).count() == 2
    commands.export_matter(io.BytesIO(), actor=seating.carl, ref=matter.ref, cases=appeal.number, now=now)
    assert LegalHold.objects.at(now).count() == 2
    with pytest.raises(Invalid):
        commands.export_matter(io.BytesIO(), actor=seating.carl, ref=matter.ref, cases="A404", now=now)
    with pytest.raises(Invalid):
        commands.export_matter(io.BytesIO(), actor=seating.carl, ref=matter.ref, now=now)

    commands.close_matter(actor=seating.carl, ref=matter.ref, reason="撤回。", now=now)
    assert LegalHold.objects.at(now).count() == 0
    assert list(verification.faults()) == []
