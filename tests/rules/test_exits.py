"""Leaving rather than accepting a version: nobody refuses it, and the version never applies (办法 14)."""

from datetime import timedelta

import pytest
from django.utils.translation import override

from accounts.models import Notification
from casework import deadlines, outbox
from casework.errors import BasisNotInForce, ConflictOfInterest, Invalid, NotAllowed, NotYourTurn
from casework.ledger import verify
from casework.models import Event
from casework.working_days import add_days
from notices.models import Notice
from rules import commands
from rules.arithmetic import Item, calculated, line_of
from rules.models import ExitCalculation, RuleExit, RuleVersion
from rules.queries import exits_for
from tests import factories as make
from tests.laws import Laws, assert_refused, insert
from tests.rules.building import DAY

pytestmark = pytest.mark.once


LAWS = Laws()
FEE = Item("FEE", "年费", 1_200_000, 365, 100)
DEPOSIT = Item("DEPOSIT", "保证金", 500_000)


@pytest.fixture(scope="module")
def module_changed(module_database, module_world):
    """The world's rule with a version that starts in twenty days."""
    with module_database():
        world = module_world
        world.more["dora"] = make.staff("compliance", now=world.now, name="dora")
        start = world.now + 20 * DAY
        return make.publish_rule_again(world.platform, world.rule, number="2026-02", start=start, now=world.now)


@pytest.fixture
def changed(module_changed, copy_of):
    return copy_of(module_changed)


@pytest.fixture
def leaving(world, changed):
    return leave(world)


def leave(world, *, actor=None, number="2026-02", now=None, **more):
    return commands.request_exit(
        actor=actor or world.alice, rule=world.rule, number=number, now=now or world.now, **more
    )


def calculate(row, actor, *items, now, **more):
    return commands.calculate_exit(actor=actor, ref=row.ref, items=items or (DEPOSIT, FEE), now=now, **more)


def issue(world, conduct_at, *, version="", party=None):
    basis = [make.notices.BasisDraft(kind="CLAUSE", rule=world.rule, clause="8", version=version)]
    drafted = make.draft(party or world.merchant, world.rule, now=conduct_at, basis=basis, conduct_at=conduct_at)
    return make.issue(world.platform, drafted, now=conduct_at)


def test_it_is_open_to_whoever_is_bound_at_once_and_without_a_reason(world, changed):
    row = leave(world)

    assert (row.state, row.under.number, row.rejected.number) == ("REQUESTED", "2026-01", "2026-02")
    assert row.answer_due_at <= world.now + 7 * DAY
    assert leave(world).pk == row.pk
    for stranger in (world.platform, world.carl, world.rita):
        with pytest.raises(NotAllowed):
            leave(world, actor=stranger)
    assert list(verify()) == []


def test_the_new_version_is_no_basis_against_who_left_and_the_old_one_goes_on(world, leaving, changed):
    after = changed.effective_from + DAY
    other = make.make_party(world.client, "MERCHANT", "别家", now=world.now)

    with pytest.raises(BasisNotInForce):
        issue(world, after, version="2026-02")
    assert issue(world, after).bases.get().version_number == "2026-01"
    assert issue(world, after, party=other).bases.get().version_number == "2026-02"
    with pytest.raises(BasisNotInForce):
        issue(world, after, version="2026-01", party=other)


def test_whoever_leaves_after_force_is_not_judged_by_it_either(world, changed):
    after = changed.effective_from + DAY
    leave(world, now=after)

    assert issue(world, after + DAY).bases.get().version_number == "2026-01"


def test_whoever_stays_after_all_is_judged_by_it_from_then_on(world, leaving, changed):
    at = changed.effective_from + 5 * DAY
    commands.withdraw_exit(actor=world.alice, ref=leaving.ref, now=at)

    assert issue(world, at - DAY).bases.get().version_number == "2026-01"
    assert issue(world, at).bases.get().version_number == "2026-02"
    assert leave(world, now=at + DAY).pk != leaving.pk


