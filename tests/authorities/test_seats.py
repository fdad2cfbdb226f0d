"""A seat reads for a purpose and a time that two people signed, changes nothing, and every look of it is on record."""

from datetime import timedelta
from io import BytesIO

import pytest

from accounts import commands as accounts
from accounts.models import AccountRecord, StaffRole, User
from archive import verification
from authorities import commands, queries
from authorities.models import Page, Seat
from casework import deadlines
from casework.actor import Actor
from casework.errors import CaseError, ConflictOfInterest, Invalid, NotAllowed, NotYourTurn
from casework.models import Event
from retention.commands import take_records
from rules import commands as rules
from tests import factories as make
from tests.authorities.seating import Seating
from tests.laws import assert_refused, insert

pytestmark = pytest.mark.django_db


@pytest.fixture
def seating(world, now):
    return Seating(now, world.carl, make.staff("compliance", now=now, name="dora"))


def test_two_people_give_a_seat_and_its_time_ends_it(seating, now):
    change = seating.proposed()
    with pytest.raises(ConflictOfInterest):
        rules.sign_change(actor=seating.carl, ref=change.ref, now=now)
    assert not User.objects.filter(username="zhou.ming").exists()
    rules.sign_change(actor=seating.dora, ref=change.ref, now=now)
    seat, zhou = Seat.objects.get(), seating.zhou()

    assert zhou.roles == {"authority"}
    assert commands.record_look(actor=zhou, page=Page.FIGURES, about="2026-Q1", now=now) == seat
    with pytest.raises(NotAllowed):
        commands.record_look(actor=zhou, page=Page.FIGURES, now=seat.until)
    deadlines.fire_due(now=seat.until + timedelta(minutes=1))

    seat.refresh_from_db()
    assert seat.state == "ENDED"
    assert seating.zhou().roles == frozenset()
    assert list(verification.faults()) == []


@pytest.mark.parametrize("wrong", [{"until": -1}, {"until": 367}, {"username": ""}])
def test_a_seat_without_end_or_purpose_or_of_somebody_else_is_not_proposed(seating, world, wrong, now):
    if "until" in wrong:
        wrong = {"until": now + timedelta(days=wrong["until"])}
    if "username" in wrong:
        wrong = {"username": User.objects.get(pk=world.alice.user_id).username}
    with pytest.raises(Invalid):
        seating.proposed(**wrong)


def test_one_case_is_open_for_a_matter_of_the_same_office_with_masked_parties(seating, world, now):
    seat, notice = seating.seat(), world.notice(facts="云上数码店内张贴13812345678，联系 wang@example.com。")
    matter, other = seating.matter(), seating.matter(office="上海市市场监督管理局")
    opening = {"actor": seating.carl, "ref": seat.ref, "about": notice.number, "now": now}
    with pytest.raises(Invalid):
        commands.open_case_to_seat(matter=other.number, **opening)
    with pytest.raises(NotYourTurn):
        commands.record_look(actor=seating.zhou(), page=Page.CASE, now=now)
    seat = commands.open_case_to_seat(matter=matter.number, **opening)

    commands.record_look(actor=seating.zhou(), page=Page.CASE, now=now)
    text = "\n".join(line for _title, lines in queries.case_read_by(seat, now) for line in lines)
    assert notice.number in text
    assert "138****5678" in text
    assert not any(name in text for name in ("云上数码", "13812345678", "wang@example.com", "alice"))
    [look] = queries.looks_for(seating.carl)
    assert look.facts == {"page": "CASE", "about": notice.number, "matter": matter.number}
    assert list(queries.looks_for(seating.zhou())) == []
    commands.close_matter(actor=seating.carl, ref=matter.ref, reason="撤回。", now=now)
    with pytest.raises(NotYourTurn):
        commands.record_look(actor=seating.zhou(), page=Page.CASE, now=now)
    assert list(verification.faults()) == []


