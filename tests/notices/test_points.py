"""Points: what a clause deducts, when it ends, what falls gives back, and no step before the sum that it names."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db.models import Max

from casework.errors import Invalid
from casework.working_days import add_months
from notices import commands as notices
from notices.commands import BasisDraft
from notices.models import Basis, Measure
from notices.points import points_now
from notices.queries import points_for
from rules.commands import ClauseText, TermDraft
from rules.models import Clause, ClauseTerm
from tests import factories as make
from tests.laws import assert_refused

pytestmark = pytest.mark.once

DAY = timedelta(days=1)
RULE = "points-rule"


def clause(number, zh, en, *terms):
    return ClauseText(number, zh, en, terms=[TermDraft(*each) for each in terms])


def publish(world, now, *clauses):
    return make.publish_rule_version(
        actor=world.platform,
        code=RULE,
        name_zh="违规记分规则",
        name_en="Points",
        number="1",
        effective_from=now - 300 * DAY,
        clauses=clauses,
        now=now - 300 * DAY,
    )


@pytest.fixture
def rule(world, now):
    costs = "每次记{points}，满{points_last}清除。", "Each costs {points}, for {points_last}."
    return publish(
        world,
        now,
        clause("1", *costs, ("points", 4, "points"), ("points_last", 12, "months")),
        clause("2", *costs, ("points", 2, "points"), ("points_last", 6, "months")),
        clause(
            "3",
            "累计{points_threshold}的，停播七日。",
            "From {points_threshold}: no streams.",
            ("points_threshold", 6, "points"),
        ),
        clause(
            "4",
            "累计{points_threshold}的，关店。",
            "From {points_threshold}: closed.",
            ("points_threshold", 12, "points"),
        ),
    )


def basis(number):
    return BasisDraft(kind="CLAUSE", rule=RULE, clause=number)


def deduct(world, now, number="1", **changes):
    measure = make.measure(now, ends_at=None, points_basis=1, **changes)
    return world.notice(measures=[measure], basis=[basis(number)])


def step(world, now, number="3"):
    return world.notice(measures=[make.measure(now)], basis=[basis(number)])


def refusal(act):
    with pytest.raises(Invalid) as refused:
        act()
    return [(each.pointer, each.code) for each in refused.value.errors]


def test_a_measure_costs_what_its_clause_says_until_its_clause_says(world, now, rule):
    four, two = deduct(world, now).measures.get(), deduct(world, now, "2").measures.get()

    assert [four.points.amount, two.points.amount] == [4, 2]
    assert [four.ends_at, two.ends_at] == [add_months(now, 12), add_months(now, 6)]
    [points] = points_for(world.alice, now)
    assert (points.sum, points.next.amount, points.missing, points.reached.amount) == (6, 12, 6, 6)
    assert [(row.points.amount, counts) for row, counts in points.costs] == [(2, True), (4, True)]
    assert points_for(world.eve, now)[0].sum == 0
    later = add_months(now, 6)
    assert points_now(world.merchant.pk, later) == 4
    assert points_now(world.merchant.pk, add_months(now, 12)) == 0


def test_what_is_withdrawn_takes_its_points_back_at_once(world, now, rule):
    notice = deduct(world, now)
    notices.withdraw_notice(actor=world.platform, ref=notice.ref, reason="写错了店铺。", now=now + DAY)

    [points] = points_for(world.alice, now + DAY)
    assert points.sum == 0
    assert [counts for _row, counts in points.costs] == [False]


def test_what_is_overturned_takes_its_points_back_at_once(world, now, rule):
    notice = deduct(world, now)
    appeal = make.file(world.alice, notice, now=now + DAY)
    assert points_now(world.merchant.pk, now + DAY) == 4
    make.decide(world.rita, make.ready_to_decide(world.rita, appeal, now=now + DAY), now=now + DAY)

    assert points_now(world.merchant.pk, now + DAY) == 0


def test_what_an_appeal_pauses_costs_no_points_meanwhile(world, now, rule):
    measure = make.measure(now, ends_at=None, points_basis=1)
    notice = world.notice(measures=[measure], basis=[basis("1")], continues_during_appeal=False)
    make.file(world.alice, notice, now=now + DAY)

    assert points_now(world.merchant.pk, now + DAY) == 0


def test_a_step_waits_for_its_sum(world, now, rule):
    deduct(world, now)
    assert refusal(lambda: step(world, now)) == [("/basis/0/clause", "below-threshold")]
    costs = deduct(world, now, "2")
    taken = step(world, now)
    assert [each.earlier for each in taken.grounds.order_by("-earlier_id")][:1] == [costs]
    assert refusal(lambda: step(world, now, "4")) == [("/basis/0/clause", "below-threshold")]


def test_points_of_the_same_notice_count(world, now, rule):
    deduct(world, now)
    points = make.measure(now, ends_at=None, points_basis=1)
    notice = world.notice(measures=[points, make.measure(now)], basis=[basis("2"), basis("3")])
    assert notice.bases.count() == 2


def test_the_database_holds_the_threshold_and_whose_value_points_are(world, now, rule):
    notice = deduct(world, now)
    third = Clause.objects.get(version=rule, number="3")
    no = notice.bases.aggregate(no=Max("no"))["no"] + 1
    assert_refused(
        "threshold_is_cited_where_the_points_reach_it",
        lambda: Basis.objects.create(
            notice=notice,
            no=no,
            kind="CLAUSE",
            clause=third,
            name_zh="x",
            clause_number="3",
            text_zh="x",
            text_hash="x",
        ),
    )
    measure = notice.measures.get()
    term = ClauseTerm.objects.get(clause=third)
    values = {f.attname: getattr(measure, f.attname) for f in Measure._meta.fields if f.attname != "id"}
    assert_refused(
        "measure_costs_the_points_that_a_clause_sets",
        lambda: Measure.objects.create(**values | {"no": 2, "points_id": term.pk}),
    )
    assert_refused("points_of_a_clause_count_once_in_a_notice", lambda: Measure.objects.create(**values | {"no": 2}))
    assert_refused("measure_stays_what_it_is", lambda: Measure.objects.filter(pk=measure.pk).update(points=None))


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"points_basis": 2}, [("/measures/0/points_basis", "sets-no-points")]),
        ({"ends_at_days": 30}, [("/measures/0/ends_at", "points-end")]),
    ],
)
def test_points_are_the_clause_s_alone(world, now, rule, changes, errors):
    days = changes.pop("ends_at_days", None)
    values = {"points_basis": 1, "ends_at": now + days * DAY if days else None} | changes
    issue = lambda: world.notice(measures=[make.measure(now, **values)], basis=[basis("1")])  # noqa: E731
    assert refusal(issue) == errors


def test_one_breach_costs_its_points_once_however_many_measures_follow(world, now, rule):
    twice = [make.measure(now, ends_at=None, points_basis=no) for no in (1, 2)]
    for bases in ([basis("1")], [basis("1"), basis("1")]):
        issue = lambda said=bases: world.notice(  # noqa: E731
            measures=[replace(each, points_basis=min(no, len(said))) for no, each in enumerate(twice, 1)], basis=said
        )
        assert refusal(issue) == [(f"/measures/{i}/points_basis", "points-twice") for i in (0, 1)]
    assert world.notice(measures=twice, basis=[basis("1"), basis("2")]).measures.count() == 2
    assert points_now(world.merchant.pk, now) == 6


def test_points_without_an_end_are_not_published(world, now):
    text = "每次记{points}。", "Each costs {points}."
    assert refusal(lambda: publish(world, now, clause("1", *text, ("points", 4, "points")))) == [
        ("/clauses/0/terms", "points-without-end")
    ]
