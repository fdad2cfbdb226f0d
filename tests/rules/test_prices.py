"""Classes of buyers see the same prices, unless a published clause says otherwise to everybody (办法 31)."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from accounts.models import Notification
from archive import verification
from casework import deadlines, outbox, row_digests
from casework.errors import Invalid, NotAllowed, NotFound, NotYourTurn
from casework.firing import open_case
from casework.models import Event
from rules import commands
from rules.models import Clause, PriceFinding, PriceObservation
from rules.prices import price_finding_for
from tests import factories as make
from tests.databases import without_triggers
from tests.laws import Laws, assert_refused
from tests.pages import browser, text_of
from tests.rules.building import DAY

LAWS = Laws()
GOODS, MINUTE = "https://hemart.example/goods/1007", timedelta(minutes=1)


def shown(world, *prices, at=None, goods=GOODS, conditions="红色 · 1件", actor=None):
    """A batch of these (class, price in fen) of one moment."""
    rows = [
        {
            "goods": goods,
            "conditions": conditions,
            "shown_at": at or world.now - DAY,
            "audience": audience,
            "price_minor": price,
        }
        for audience, price in prices
    ]
    return commands.record_prices(actor=actor or world.platform, observations=rows, now=world.now)


def found(world, *prices, **more):
    """The one finding of a batch that differs."""
    (row,) = shown(world, *(prices or [("NEW", 9000), ("RETURNING", 10000)]), **more)
    return row


def publish(world, *, start, number="2026-02"):
    """A version of the world's rule with one clause about prices."""
    clause = commands.ClauseText("9", "新用户首单优惠。", "New buyers pay less.")
    return make.publish_rule_version(
        actor=world.platform, code=world.rule, name_zh="广告宣传规范", name_en="Advertising Rule", number=number,
        effective_from=start, clauses=[clause], now=world.now,
    )  # fmt: skip


def answered(world, row, now=None, **said):
    values = {"reason": "缓存未同步，已修正并退还差额。", **said}
    return commands.answer_price_finding(actor=world.carl, ref=row.ref, now=now or world.now, **values)


def test_another_price_for_another_class_is_found_with_the_numbers(world):
    row = found(world, ("NEW", 9000), ("NEW", 9100), ("RETURNING", 10000))
    assert [(each["audience"], each["least_minor"], each["most_minor"]) for each in row.prices] == [
        ("NEW", 9000, 9100),
        ("RETURNING", 10000, 10000),
    ]
    assert (row.state, row.minute.second) == ("OPEN", 0)
    assert timedelta(days=3) <= row.answer_by - world.now < timedelta(days=4)
    outbox.sweep(now=world.now)
    assert list(verification.faults()) == []


@pytest.mark.parametrize(
    "second",
    [
        {"at": MINUTE},
        {"goods": "https://hemart.example/goods/1008"},
        {"conditions": "蓝色 · 1件"},
        {"price": 9000},
    ],
    ids=["another minute", "other goods", "other conditions", "the same price"],
)
def test_what_is_not_the_same_is_not_compared(world, second):
    shown(world, ("NEW", 9000), at=world.now - DAY)
    price, later = second.pop("price", 10000), second.pop("at", timedelta())
    assert shown(world, ("RETURNING", price), at=world.now - DAY + later, **second) == []


def test_a_price_that_changed_within_the_minute_for_all_is_no_difference(world):
    both = [("NEW", 9000), ("NEW", 10000), ("RETURNING", 10000), ("RETURNING", 9000)]
    assert shown(world, *both) == []
    assert shown(world, ("MEMBER", 9000)) == []


def test_observations_of_two_batches_are_compared_and_those_told_again_add_nothing(world):
    assert shown(world, ("NEW", 9000)) == []
    row = found(world, ("RETURNING", 10000))
    assert found(world).pk == row.pk
    assert (PriceObservation.objects.count(), PriceFinding.objects.count()) == (2, 1)
    answered(world, row)
    assert shown(world, ("NEW", 9000), ("RETURNING", 10000)) == []