def test_the_case_is_read_as_its_file_says_it(seating, world, court, now):
    """An appeal and a dispute, in words that name neither side."""
    seat, matter = seating.seat(), seating.matter()
    appeal, dispute = make.file(world.alice, world.notice(), now=now), court.joined("quality")
    for case, names in ((appeal, [world.merchant.name]), (dispute, [dispute.claimant.name, dispute.respondent.name])):
        seat = commands.open_case_to_seat(
            actor=seating.carl, ref=seat.ref, matter=matter.ref, about=case.number, now=court.now
        )
        text = "\n".join(line for _title, lines in queries.case_read_by(seat, court.now) for line in lines)
        assert len(text) > 100
        assert not any(name in text for name in names)


def test_who_reads_changes_nothing_not_even_past_the_policies(seating, world, now):
    seat, zhou = seating.seat(), seating.zhou()
    notice = world.notice()
    with pytest.raises(CaseError):
        commands.end_seat(actor=zhou, ref=seat.ref, reason="。", now=now)
    for taker in (zhou, world.carl):
        take_records(actor=taker, out=BytesIO(), now=now)  # what is kept about them themselves
    record = AccountRecord.objects.get(user_id=world.carl.user_id)
    for event in (by(zhou, notice), by(zhou, record)):
        assert_refused("person_of_an_authority_changes_no_case", lambda event=event: insert(event))
    with pytest.raises(CaseError):
        accounts.grant_staff_role(
            actor=Actor.system("test"), user=User.objects.get(username="zhou.ming"), role="reviewer", now=now
        )


def by(actor, case):
    """The newest event of the case once more, by this member of staff."""
    newest = Event.objects.filter(case_kind=case.KIND, case_id=case.pk).latest("sequence")
    newest.pk, newest.sequence = None, newest.sequence + 1
    newest.actor_kind, newest.actor_ref, newest.hash = "staff", actor.ref, "0" * 64
    return newest


def test_the_database_holds_it(seating, now):
    seat = seating.seat()
    rows = Seat.objects.filter(pk=seat.pk)
    assert_refused("seat_stays_as_it_was_signed", lambda: rows.update(until=now + timedelta(days=300)))
    assert_refused("seat_is_kept", lambda: rows.delete())
    signed = insert(seat.change, ref="cat_x", number="K-x")
    again = {"ref": "ast_x", "number": "Y-x", "change_id": signed.pk}
    unsigned = seating.proposed(username="li.na")
    for name, change in (
        ("seat_state_is_known", {"state": "?"}),
        ("seat_says_who_and_why", {"purpose": ""}),
        ("seat_ends_after_it_begins", {"until": seat.created_at}),
        ("seat_is_one_at_a_time_of_a_person", {}),
        ("seat_follows_its_signature", {"change_id": unsigned.pk}),
    ):
        assert_refused(name, lambda change=change: insert(seat, **again | change))
    assert_refused("seat_reads_a_case_for_a_matter", lambda: rows.update(case_id=1))
    opened = {"case_kind": "notice", "case_id": 1, "case_number": "N1"}
    other = seating.matter(office="上海市市场监督管理局")
    assert_refused(
        "seat_reads_a_case_for_an_open_matter_of_its_office", lambda: rows.update(for_matter=other, **opened)
    )
    commands.record_look(actor=seating.zhou(), page=Page.FIGURES, now=now)
    look = Event.objects.get(type="authority_seat.looked")
    for change in ({"at": seat.until}, {"actor_ref": seating.carl.ref}):
        again = {"sequence": look.sequence + 1, **change}
        assert_refused("look_is_by_a_seat_in_force", lambda again=again: insert(look, **again))
    roles = StaffRole.objects.filter(user=seat.user)
    assert_refused(
        "person_of_an_authority_has_no_other_role",
        lambda: roles.create(user=seat.user, role="reviewer", granted_at=now, granted_by="x"),
    )
    stranger = make.make_user("nobody", now=now)
    assert_refused(
        "role_of_an_authority_rests_on_a_seat",
        lambda: StaffRole.objects.create(user=stranger, role="authority", granted_at=now, granted_by="x"),
    )
    commands.end_seat(actor=seating.dora, ref=seat.ref, reason="抽查结束。", now=now)
    assert_refused("look_is_by_a_seat_in_force", lambda: insert(look, sequence=9))
    for change in ({"ended_reason": "x"}, {"state": "IN_FORCE"}):
        assert_refused("seat_stays_as_it_was_signed", lambda change=change: rows.update(**change))