def test_a_later_version_does_not_apply_either(world, leaving, changed):
    later = changed.effective_from + 30 * DAY
    make.publish_rule_again(world.platform, world.rule, number="2026-03", start=later, now=changed.effective_from)

    assert issue(world, later + DAY).bases.get().version_number == "2026-01"
    assert leave(world, number="2026-03", now=later).pk == leaving.pk


@pytest.mark.on_both
def test_bases_are_refused_past_the_code(world, leaving, changed):
    after = changed.effective_from + DAY
    theirs = issue(world, after)
    other = issue(world, after, party=make.make_party(world.client, "MERCHANT", "别家", now=world.now))
    new, old = (RuleVersion.objects.get(number=no, rule__code=world.rule) for no in ("2026-02", "2026-01"))

    assert_refused(
        "version_is_no_basis_against_who_left_rather_than_accept_it",
        lambda: insert(theirs.bases.get(), no=2, clause_id=new.clauses.first().pk),
    )
    assert_refused(
        "version_is_not_a_basis_before_its_publicity",
        lambda: insert(other.bases.get(), no=2, clause_id=old.clauses.first().pk),
    )
    insert(theirs.bases.get(), no=2, clause_id=old.clauses.first().pk)
    assert Notice.objects.get(pk=theirs.pk).bases.count() == 2


def test_the_refund_is_worked_out_and_can_be_objected_to_and_never_shrinks(world, leaving):
    row = calculate(leaving, world.carl, now=world.now)
    assert row.calculation.total_minor == 500_000 + 328_768  # 12000 × 100 ÷ 365 = 3287.671…, up
    assert row.due_at == add_days(world.now, 7)
    with override("en"):
        assert line_of(row.calculation.items[1])["arithmetic"] == "¥12,000.00 × 100 ÷ 365 days = ¥3,287.68, rounded up"

    commands.object_to_exit(actor=world.alice, ref=row.ref, objection="剩余一百二十日。", now=world.now)
    with pytest.raises(ConflictOfInterest):
        calculate(row, world.carl, now=world.now, reply="维持。")
    with pytest.raises(NotAllowed):
        calculate(row, world.platform, now=world.now, reply="维持。")
    dora = world.more["dora"]
    for items, reply, pointer in (((DEPOSIT,), "少退。", "/items"), ((DEPOSIT, FEE), " ", "/reply")):
        with pytest.raises(Invalid) as refused:
            calculate(row, dora, *items, now=world.now, reply=reply)
        assert [error.pointer for error in refused.value.errors] == [pointer]
    more = Item("FEE", "年费", 1_200_000, 365, 120)
    row = calculate(row, dora, DEPOSIT, more, now=world.now + DAY, reply="改为一百二十日。")
    assert row.calculation.total_minor > 828_768

    row = commands.pay_exit(actor=world.platform, ref=row.ref, receipt="PAY-1", now=world.now + DAY)
    assert (row.owed_minor, row.due_at) == (0, None)
    with pytest.raises(NotYourTurn):
        commands.withdraw_exit(actor=world.alice, ref=row.ref, now=world.now + DAY)
    commands.object_to_exit(actor=world.alice, ref=row.ref, objection="还有一项。", now=world.now + 2 * DAY)
    assert list(verify()) == []


def test_an_exit_ends_by_itself_once_it_was_paid_and_nobody_objects(world, leaving):
    row = calculate(leaving, world.carl, now=world.now)
    deadlines.fire_due(now=row.due_at + timedelta(hours=1))
    assert "exit.late" in types_of(row)
    paid = row.due_at + DAY
    commands.pay_exit(actor=world.carl, ref=row.ref, receipt="PAY-1", now=paid)
    last = add_days(paid, 30)  # the day of payment does not count, the thirtieth ends at 24:00
    deadlines.fire_due(now=last - timedelta(seconds=1))
    assert RuleExit.objects.get(pk=row.pk).state != "LEFT"
    deadlines.fire_due(now=last + timedelta(hours=1))

    assert RuleExit.objects.get(pk=row.pk).state == "LEFT"
    assert list(verify()) == []