def test_rows_that_were_told_twice_are_covered_by_their_digests(world):
    row_digests.begin()
    with transaction.atomic(), row_digests.recording():
        shown(world, ("NEW", 9000))
    with transaction.atomic(), row_digests.recording():
        found(world)
    assert list(row_digests.faults()) == []
    table = PriceObservation._meta.db_table
    with without_triggers(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET price_minor = 9999 WHERE audience = 'NEW'")
    assert len(list(row_digests.faults())) == 1


def test_while_one_is_open_the_same_goods_open_no_other_and_after_it_was_mended_they_do(world):
    row = found(world)
    assert found(world, at=world.now - MINUTE).pk == row.pk
    rows = [
        {"goods": GOODS, "conditions": "红色 · 1件", "shown_at": at, "audience": audience, "price_minor": price}
        for at in (world.now - DAY, world.now - MINUTE)
        for audience, price in (("NEW", 8000), ("MEMBER", 10000))
    ]
    (once,) = commands.record_prices(actor=world.platform, observations=rows, now=world.now)
    assert once.pk == row.pk, "of two minutes it is said once"
    answered(world, row)
    assert found(world, at=world.now - 2 * MINUTE).pk != row.pk


def test_a_person_answers_by_a_clause_of_that_minute_and_the_very_same_is_not_found_again(world):
    row = found(world)
    for rule, clause in [(world.rule, "99"), ("no-such", "8"), ("", "8"), (world.rule, "")]:
        with pytest.raises(Invalid):
            answered(world, row, rule=rule, clause=clause)
    stated = answered(world, row, rule=world.rule, clause="8")
    assert (stated.state, stated.clause.number, stated.answered_by_id) == ("ANSWERED", "8", world.carl.user_id)
    assert shown(world, ("NEW", 9000), ("RETURNING", 10000), at=world.now - MINUTE) == []
    answered(world, found(world, at=world.now - 400 * DAY))  # before that clause was in force
    assert found(world, ("NEW", 8000), ("RETURNING", 10000), at=world.now - MINUTE * 2)
    with pytest.raises(NotYourTurn):
        answered(world, row)
    outbox.sweep(now=world.now)
    assert list(verification.faults()) == []


def test_it_is_late_once_its_time_has_passed_and_stays_so(world):
    row = found(world)
    late = row.answer_by + MINUTE
    deadlines.fire_due(now=late)
    assert Event.objects.filter(case_kind="price_finding", case_id=row.pk, type="price_finding.overdue").count() == 1
    row.refresh_from_db()
    assert answered(world, row, now=late).is_answered_late
    other = found(world, conditions="蓝色")
    assert not answered(world, other).is_answered_late


def test_only_the_platform_s_own_client_tells_and_nobody_reads_another_s(world):
    row = found(world)
    other, actor = make.make_client(world.now, "另一平台")
    assert other.pk != world.client.pk
    for who in (world.alice, world.carl, make.make_client(world.now, scopes=("rules:write",))[1]):
        with pytest.raises(NotAllowed):
            shown(world, ("NEW", 9000), actor=who)
    for who in (world.alice, world.bob, actor, make.make_client(world.now, scopes=("rules:write",))[1]):
        with pytest.raises(NotFound):
            price_finding_for(who, row.ref)
    assert shown(world, ("MEMBER", 1), actor=actor) == [], "compared with its own alone"
    for who in (world.platform, world.alice):
        with pytest.raises((NotAllowed, NotFound)):
            commands.answer_price_finding(actor=who, ref=row.ref, reason="已修正。", now=world.now)


def test_nothing_is_told_ahead_of_time(world):
    with pytest.raises(Invalid) as error:
        shown(world, ("NEW", 9000), at=world.now + DAY)
    assert [each.pointer for each in error.value.errors] == ["/observations/0/shown_at"]


# — the laws, past the code —


@LAWS.broken_by("price_finding_rests_on_prices_that_differ")
def _nothing_differs(world):
    shown(world, ("NEW", 9000), ("RETURNING", 9000))
    row = PriceFinding(
        client_id=world.client.pk, goods=GOODS, conditions="红色 · 1件", minute=world.now - DAY, prices=[],
        answer_by=world.now + DAY,
    )  # fmt: skip
    open_case(row, state="OPEN", event="price_finding.opened", actor=world.platform, now=world.now)


LAWS.rows(
    price_observation_is_recorded_once=lambda world: (
        shown(world, ("NEW", 9000)),
        PriceObservation.objects.bulk_create(
            [PriceObservation(**PriceObservation.objects.values().get() | {"id": None})]
        ),
    ),
    price_observation_is_of_a_class=lambda world: (
        shown(world, ("NEW", 9000)),
        PriceObservation.objects.bulk_create(
            [PriceObservation(**PriceObservation.objects.values().get() | {"id": None, "audience": "usr_1"})]
        ),
    ),
    price_observation_stays_as_it_was_stated=lambda world: (
        shown(world, ("NEW", 9000)),
        PriceObservation.objects.update(price_minor=1),
    ),
    price_observations_end_by_a_signed_run_alone=lambda world: (
        shown(world, ("NEW", 9000)),
        PriceObservation.objects.all()._raw_delete("default"),
    ),
    price_finding_is_kept=lambda world: (found(world), PriceFinding.objects.all()._raw_delete("default")),
    price_finding_keeps_its_numbers=lambda world: (found(world), PriceFinding.objects.update(prices=[])),
    price_finding_state_is_known=lambda world: (
        found(world),
        PriceFinding.objects.update(state="GONE", reason="x", answered_at=world.now, answered_by=world.carl.user_id),
    ),
    price_finding_is_to_be_answered_later=lambda world: (
        found(world),
        PriceFinding.objects.update(created_at=world.now + 30 * DAY),
    ),
    price_finding_is_answered_by_a_person_in_words=lambda world: (
        found(world),
        PriceFinding.objects.update(reason="机器说合法。"),
    ),
    price_finding_is_open_once=lambda world: (
        shown(world, ("NEW", 9000), ("RETURNING", 10000), at=world.now - MINUTE),
        open_case(
            PriceFinding(
                **PriceFinding.objects.values("client_id", "goods", "conditions", "minute", "prices", "answer_by").get()
            ),
            state="OPEN",
            event="price_finding.opened",
            actor=world.platform,
            now=world.now,
        ),
    ),
)


@pytest.mark.parametrize("name", sorted(LAWS))
def test_it_is_held_by_the_database_too(world, name):
    assert_refused(name, lambda: LAWS[name](world))


def test_a_clause_that_was_not_in_force_then_states_nothing(world):
    row = found(world)
    version = publish(world, start=world.now + 20 * DAY)
    later = Clause.objects.get(version=version)
    said = {
        "reason": "后补的条款。",
        "answered_by_id": world.carl.user_id,
        "answered_at": world.now,
    }
    assert_refused(
        "price_difference_is_stated_by_a_clause_in_force_then",
        lambda: PriceFinding.objects.filter(pk=row.pk).update(state="ANSWERED", clause=later, **said),
    )


def test_the_page_of_the_answer_shows_what_is_to_be_answered(world):
    row = found(world)
    page = text_of(browser(world.carl).get(f"/workbench/prices/{row.ref}/answer/"))
    for words in (GOODS, "红色 · 1件", "New buyers ¥90.00", "Returning buyers ¥100.00", "Answer due"):
        assert words in page


def test_compliance_is_told_of_a_batch_once_and_again_of_the_next(world):
    def told(type_):
        rows = Notification.objects.filter(user_id=world.carl.user_id, event__type=type_).order_by("pk")
        return list(rows.values_list("path", flat=True))

    rows = [
        {"goods": goods, "conditions": "一件", "shown_at": world.now - DAY, "audience": audience, "price_minor": price}
        for goods in (GOODS, f"{GOODS}1", f"{GOODS}2")
        for audience, price in (("NEW", 9000), ("RETURNING", 10000))
    ]
    assert len(commands.record_prices(actor=world.platform, observations=rows, now=world.now)) == 3
    outbox.sweep(now=world.now)
    assert told("price_finding.opened") == ["/workbench/prices/"]
    late = PriceFinding.objects.first().answer_by + MINUTE
    deadlines.fire_due(now=late)
    outbox.sweep(now=late)
    assert told("price_finding.overdue") == ["/workbench/prices/"]
    next_batch = [each | {"goods": f"{GOODS}3"} for each in rows[:2]]
    (alone,) = commands.record_prices(actor=world.platform, observations=next_batch, now=world.now + MINUTE)
    outbox.sweep(now=world.now + MINUTE)
    assert told("price_finding.opened")[1:] == [f"/workbench/prices/{alone.ref}/"]
