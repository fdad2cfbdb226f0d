"""What weighed: a reviewer reads points that add up, an appellant the kinds of thing and how to answer them."""

import pytest
from django.utils import translation

from appeals.models import TriageSuggestion
from appeals.queries.explained import CIRCUMSTANCES, KINDS, kinds_of, reasons_of
from tests import factories as make

pytestmark = pytest.mark.once

STATEMENT = "发票在附件里。这条规则不适用。以后会注意。工资发不出了。"


@pytest.fixture
def suggested(world, now):
    """An appeal, and what weighed in it as these phrases and features say."""
    appeal = make.file(world.alice, world.notice(), now=now, statement=STATEMENT)

    def with_weights(clauses: dict[str, float], features: dict[str, float]) -> TriageSuggestion:
        phrases = [
            {"text": text, "start": STATEMENT.index(text), "end": STATEMENT.index(text) + len(text), "weight": weight}
            for text, weight in clauses.items()
        ]
        return TriageSuggestion(
            appeal=appeal,
            phrases=phrases,
            features=[{"name": name, "weight": weight} for name, weight in features.items()],
        )

    return with_weights


FEATURES = {
    "past.clause": 0.9,
    "detector=rules-3": -0.7,
    "amount": -0.05,
    "history.earlier_notices": -0.4,
    "history.account_days": 0.3,
    "text.rest": 0.25,
    "intercept": -0.5,
}


def test_points_rest_and_usual_add_up(suggested):
    row = suggested({"发票在附件里": 1.0, "以后会注意": -0.6}, FEATURES)
    reasons = reasons_of(row.appeal, row)
    points = [*reasons.for_undoing, *reasons.for_keeping]

    assert sum(p.weight for p in points) + reasons.rest + reasons.usual == pytest.approx(
        1.0 - 0.6 + sum(FEATURES.values()), abs=1e-9
    )
    assert reasons.usual == -0.5


def test_a_reviewer_reads_what_can_be_looked_into_and_no_more_than_three_a_side(suggested):
    row = suggested(
        {"发票在附件里": 1.0, "这条规则不适用": 0.8, "以后会注意": -0.6, "工资发不出了": 0.07},
        FEATURES | {"past.measure": 0.2},
    )
    reasons = reasons_of(row.appeal, row)

    assert [p.text for p in reasons.for_undoing] == [
        "发票在附件里",
        str(CIRCUMSTANCES["past.clause"]),
        "这条规则不适用",
    ]
    assert [p.name or p.text for p in reasons.for_keeping] == [
        "detector=rules-3",
        "以后会注意",
    ]  # amount: under a tenth


def test_the_party_s_record_is_no_point_for_a_reviewer(suggested):
    row = suggested(
        {}, {"history.earlier_notices": -2.0, "history.account_days": 2.0, "party=merchant": -1.0, "length": 1.0}
    )
    reasons = reasons_of(row.appeal, row)

    assert (reasons.for_undoing, reasons.for_keeping) == ([], [])
    assert reasons.rest == pytest.approx(0.0)


def test_an_appellant_reads_kinds_of_things_strongest_first(suggested):
    row = suggested({"发票在附件里": 1.0, "这条规则不适用": 0.8, "以后会注意": -0.6, "工资发不出了": -0.9}, FEATURES)
    kinds = kinds_of(row)

    assert kinds.for_undoing == ["proof", "before", "rule"]
    assert kinds.for_keeping == ["loss", "finding", "change"]
    assert set(kinds.for_undoing) | set(kinds.for_keeping) <= set(KINDS)


def test_a_circumstance_is_named_by_its_value(suggested):
    row = suggested({}, {"ground=facts_wrong": 0.4, "intercept": -0.1})

    with translation.override("en"):
        assert [p.text for p in reasons_of(row.appeal, row).for_undoing] == ["the ground: the facts are wrong"]
