"""A right holder's notice takes effect once complete, is decided by a person, forwarded, answered, and ends in time."""

from datetime import timedelta

import pytest

from accounts.models import Membership
from archive import verification
from casework import deadlines, outbox
from casework.errors import ConflictOfInterest, DeadlinePassed, Invalid, NotAllowed, NotFound, NotYourTurn
from casework.models import Event
from infringements import commands, queries
from infringements.models import Infringement
from infringements.verbs import actions_for
from notices import commands as notices
from notices.models import Notice, Remedy
from tests import factories as make
from tests.infringements.claiming import DAY, WORDS, picture

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_what_is_missing_is_named_and_nothing_typed_is_lost(claiming, now):
    case = claiming.filed(files=(), registration_no="", contact="", merchant="", is_true=False)
    case.refresh_from_db()
    names = [name for name, _label in case.missing]
    assert names == ["registration_no", "contact", "merchant", "is_true", "files"]
    assert (case.state, case.evidence, case.right_title) == ("INCOMPLETE", WORDS["evidence"], "星野")
    with pytest.raises(NotYourTurn):
        claiming.accepted(case)
    commands.complete_infringement(actor=claiming.bob, ref=case.ref, said=claiming.said(), now=now)
    file, name = picture()
    done = commands.add_infringement_file(actor=claiming.bob, ref=case.ref, file=file, name=name, now=now)
    assert (done.state, done.decide_by) == ("RECEIVED", now + timedelta(hours=24))
    assert list(verification.faults()) == []


def test_acceptance_takes_an_ordinary_measure_and_forwards(claiming, world, now):
    case = claiming.accepted()
    notice = Notice.objects.get(pk=case.notice_id)
    assert (notice.party, notice.state, notice.decided_by_id) == (world.merchant, "IN_FORCE", claiming.carl.user_id)
    assert (notice.detection_source, notice.external_ref, notice.client_id) == ("REPORT", case.number, world.client.pk)
    assert queries.infringement_for(world.alice, case.ref).contact == WORDS["contact"]
    assert {each.name for each in actions_for(world.alice, case, now=now)} == {"state"}
    assert make.file(world.alice, notice, now=now).is_open  # the other way, which the statement does not close
    claiming.stated(case)
    assert list(verification.faults()) == []


def test_silence_of_15_days_ends_the_measure_by_the_engine(claiming, now):
    case = claiming.stated()
    # Wednesday 25 November, 10:00: the first day does not count, and the fifteenth is Thursday 10 December.
    assert case.silence_at.isoformat() == "2026-12-10T16:00:00+00:00"
    deadlines.fire_due(now=case.silence_at - timedelta(seconds=1))
    case.refresh_from_db()
    assert case.state == "STATED"
    deadlines.fire_due(now=case.silence_at + timedelta(minutes=1))
    case.refresh_from_db()
    notice = Notice.objects.get(pk=case.notice_id)
    assert (case.state, notice.state) == ("LIFTED", "REVOKED")
    assert Remedy.objects.filter(notice=notice, kind="RESTORE", state="PENDING").count() == 1
    with pytest.raises(NotYourTurn):
        claiming.sued(case, now=case.silence_at + DAY)
    assert list(verification.faults()) == []


def test_a_lawsuit_in_time_keeps_the_measure_and_its_outcome_is_carried_out(claiming, now):
    case = claiming.stated()
    with pytest.raises(Invalid):
        claiming.sued(case, files=())
    with pytest.raises(DeadlinePassed):
        claiming.sued(case, now=case.silence_at + timedelta(seconds=1))
    claiming.sued(case, now=case.silence_at)
    deadlines.fire_due(now=now + 60 * DAY)
    case.refresh_from_db()
    assert (case.state, Notice.objects.get(pk=case.notice_id).state) == ("PROCEEDINGS", "IN_FORCE")
    case = claiming.concluded(case)
    assert Notice.objects.get(pk=case.notice_id).state == "REVOKED"
    assert list(verification.faults()) == []


def test_an_infringement_that_was_found_keeps_the_measure(claiming):
    case = claiming.concluded(outcome="INFRINGES")
    assert (case.state, Notice.objects.get(pk=case.notice_id).state) == ("CONCLUDED", "IN_FORCE")


