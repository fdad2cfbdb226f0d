"""Values of clauses: what may be published, what the text then says, and which value holds at which moment."""

from datetime import UTC, datetime, timedelta

import pytest

from casework.errors import Invalid
from rules.choices import PROMISES, Unit
from rules.commands import ClauseText, TermDraft
from rules.commands.publish import clause_hash
from rules.models import RuleVersion
from rules.terms import SHIPPED, longest, terms_at
from tests.factories import publish_rule_version

pytestmark = pytest.mark.once

DAY = timedelta(days=1)


def publish(actor, now, *terms, number="1", code="procedure", start=None, zh="", en="", **more):
    places = "".join(f"{{{key}}}" for key, _amount, _unit in terms)
    clause = ClauseText("1", zh or f"期限：{places}。", en or f"Time: {places}.", terms=[TermDraft(*t) for t in terms])
    return publish_rule_version(
        actor=actor,
        code=code,
        name_zh="程序规则",
        name_en="Procedure",
        number=number,
        effective_from=start or now,
        clauses=[clause],
        now=now,
        **more,
    )


def refusal(publishing):
    with pytest.raises(Invalid) as refused:
        publishing()
    return [(each.pointer, each.code) for each in refused.value.errors]


def test_the_text_prints_the_values_and_its_hash_covers_them(world, now):
    version = publish(
        world.platform,
        now,
        ("decision_time", 3, "working_days"),
        ("appeal_window", 12, "months"),
        zh="{appeal_window}内申诉，{decision_time}内决定。",
        en="Appeal within {appeal_window}; decided within {decision_time}.",
    )

    clause = version.clauses.get()
    assert clause.text_zh == "12个月内申诉，3个工作日内决定。"
    assert clause.text_en == "Appeal within 12 months; decided within 3 working days."
    assert clause.text_hash == clause_hash(clause.text_zh, clause.text_en)


def test_each_value_holds_while_its_version_does_and_the_shipped_one_else(world, now):
    publish(world.platform, now, ("remedy_time", 12, "hours"), start=now)
    publish(world.platform, now, ("remedy_time", 6, "hours"), number="2", start=now + 30 * DAY)
    publish(world.platform, now, ("evidence_time", 9, "days"), number="3", start=now + 60 * DAY)

    found = [terms_at(now + days * DAY)["remedy_time"].amount for days in (-1, 0, 29.9, 30, 59.9, 60)]
    assert found == [24, 12, 12, 6, 6, 24]
    assert terms_at(now)["evidence_time"] == SHIPPED["evidence_time"]
    term = terms_at(now + 60 * DAY)["evidence_time"]
    assert (term.rule, term.version, term.clause, str(term.amount)) == ("procedure", "3", "1", "9")


@pytest.mark.parametrize("key", PROMISES)
def test_the_shipped_value_is_within_its_bounds_and_nothing_beyond_them_is_published(world, now, key):
    promise = PROMISES[key]
    least, most = promise.bounds[promise.unit]
    assert least <= promise.amount <= most

    for unit, (least, most) in promise.bounds.items():
        for amount in (least - 1, most + 1):
            publishing = refusal(lambda unit=unit, amount=amount: publish(world.platform, now, (key, amount, unit)))
            assert publishing == [("/clauses/0/terms/0/amount", "out-of-bounds")]
    other = next(unit for unit in Unit if unit not in promise.bounds)
    assert refusal(lambda: publish(world.platform, now, (key, promise.amount, other))) == [
        ("/clauses/0/terms/0/unit", "unit")
    ]
    assert not RuleVersion.objects.filter(rule__code="procedure").exists()


@pytest.mark.parametrize(
    ("zh", "en", "error"),
    [
        ("7日内补充。", "Within {evidence_time}.", ("/clauses/0/text_zh", "not-said")),
        ("19日内补充。", "Within {evidence_time}.", ("/clauses/0/text_zh", "not-said")),
        ("{evidence_time}内补充。", "Within seven days.", ("/clauses/0/text_en", "not-said")),
        ("{evidence_time}内补充，{remedy_time}内恢复。", "{evidence_time}", ("/clauses/0/text_zh", "unknown-value")),
    ],
)
def test_a_text_that_says_something_else_than_the_value_is_refused(world, now, zh, en, error):
    term = ("evidence_time", 9, "days")
    assert refusal(lambda: publish(world.platform, now, term, zh=zh, en=en)) == [error]


def test_a_promise_is_made_once_and_by_one_rule(world, now):
    term = ("evidence_time", 9, "days")
    assert refusal(lambda: publish(world.platform, now, term, term)) == [("/clauses/0/terms/1/key", "repeated")]

    publish(world.platform, now, term, effective_to=now + 10 * DAY)
    assert refusal(lambda: publish(world.platform, now, term, code="other")) == [("/clauses", "promised-elsewhere")]
    publish(world.platform, now, term, code="other", start=now + 10 * DAY)  # once the first has ended


def test_the_longest_that_a_time_has_been(world, now):
    assert longest("second_review_window") == 30 * DAY
    publish(world.platform, now, ("second_review_window", 2, "months"))
    publish(world.platform, now, ("second_review_window", 40, "days"), number="2", start=now + DAY)
    assert longest("second_review_window") == 62 * DAY


@pytest.mark.parametrize(
    ("start", "months", "last_day"),
    [("2026-08-31", 6, (2027, 2, 28)), ("2026-06-30", 6, (2026, 12, 30)), ("2027-12-05", 12, (2028, 12, 5))],
)
def test_months_end_on_the_same_day_or_the_last_of_the_month(start, months, last_day):
    from casework.working_days import add_months
    from casework.working_days import last_day as closing

    ends = add_months(datetime.fromisoformat(f"{start}T09:00:00+08:00"), months)
    day = closing(ends)
    assert (day.year, day.month, day.day) == last_day
    assert ends.tzinfo is UTC