def test_who_has_to_know_is_told(world, leaving):
    outbox.sweep(now=world.now)
    told = Notification.objects.filter(event__type="exit.requested", user_id=world.carl.user_id).get()
    assert told.path == f"/workbench/exits/{leaving.ref}/"
    calculate(leaving, world.carl, now=world.now)
    outbox.sweep(now=world.now)
    told = Notification.objects.filter(event__type="exit.calculated", user_id=world.alice.user_id).get()
    assert told.path == f"/exits/{leaving.ref}/"


def types_of(row):
    return list(Event.objects.filter(case_ref=row.ref).values_list("type", flat=True))


def test_a_refund_that_is_not_said_in_full_is_refused():
    for item, place in (
        (Item("FEE", "年费", 100), "days"),
        (Item("FEE", "年费", 100, 10, 11), "unused_days"),
        (Item("DEPOSIT", " ", 100), "label"),
        (Item("DEPOSIT", "保证金", -1), "paid_minor"),
        (Item("FINE", "违约金", 1), "kind"),
    ):
        with pytest.raises(Invalid) as refused:
            calculated([item])
        assert f"/items/0/{place}" in [error.pointer for error in refused.value.errors]


def test_strangers_do_not_see_it(world, leaving):
    theirs = make.member(make.make_party(world.client, "MERCHANT", "别家", now=world.now), now=world.now)
    assert not exits_for(theirs).exists()
    assert exits_for(world.alice).get().pk == leaving.pk


# — past the code —


@pytest.fixture
def given(world, leaving):
    """An exit whose first calculation is on file."""
    return calculate(leaving, world.carl, now=world.now)


def rows(row):
    return RuleExit.objects.filter(pk=row.pk)


LAWS.rows(
    exit_state_is_known=lambda world, row: rows(row).update(state="REFUSED"),
    exit_is_one_per_party_and_version=lambda world, row: again(row),
    exit_is_withdrawn_at_a_time=lambda world, row: rows(row).update(state="WITHDRAWN"),
    exit_refund_is_paid_at_a_time_with_its_receipt=lambda world, row: rows(row).update(paid_minor=1),
    exit_is_kept=lambda world, row: rows(row)._raw_delete("default"),
    exit_stays_of_its_party_and_version=lambda world, row: rows(row).update(under_id=row.rejected_id),
    exit_is_under_the_version_before=lambda world, row: again(row, under_id=None),
    exit_calculation_is_kept=lambda world, row: ExitCalculation.objects.filter(exit=row).delete(),
    exit_calculation_stays_as_it_was_given=lambda world, row: ExitCalculation.objects.filter(exit=row).update(
        total_minor=1
    ),
    exit_calculation_number_is_unique=lambda world, row: insert(row.calculation),
    exit_refund_is_not_below_nothing=lambda world, row: insert(
        row.calculation, exit_id=leave_other(world).pk, total_minor=-1
    ),
    exit_refund_is_never_made_smaller=lambda world, row: anew(world, row, total_minor=row.calculation.total_minor - 1),
    exit_objection_is_answered_by_another_person=lambda world, row: anew(
        world, row, calculated_by_id=world.carl.user_id
    ),
    exit_objection_is_answered_with_a_reason=lambda world, row: anew(world, row, reply=""),
    exit_objection_is_in_words_or_not_yet=lambda world, row: ExitCalculation.objects.filter(exit=row).update(
        objected_at=world.now
    ),
    exit_objection_comes_after_the_calculation=lambda world, row: ExitCalculation.objects.filter(exit=row).update(
        objected_at=world.now - DAY, objection="不对。"
    ),
)


def again(row, **changes):
    return insert(row, ref=f"ext_{make.number()}", number=f"X{make.number()}", **changes)


def anew(world, row, **changes):
    values = {"no": 2, "calculated_by_id": world.more["dora"].user_id, "reply": "因为。"}
    return insert(row.calculation, **values | changes)


def leave_other(world):
    party = make.make_party(world.client, "MERCHANT", "别家", now=world.now)
    return leave(world, actor=make.member(party, now=world.now))


@pytest.mark.on_both
@pytest.mark.parametrize("name", sorted(LAWS))
def test_the_database_refuses(world, given, name):
    assert_refused(name, lambda: LAWS[name](world, given))


def test_what_the_attempts_change_could_be_written_otherwise(world, given):
    assert anew(world, given)
