"""What the order says decides what applies and what silence means; a person draws what the law only allows."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from casework.errors import Invalid
from casework.working_days import Calendar, DueTime, add_days, add_months, add_working_days, at_law
from disputes import commands, queries
from disputes.api.outputs.cases import OrderOutput
from disputes.api.outputs.tables import BurdenTableOutput
from disputes.choices import Condition, Side
from disputes.commands import burden
from disputes.conditions import Order, says
from disputes.default_table import GROUNDS
from disputes.models import FactAtIssue, StepRow
from rules.models import RuleVersion
from tests import factories as make
from tests.disputes.building import fact, fresh
from tests.laws import assert_refused
from tests.pages import Visitor

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


# — days as the law counts them (民法典 201 to 203) —


EXAMPLES = re.findall(
    r"^\| (\d{4}-\S+ \S+) \| (\d+) (days|months|working days?) ?(?:of a )?(law|clause)? \| (\S+) \|",
    (settings.BASE_DIR / "docs" / "law.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)


@pytest.mark.once
@pytest.mark.parametrize(("start", "n", "unit", "of", "last"), EXAMPLES)
def test_days_and_months_end_as_the_law_counts_them(start, n, unit, of, last):
    """The examples of docs/law.md."""
    began, calendar = beijing(start), Calendar.current()
    if unit.startswith("working"):
        due = add_working_days(began, int(n), calendar=calendar)
    else:
        ends = add_days(began, int(n)) if unit == "days" else add_months(began, int(n))
        due = at_law(ends, calendar=calendar) if of == "law" else DueTime(ends, False, "")
    assert due.last_day.isoformat() == last
    assert due.at.astimezone(UTC).hour == 16, "24:00 in Shanghai"


@pytest.mark.once
def test_days_off_months_and_years_are_counted_in_one_place():
    """Periods of figures and of statistics aside, which are no time limits."""
    second = re.compile(
        r"monthrange|relativedelta|\b(?:iso)?weekday\(|replace\((?:year|month)=|days=(?:30|31|90) ?\*|365 ?\*"
    )
    counted = {"casework/working_days.py", "transparency/arithmetic.py"}
    seconds = {"operations/limits.py", "accounts/web/views.py", "console/appeals/queue.py"}  # lives of cookies
    folders = [Path(app.path) for app in apps.get_app_configs() if Path(app.path).parent == settings.BASE_DIR]
    files = {file for folder in folders for file in folder.rglob("*.py")}
    found = {str(file.relative_to(settings.BASE_DIR)) for file in files if second.search(file.read_text("utf-8"))}
    assert {each for each in found if not each.startswith("sample/")} == counted | seconds
    assert len(EXAMPLES) >= 13


def test_the_fifteen_days_of_a_right_holder_are_days_and_not_hours(court):
    """电商法 43(2), 民法典 201 and 203."""
    step = StepRow.objects.get(fact__ground__slug="ip_notice", no=3)
    assert step.ends(beijing("2026-11-25T10:00")) == beijing("2026-12-11T00:00")
    assert "15" in step.time_given


# — what an order says —

NOW = beijing("2026-06-10T12:00")
ORDERS = {
    "nothing": ((), None),
    "durable, a month ago": (("durable",), 30),
    "durable, seven months ago": (("durable",), 215),
    "durable, not received": (("durable",), None),
    "clothing, last week": (("clothing",), 6),
    "food, eight days ago": (("food",), 8),
    "decoration, today": (("decoration", "service"), 0),
    "live and no more": (("live",), 3),
    "a card of ten visits": (("prepaid", "service"), None),
}
SAID = {
    "bought for a business": {"bought_as": "business", "paid_by": "wallet", "warranty_until": date(2027, 1, 1)},
    "bought for living": {"bought_as": "consumer", "paid_by": "cash_on_delivery"},
    "last day of the warranty": {"warranty_until": date(2026, 6, 10)},
    "warranty over": {"warranty_until": date(2026, 6, 9), "paid_by": "prepaid_card"},
    "last day of the shelf life": {"best_before": date(2026, 6, 1)},
    "after its shelf life": {"best_before": date(2026, 5, 31), "paid_by": "bank_card"},
}
YES, NO = True, False
SAYS = {
    "nothing": (None, None, None, None, None),
    "durable, a month ago": (YES, YES, NO, NO, NO),
    "durable, seven months ago": (YES, None, NO, NO, NO),
    "durable, not received": (YES, None, None, NO, NO),
    "clothing, last week": (NO, NO, YES, NO, NO),
    "food, eight days ago": (NO, NO, NO, YES, NO),
    "decoration, today": (YES, YES, YES, NO, NO),
    "live and no more": (None, None, YES, None, None),
    "a card of ten visits": (NO, NO, None, NO, YES),
}


@pytest.mark.parametrize("name", ORDERS)
def test_an_order_says_yes_no_or_nothing(name):
    tags, days = ORDERS[name]
    order = Order(tags, None if days is None else NOW - timedelta(days=days), NOW)
    assert tuple(says(kind, order) for kind in Condition) == (*SAYS[name], None, None, None, None)
    assert says("", order) is True


SAYS_OF_MORE = {
    "bought for a business": (NO, NO, NO, NO, NO, NO, NO, NO, YES),
    "bought for living": (YES, YES, YES, NO, NO, YES, None, None, NO),
    "last day of the warranty": (YES, YES, YES, NO, NO, None, YES, None, None),
    "warranty over": (YES, YES, YES, NO, YES, None, None, None, None),
    "last day of the shelf life": (YES, YES, YES, NO, NO, None, None, NO, None),
    "after its shelf life": (YES, YES, YES, NO, NO, None, None, YES, YES),
}


@pytest.mark.parametrize("name", SAID)
def test_an_order_can_say_who_bought_how_it_was_paid_and_what_ends_when(name):
    order = Order(("durable",), NOW - timedelta(days=3), NOW, beijing("2026-06-01T23:00"), **SAID[name])
    assert tuple(says(kind, order) for kind in Condition) == SAYS_OF_MORE[name]


def facts_of(dispute):
    return list(dispute.facts.order_by("no").values_list("row__key", flat=True))


def test_a_ground_that_the_law_gives_to_other_goods_is_refused_with_the_article(court):
    refusals = [
        (slug, {"tags": ("clothing",)}, "article") for slug in ("durable_defect", "food_standard", "knowing_buyer")
    ]
    refusals += [
        ("durable_defect", {"tags": ("durable",), "bought_as": "business"}, "Consumer Rights Law, article 2)"),
        ("return_excluded", {"bought_as": "business"}, "Consumer Rights Law, article 2)"),
        ("unauthorised_payment", {"paid_by": "cash_on_delivery"}, "E-Commerce Law, article 57(2)"),
    ]
    for slug, order, article in refusals:
        with translation.override("en"), pytest.raises(Invalid) as refused:
            court.open(slug, **order)
        (error,) = refused.value.errors
        assert (error.pointer, error.code) == ("/ground", "does-not-apply")
        assert article in str(error.message)


def test_what_the_platform_says_of_warranty_payment_and_purpose_is_on_page_api_and_file(court):
    until = court.now.date() + timedelta(days=100)
    dispute = court.joined("warranty_start", warranty_until=until, paid_by="wallet", bought_as="consumer")
    assert facts_of(dispute) == ["real_price", "fault"], "the platform says that the warranty runs"
    for path, who in (("/disputes/", court.bob), ("/disputes/", court.alice), ("/workbench/disputes/", court.mia)):
        page = Visitor(who, "zh-hans").sees(f"{path}{dispute.ref}/")
        for word in (
            "质量保证期至",
            f"{until.year}年{until.month}月{until.day}日",
            "钱包或者其他支付服务",
            "为生活消费需要",
        ):
            assert word in page, (path, word)
    order = OrderOutput(dispute).data
    assert (order["warranty_until"], order["best_before"]) == (until.isoformat(), None)
    assert (order["paid_by"]["code"], order["bought_as"]["code"]) == ("wallet", "consumer")


def test_a_business_that_buys_is_told_no_sum_of_the_law_of_consumers(court):
    kinds = [each.sum.kind for each in queries.statutory_notes(court.joined("counterfeit"))]
    assert kinds == ["fraud"]
    assert queries.statutory_notes(court.joined("counterfeit", bought_as="business")) == []


def left_silent(court, slug, **more):
    """Every bearer stays silent for ninety days."""
    dispute = court.joined(slug, **more)
    court.pass_time(court.now + timedelta(days=90))
    return fresh(dispute)


def test_the_fault_of_a_shirt_is_not_presumed_by_time(court):
    dispute = left_silent(court, "durable_defect", title="纯棉短袖T恤", tags=())
    defect = dispute.facts.get(row__key="defect")
    assert (defect.was_left_silent, defect.established) == (True, None)


def test_the_fault_of_durable_goods_within_six_months_is_presumed(court):
    dispute = left_silent(court, "durable_defect", tags=("durable",))
    assert facts_of(dispute) == ["defect"], "kind and dates stand in the order"
    assert (dispute.facts.get().state, commands.derived_of(dispute).supported) == ("PRESUMED", True)


def test_nothing_is_paid_on_silence_for_what_was_noticed_190_days_after_receipt(court):
    """民法典 621(2)."""
    received, placed = court.now - timedelta(days=190), court.now - timedelta(days=195)
    with_table = court.table.version.effective_from <= placed
    more = {"received_at": received, **({"placed_at": placed} if with_table else {})}
    late = left_silent(court, "short_or_wrong", **more)
    assert commands.derived_of(late).supported is False
    soon = left_silent(court, "short_or_wrong", received_at=court.now - timedelta(days=3))
    assert facts_of(soon) == ["complete"]
    assert commands.derived_of(soon).supported is True


@pytest.mark.parametrize(
    ("days", "remedy", "at_issue"),
    [
        (7, "RETURN_AND_REFUND", ["nonconforming"]),
        (20, "RETURN_AND_REFUND", ["nonconforming", "may_return"]),
        (None, "RETURN_AND_REFUND", ["nonconforming", "may_return"]),
        (20, "REPAIR", ["nonconforming"]),
    ],
)
def test_after_seven_days_a_return_needs_more_than_a_fault(court, days, remedy, at_issue):
    """消保法 24(1)."""
    received = None if days is None else court.now - timedelta(days=days)
    assert facts_of(court.open("quality", remedy=remedy, received_at=received)) == at_issue


def test_damages_of_food_are_argued_only_where_they_are_claimed(court):
    assert facts_of(court.open("food_standard", tags=("food",))) == ["bought", "meets_standard"]
    claimed = court.open("food_standard", tags=("food",), remedy="COMPENSATE", amount=299_000)
    assert facts_of(claimed) == ["bought", "meets_standard", "harm", "other_cause", "label_only", "knew"]


# — what the law only allows —


@pytest.mark.parametrize(
    "slug", ["quality", "not_as_described", "counterfeit", "price", "promise", "self_operated", "merchant_measure"]
)
def test_no_clock_infers_what_the_law_only_allows(court, slug):
    """证据规定 95, 民诉法解释 112 and 预付 25 say 可以."""
    step = StepRow.objects.get(fact__ground__slug=slug, fact__no=1, silence_is_for_a_person=True)
    dispute = court.joined(slug)
    for rung in step.fact.steps.filter(no__lt=step.no):
        court.prove(dispute, 1, court.actor_for(rung.bearer, slug), court.now)
    court.pass_time(court.now + timedelta(days=90))
    found = fact(dispute, 1)
    assert (found.was_left_silent, found.established, found.step.no) == (True, None, step.no)
    assert fresh(dispute).state == "DELIBERATING"


def test_a_table_of_before_infers_by_no_clock_either(court, monkeypatch):
    """Published by 0.1.0, where an adverse inference ran by time: its disputes go on, and a person rules."""
    monkeypatch.setattr(burden, "faults_of", lambda *_: [])
    (quality,) = (g for g in GROUNDS if g.slug == "quality")
    facts = [replace(f, steps=tuple(replace(s, silence_is_for_a_person=False) for s in f.steps)) for f in quality.facts]
    start = court.now - timedelta(days=20)
    code = make.publish_rule(court.platform, now=start - timedelta(days=30), start=start)
    commands.publish_burden_table(
        actor=court.platform,
        version_id=RuleVersion.objects.get(rule__code=code).pk,
        grounds=[replace(quality, facts=tuple(facts))],
        now=start - timedelta(days=30),
    )
    dispute = court.joined("quality")
    assert not fact(dispute, 1).row.steps.filter(silence_is_for_a_person=True).exists()
    court.prove(dispute, 1, court.bob, court.now)
    court.pass_time(court.now + timedelta(days=90))
    assert fact(dispute, 1).was_left_silent
    inferred = lambda: FactAtIssue.objects.filter(dispute=dispute, no=1).update(  # noqa: E731
        state="ADVERSE_INFERENCE", established=True, bearer=None
    )
    assert_refused("inference_is_drawn_by_a_person", inferred)

    later = court.now + timedelta(days=91)
    rule = {"actor": court.mia, "ref": dispute.ref, "fact_no": 1, "reasons": "卖家持有进货凭证而不提供。", "now": later}
    commands.rule_fact(**rule, proved=True)
    assert fact(dispute, 1).state == "ADVERSE_INFERENCE"


def test_a_ruling_is_to_the_standard_of_who_bears_the_burden(court):
    """The last to speak only had to raise a doubt; the fact itself still has to be highly probable (民诉法解释 108)."""
    dispute = court.joined("promise")
    court.prove(dispute, 1, court.bob, court.now)
    court.prove(dispute, 1, court.alice, court.now)
    court.pass_time(court.now + timedelta(days=40))
    later = court.now + timedelta(days=40)
    row = commands.rule_fact(actor=court.mia, ref=dispute.ref, fact_no=1, proved=True, reasons="页面写明。", now=later)
    assert (fact(dispute, 1).step.standard, row.standard) == ("REASONABLE_DOUBT", "HIGH_PROBABILITY")
    assert fact(dispute, 1).step.only_rebuts
    assert fact(dispute, 1).step.bearer == Side.RESPONDENT


# — where it is read —


def test_the_page_of_the_table_says_who_only_answers_what_may_follow_and_that_nobody_signed(court, client):
    page = client.get(reverse("disputes:burden")).content.decode()
    for mark in ("unsigned", "force", "part", "applies-if", "arises-unless", "only-if-claimed"):
        assert f'data-testid="{mark}"' in page, mark


def test_the_api_says_the_same(court):
    rows = BurdenTableOutput(queries.table_in_force(court.now)).data
    assert rows["is_signed_by_counsel"] is False
    grounds = {ground["slug"]: ground for ground in rows["grounds"]}
    assert grounds["durable_defect"]["applies_if"]["code"] == "DURABLE"
    timely, defect = grounds["durable_defect"]["facts"]
    assert timely["arises_unless"]["code"] == "SIX_MONTHS"
    assert defect["steps"][0]["silence"]["if_order_says"]["code"] == "DURABLE"
    first, second, _third = grounds["quality"]["facts"][0]["steps"]
    assert (first["only_rebuts"], second["only_rebuts"]) == (False, True)
    assert (first["silence"]["is_for_a_person"], second["silence"]["is_for_a_person"]) == (False, True)
    assert grounds["ip_notice"]["facts"][0]["steps"][2]["days"] == 15
