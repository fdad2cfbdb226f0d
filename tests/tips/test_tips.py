"""A tip is answered in time by a person, leads to an ordinary notice that says so, and never says who gave it."""

from datetime import timedelta

import pytest
from django.core import mail

from accounts.models import Membership
from archive import verification
from casework import deadlines, outbox
from casework.errors import (
    ConflictOfInterest,
    ExternalRefMismatch,
    Invalid,
    NotAllowed,
    NotFound,
    NotYourTurn,
    TooManyRequests,
)
from casework.models import Event
from notices import commands as notices
from notices.models import Notice
from tests import factories as make
from tests.infringements.claiming import picture
from tests.tips.tipping import CONTACT
from tips import commands, queries
from tips.models import Tip
from tips.policies import sees_reporter

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_it_has_a_time_and_nobody_forgets_it(tipping, now):
    tip = tipping.filed()
    assert (tip.state, tip.due_at) == ("RECEIVED", tip.decide_by)
    assert timedelta(days=7) <= tip.decide_by - now < timedelta(days=8)
    deadlines.fire_due(now=tip.decide_by + timedelta(minutes=1))
    assert Event.objects.filter(case_kind="tip", case_id=tip.pk, type="tip.overdue").count() == 1
    assert list(verification.faults()) == []


def test_a_stranger_follows_it_by_a_code_and_hears_of_it_by_mail(tipping, now):
    tip, code = tipping.of_stranger(files=[picture()])
    assert queries.tip_by_code(code) == tip
    with pytest.raises(NotFound):
        queries.tip_by_code("")
    tipping.dismissed(tip)
    outbox.sweep(now=now)
    assert [(each.to, code in each.body) for each in mail.outbox if CONTACT in each.to] == [([CONTACT], False)]
    assert code not in str(Tip.objects.filter(pk=tip.pk).values())


def test_strangers_of_one_network_are_taken_ten_times_an_hour(tipping):
    for _each in range(10):
        tipping.of_stranger()
    with pytest.raises(TooManyRequests):
        tipping.of_stranger()
    assert tipping.of_stranger(source="198.51.100.7")


def test_a_back_end_passes_it_on_once(tipping, world, now):
    tip = tipping.passed_on()
    assert tipping.passed_on() == tip
    with pytest.raises(ExternalRefMismatch):
        tipping.passed_on(said=tipping.said(what="别的事情。"))
    with pytest.raises(Invalid):
        tipping.passed_on(external_ref="")
    assert queries.tips_for(world.platform).get() == tip
    tipping.filed()
    assert queries.tips_for(world.platform).get() == tip


def test_a_measure_is_an_ordinary_notice_that_says_so(tipping, world, now):
    tip = tipping.acted()
    notice = Notice.objects.get(pk=tip.notice_id)
    assert (notice.party, notice.detection_source, notice.decided_by_id) == (
        world.merchant,
        "REPORT",
        tipping.carl.user_id,
    )
    notices.withdraw_notice(actor=world.carl, ref=notice.ref, reason="核对后确认事实有误。", now=now)
    outbox.sweep(now=now)
    tip.refresh_from_db()
    assert tip.state == "REVERTED"
    assert list(verification.faults()) == []


def test_words_that_name_the_reporter_are_refused(tipping, world):
    tip = tipping.filed()
    for field in ("facts", "reasons", "scope", "object_ref"):
        with pytest.raises(Invalid) as error:
            tipping.acted(tip, **{field: f"由{world.consumer.name}举报，见{tip.number}。"})
        assert error.value.errors[0].pointer == f"/{field}"


def test_nobody_of_a_side_and_nobody_without_the_role_decides(tipping, world, now):
    tip = tipping.filed()
    for who, error in ((world.alice, NotFound), (tipping.bob, NotAllowed), (world.rita, NotFound)):
        with pytest.raises(error):
            commands.dismiss_tip(actor=who, ref=tip.ref, reasons="x", answer="x", now=now)
    Membership.objects.create(
        user_id=world.carl.user_id, party=world.merchant, role="staff", started_at=now, ended_at=now, granted_by="x"
    )
    with pytest.raises(ConflictOfInterest):
        tipping.dismissed(tip)
    stranger, _code = tipping.of_stranger()  # whose subject is known only once a measure names it
    with pytest.raises(ConflictOfInterest):
        tipping.acted(stranger)


def test_a_finding_whose_notice_could_not_be_served_is_not_proposed(tipping):
    tip = tipping.dismissed()
    with pytest.raises(Invalid) as error:
        commands.find_tip_malicious(
            actor=tipping.carl,
            ref=tip.ref,
            measure="no-such",
            facts="举报所附截图系伪造，页面从未出现该用语。",
            reasons="存档不符。",
            rule="",
            clause="",
            now=tipping.now,
        )
    assert "/measure" in [each.pointer for each in error.value.errors]


def test_bad_faith_is_found_by_two_people_and_can_be_contested(tipping, world, now):
    tip = tipping.proposed()
    with pytest.raises(ConflictOfInterest):
        commands.confirm_tip_finding(actor=tipping.carl, ref=tip.ref, agrees=True, now=now)
    assert tip.finding_notice is None
    tip = tipping.found(tip)
    notice = Notice.objects.get(pk=tip.finding_notice_id)
    assert (notice.party, notice.decided_by_id) == (world.consumer, tipping.dora.user_id)
    assert make.file(world.bob, notice, now=now).is_open
    later = tipping.filed(what="另一件事。")
    assert queries.found_before(later) == [tip]
    notices.withdraw_notice(actor=world.carl, ref=notice.ref, reason="核对后确认事实有误。", now=now)
    assert queries.found_before(later) == []
    assert list(verification.faults()) == []


def test_a_second_person_who_does_not_find_so_ends_it(tipping):
    tip = tipping.found(agrees=False)
    assert (tip.finding, tip.finding_notice) == ("DROPPED", None)
    with pytest.raises(NotYourTurn):
        tipping.proposed(tip)


def test_bad_faith_is_found_of_no_stranger_and_of_no_tip_that_was_right(tipping):
    tip, _code = tipping.of_stranger()
    for each in (tipping.dismissed(tip), tipping.acted()):
        with pytest.raises(NotYourTurn):
            tipping.proposed(each)


def test_a_look_at_the_reporter_is_on_record_and_does_not_last(tipping, now):
    tip = tipping.filed()
    assert not sees_reporter(tipping.carl, tip, now)
    commands.see_tip_reporter(actor=tipping.carl, ref=tip.ref, why="ASK", now=now)
    event = Event.objects.get(case_id=tip.pk, type="tip.reporter_seen")
    assert (event.actor_ref, event.facts) == (tipping.carl.ref, {"why": "ASK"})
    assert sees_reporter(tipping.carl, tip, now + timedelta(minutes=29))
    assert not sees_reporter(tipping.carl, tip, now + timedelta(minutes=31))
    assert not sees_reporter(tipping.dora, tip, now)