def test_withdrawal_ends_the_measure_and_a_revoked_measure_ends_the_case(claiming, world, now):
    case = commands.withdraw_infringement(actor=claiming.bob, ref=claiming.accepted().ref, now=now)
    assert (case.state, Notice.objects.get(pk=case.notice_id).state) == ("WITHDRAWN", "REVOKED")
    other = claiming.stated(claiming.accepted(claiming.filed(right_title="山野")))
    notices.withdraw_notice(actor=world.carl, ref=other.notice.ref, reason="核对后确认事实有误。", now=now)
    outbox.sweep(now=now)
    other.refresh_from_db()
    assert other.state == "REVOKED"
    deadlines.fire_due(now=now + 30 * DAY)
    assert not Event.objects.filter(case_id=other.pk, type="infringement.lifted").exists()


def test_a_finding_follows_a_hearing_and_is_an_ordinary_notice(claiming, world, now):
    case = claiming.asked()
    with pytest.raises(NotYourTurn):
        claiming.found(case)
    case = claiming.found(claiming.answered(case), finding="MALICIOUS")
    notice = Notice.objects.get(pk=case.finding_notice_id)
    assert (notice.party, notice.decided_by_id) == (world.consumer, claiming.carl.user_id)
    assert make.file(world.bob, notice, now=now).is_open
    later = claiming.filed(right_title="山野")
    assert [each.pk for each in queries.found_before(later)] == [case.pk]
    assert list(verification.faults()) == []


def test_silence_of_the_right_holder_is_heard_too(claiming, now):
    case = claiming.asked()
    claiming.now = case.answer_by + timedelta(seconds=1)
    assert claiming.found(case).finding == "WRONG"


def test_a_statement_is_only_the_merchants(claiming, world, now):
    case = claiming.accepted()
    for who, error in (
        (world.bob, NotAllowed),
        (world.platform, NotAllowed),
        (world.carl, NotAllowed),
        (world.eve, NotFound),
    ):
        claiming.alice = who
        with pytest.raises(error):
            claiming.stated(case)
    assert Infringement.objects.get().stated_at is None


def test_strangers_find_nothing_and_the_merchant_only_what_was_forwarded(claiming, world, now):
    case = claiming.filed()
    rival, other_holder = (
        world.eve,
        make.member(make.make_party(world.client, "CONSUMER", "别家", now=now), now=now, name="zoe"),
    )
    executor = make.member(make.make_party(world.client, "EXECUTOR", "代运营", now=now), now=now, name="xu")
    _client, elsewhere = make.make_client(now, "elsewhere")
    for who in (world.alice, rival, other_holder, executor, elsewhere, world.rita):
        with pytest.raises(NotFound):
            queries.infringement_for(who, case.ref)
    claiming.accepted(case)
    assert queries.infringement_for(world.alice, case.ref)
    for who in (rival, other_holder, executor, elsewhere, world.rita):
        with pytest.raises(NotFound):
            queries.infringement_for(who, case.ref)
        assert not queries.infringements_for(who).exists()
    file, name = picture("draft.png")
    commands.add_infringement_file(actor=world.alice, ref=case.ref, file=file, name=name, now=now)
    sides = [(who, queries.infringement_for(who, case.ref)) for who in (world.alice, world.bob)]
    # What was not handed in yet is its sender's alone.
    assert [len(queries.files_of(who, seen)) for who, seen in sides] == [2, 1]


def test_who_acted_for_a_side_decides_nothing_and_a_notice_not_decided_is_late_once(claiming, world, now):
    case = claiming.filed()
    Membership.objects.create(
        user_id=world.carl.user_id, party=world.merchant, role="staff", started_at=now, ended_at=now, granted_by="x"
    )
    with pytest.raises(ConflictOfInterest):
        claiming.accepted(case)
    deadlines.fire_due(now=now + 2 * DAY)
    deadlines.fire_due(now=now + 3 * DAY)
    assert Event.objects.filter(case_id=case.pk, type="infringement.overdue").count() == 1


def test_a_back_end_passes_a_notice_on_and_it_is_marked(claiming, world, now):
    case = commands.file_infringement(
        actor=world.platform, said=claiming.said(), holder=world.consumer.ref, files=[picture()], now=now
    )
    assert (case.state, case.is_passed_on) == ("RECEIVED", True)
    with pytest.raises(Invalid):
        commands.file_infringement(actor=world.platform, said=claiming.said(), holder="nobody", now=now)
