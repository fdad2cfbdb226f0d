"""What a determination may order, and whether it says truly where it departs and on what it rests."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import translation

from casework import outbox
from casework.errors import Invalid
from disputes import commands, queries
from disputes.choices import Effect
from disputes.default_table import GROUNDS, RELAXATIONS
from disputes.proof import BilingualText
from rules.models import RuleVersion
from tests import factories as make
from tests.disputes.building import fact, fresh

pytestmark = [pytest.mark.django_db, pytest.mark.once]
PRICE = 29_900
GONE = {"goods_are": "NOT_DELIVERED", "goods_are_reason": "没有送到。"}


@pytest.fixture
def silent(court):
    """Everything is found for the buyer, since the seller showed nothing."""
    return silent_in(court, "return_excluded")


def silent_in(court, slug, **more):
    dispute = court.joined(slug, **more)
    court.pass_time(court.now + timedelta(days=30))
    assert fresh(dispute).state == "DELIBERATING"
    return fresh(dispute)


def determine(court, dispute, remedy, amount=PRICE, payer="RESPONDENT", **changes):
    values = {"departure_reasons": "另有理由。", "confirmed_stakes": True} | changes
    said = {"remedy": remedy, "amount_minor": amount, "payer": payer}
    court.determine(dispute, now=court.now + timedelta(days=30), **said, **values)
    return dispute.determinations.get()


def refused_at(court, dispute, *args, **changes):
    with pytest.raises(Invalid) as error:
        determine(court, dispute, *args, **changes)
    return [e.pointer for e in error.value.errors]


# — large sums —


@pytest.mark.parametrize(("amount", "stakes"), [(499_999, []), (500_000, ["amount"]), (500_001, ["amount"])])
def test_from_the_sum_on_that_is_set_a_person_confirms_separately(court, settings, amount, stakes):
    settings.CONFIRM_ABOVE_MINOR = 500_000
    dispute = silent_in(court, "not_received", amount=amount, amount_minor=amount)

    assert list(commands.derived_of(dispute).stakes) == stakes
    assert list(queries.derived_outcome(dispute).stakes) == stakes
    if stakes:
        assert refused_at(court, dispute, "REFUND", amount, confirmed_stakes=False, **GONE) == ["/confirmed_stakes"]
    ruled = determine(court, dispute, "REFUND", amount, confirmed_stakes=bool(stakes), **GONE)
    assert ruled.amount_minor == amount


@pytest.mark.parametrize(("amount", "is_large"), [(499_999, False), (500_000, True), (500_001, True)])
def test_a_sum_that_nobody_claimed_is_large_from_there_on_too(court, settings, amount, is_large):
    settings.CONFIRM_ABOVE_MINOR = 500_000
    dispute = silent_in(court, "not_received")
    draft = commands.DeterminationDraft("SUPPORTED", "r", {}, remedy="REFUND", amount_minor=amount)

    found = commands.stakes_of(dispute, draft, commands.derived_of(dispute))

    assert ("amount" in found) is is_large


# — no refund without return under another name —


@pytest.mark.parametrize("remedy", ["REFUND", "PARTIAL_REFUND", "COMPENSATE"])
def test_the_whole_price_without_the_goods_says_why_the_buyer_has_none(court, silent, remedy):
    assert refused_at(court, silent, remedy) == ["/goods_are"]
    assert refused_at(court, silent, remedy, PRICE + 1) == ["/amount_minor", "/goods_are"]
    assert refused_at(court, silent, remedy, goods_are="NOT_DELIVERED") == ["/goods_are_reason"]
    assert refused_at(court, silent, remedy, **(GONE | {"goods_are": "WITH_BUYER"})) == ["/goods_are"]
    assert determine(court, silent, remedy, **GONE).goods_are == "NOT_DELIVERED"


@pytest.mark.parametrize(
    "terms",
    [
        {"remedy": "REFUND", "amount": PRICE - 1},
        {"remedy": "REFUND", "payer": "PLATFORM"},
        {"remedy": "RETURN_AND_REFUND", "goods_back": True},
        {"remedy": "REFUND", "goods_back": True},
    ],
    ids=["a part", "the platform pays", "the goods go back", "a refund and the goods go back"],
)
def test_nothing_is_said_of_goods_where_no_merchant_loses_both(court, silent, terms):
    assert determine(court, silent, **terms).goods_are == ""


def conceded(court, slug, remedy="COMPENSATE"):
    """Every fact is conceded to the claimant."""
    dispute = court.joined(slug, remedy=remedy)
    for no in range(1, dispute.facts.count() + 1):
        if not fact(dispute, no).is_settled:
            commands.admit_fact(actor=court.actor_for("RESPONDENT", slug), ref=dispute.ref, fact_no=no, now=court.now)
    return fresh(dispute)


LAW = {"no_return_ground": "necessity", "no_return_reason": "人身损害赔偿，《民法典》第一千一百七十九条。"}


@pytest.mark.parametrize("slug", ["not_as_described", "late_shipment", "injury"])
@pytest.mark.parametrize("amount", [PRICE, 3 * PRICE])
def test_compensation_of_the_whole_price_is_a_refund_without_return_by_another_name(court, slug, amount):
    """办法 27(1)[1]: what counts is what happens, even where the table gives compensation."""
    dispute = conceded(court, slug)
    assert refused_at(court, dispute, "COMPENSATE", amount) == ["/goods_are"]
    assert refused_at(court, dispute, "COMPENSATE", amount, no_return_ground="consent") == ["/no_return_ground"]
    assert refused_at(court, dispute, "COMPENSATE", amount, no_return_ground="necessity") == ["/no_return_ground"]
    assert determine(court, dispute, "COMPENSATE", amount, **LAW).no_return_ground == "necessity"


def test_less_than_the_price_is_compensation_and_has_no_such_ground(court):
    dispute = conceded(court, "not_as_described")
    assert refused_at(court, dispute, "COMPENSATE", PRICE - 1, **LAW) == ["/no_return_ground"]
    assert determine(court, dispute, "COMPENSATE", PRICE - 1).amount_minor == PRICE - 1


def test_damages_on_top_of_a_return_stay_possible(court):
    made = determine(court, conceded(court, "not_as_described"), "COMPENSATE", goods_back=True, departure_reasons="")
    assert (made.goods_back, made.no_return_ground, made.departs) == (True, "", False)


def test_the_letter_says_where_the_goods_are(court, silent):
    determine(court, silent, "REFUND", **GONE)
    now = queries.letter_of(court.bob, fresh(silent), language="en").parts[6].lines
    assert any("No goods go back: never delivered. 没有送到。" in line for line in now)


# — a ground of a refund without return is nobody's but the payer's —


def test_a_ground_is_given_only_for_a_refund_without_return(court, silent):
    for remedy in ("REFUND", "PARTIAL_REFUND"):
        assert "/no_return_ground" in refused_at(court, silent, remedy, 100, no_return_ground="consent")
        assert "/no_return_ground" in refused_at(court, silent, remedy, 100, no_return_reason="r")
    for ground in ("consent", "necessity"):
        changes = {"payer": "PLATFORM", "no_return_ground": ground, "no_return_reason": "r"}
        assert refused_at(court, silent, "REFUND_NO_RETURN", **changes) == ["/no_return_ground"]
    assert refused_at(court, silent, "REFUND_NO_RETURN", no_return_ground="platform_funded") == ["/no_return_ground"]
    made = determine(court, silent, "REFUND_NO_RETURN", payer="PLATFORM", no_return_ground="platform_funded")
    assert made.no_return_ground == "platform_funded"


# — a departure is not hidden —


@pytest.mark.parametrize("change", [{"payer": "CLAIMANT"}, {"payer": "PLATFORM"}, {"goods_back": True}])
def test_another_payer_or_another_way_of_the_goods_is_a_departure(court, change):
    dispute = silent_in(court, "not_received")
    terms = {**({} if change.get("goods_back") else GONE), **change}
    assert refused_at(court, dispute, "REFUND", **terms, departure_reasons="") == ["/departure_reasons"]
    assert determine(court, dispute, "REFUND", **terms).departs


def test_what_the_table_derives_is_no_departure(court):
    dispute = silent_in(court, "not_received")
    assert not determine(court, dispute, "REFUND", **GONE, departure_reasons="").departs


# — what a fact against the claimant leaves of the claim —


def knew(court, remedy, amount, **order):
    """Unsafe food, and a buyer who knew and bought more than a household needs."""
    dispute = court.joined("knowing_buyer", remedy=remedy, amount=amount, **order)
    commands.admit_fact(actor=court.alice, ref=dispute.ref, fact_no=1, now=court.now)
    commands.admit_fact(actor=court.alice, ref=dispute.ref, fact_no=2, now=court.now)
    commands.admit_fact(actor=court.bob, ref=dispute.ref, fact_no=3, now=court.now)
    assert fresh(dispute).state == "DELIBERATING"
    return fresh(dispute)


def refuse(court, dispute, **changes):
    draft = commands.DeterminationDraft(
        "NOT_SUPPORTED", "r", {1: "s", 2: "s", 3: "s"}, confirmed_stakes=True, **changes
    )
    return commands.determine_dispute(actor=court.mia, ref=dispute.ref, draft=draft, now=court.now)


def test_a_knowing_buyer_is_not_refused_the_price_without_a_reason(court):
    dispute = knew(court, "REFUND", PRICE)
    derived = commands.derived_of(dispute)
    assert (derived.supported, derived.amount_minor, derived.against_claimant) == (True, PRICE, (3,))
    with pytest.raises(Invalid) as error:
        refuse(court, dispute)
    assert [e.pointer for e in error.value.errors] == ["/departure_reasons"]
    assert not determine(court, dispute, "REFUND", departure_reasons="", **GONE).departs
    letter = queries.letter_of(court.bob, fresh(dispute), language="en").parts[6].lines
    assert any(line.startswith("3. The price is refunded all the same.") for line in letter)


@pytest.mark.parametrize(
    ("outcome", "remedy", "amount", "departs"),
    [
        ("PARTLY", "REFUND", PRICE, False),
        ("PARTLY", "COMPENSATE", PRICE, False),
        ("PARTLY", "COMPENSATE", 10 * PRICE - 1, False),
        ("SUPPORTED", "COMPENSATE", 10 * PRICE, False),
        ("PARTLY", "COMPENSATE", PRICE - 1, True),
        ("SUPPORTED", "COMPENSATE", PRICE, True),
        ("PARTLY", "COMPENSATE", 10 * PRICE + 1, True),
        ("PARTLY", "PARTIAL_REFUND", PRICE, True),
    ],
)
def test_any_sum_between_the_price_and_the_claim_follows_the_table(court, outcome, remedy, amount, departs):
    dispute = knew(court, "COMPENSATE", 10 * PRICE)
    derived = commands.derived_of(dispute)
    assert (derived.limited_by, derived.at_least_minor, derived.at_most_minor) == ((3,), PRICE, 10 * PRICE)
    assert queries.derived_outcome(dispute) == derived
    draft = commands.DeterminationDraft(outcome, "r", {}, remedy=remedy, amount_minor=amount, payer="RESPONDENT")
    assert commands.departs_from(dispute, draft, derived) is departs


def test_the_system_proposes_no_sum_that_a_person_has_to_name(court, settings):
    settings.TABLE_PROPOSALS = True
    dispute = court.joined("warranty_start", remedy="RETURN_AND_REFUND")
    commands.admit_fact(actor=court.alice, ref=dispute.ref, fact_no=1, now=court.now)
    commands.admit_fact(actor=court.bob, ref=dispute.ref, fact_no=2, now=court.now)
    commands.admit_fact(actor=court.alice, ref=dispute.ref, fact_no=3, now=court.now)
    assert commands.derived_of(fresh(dispute)).limited_by == (2,)
    while outbox.sweep(now=court.now):
        pass
    assert not fresh(dispute).offers.exists()


def test_a_dispute_keeps_the_effects_of_the_table_that_it_began_under(court):
    """A later table, in which the same fact bars the claim, rules only over orders placed under it."""
    before = knew(court, "REFUND", PRICE)
    start = court.now - timedelta(days=5)
    code = make.publish_rule(court.platform, now=start - timedelta(days=30), start=start)
    plain = {"effect": Effect.BARS, "part": (), "follows": BilingualText("", "")}
    grounds = [
        replace(g, facts=tuple(replace(f, **plain) if f.key == "buyer_knew" else f for f in g.facts)) for g in GROUNDS
    ]
    commands.publish_burden_table(
        actor=court.platform,
        version_id=RuleVersion.objects.get(rule__code=code).pk,
        grounds=grounds,
        relaxations=RELAXATIONS,
        now=start - timedelta(days=30),
    )
    after = knew(court, "REFUND", PRICE, placed_at=court.now - timedelta(days=2), received_at=None)

    assert before.table_id != after.table_id
    assert commands.derived_of(fresh(before)).supported is True
    assert commands.derived_of(after).barred_by == (3,)
    assert refuse(court, after).state == "DETERMINED"


def test_what_the_law_only_allows_waits_for_a_person(court):
    """预付式消费解释 25: the consumer's figure may be adopted where the business withholds its records."""
    dispute = silent_in(court, "prepaid_balance")
    found = fact(dispute, 1)
    assert (found.was_left_silent, found.established, str(found.bearer)) == (True, None, "RESPONDENT")
    with translation.override("en"):
        timeline = [entry.text for entry in queries.timeline_of(court.mia, dispute)]
    assert any("it waits for a ruling" in text for text in timeline)
    later = court.now + timedelta(days=30)
    commands.rule_fact(actor=court.mia, ref=dispute.ref, fact_no=1, proved=True, reasons="拒不提交。", now=later)
    assert commands.derived_of(fresh(dispute)).supported is True


# — the platform and the respondent are one where it is complained of —


def test_the_letter_says_that_the_platform_showed_what_was_found_for_it(court):
    dispute = court.joined("self_operated")
    court.prove(dispute, 1, court.bob, court.now)
    court.prove(dispute, 1, court.carl, court.now + timedelta(hours=1))
    assert fact(dispute, 1).awaits_ruling
    later = court.now + timedelta(days=5)
    court.pass_time(later)
    commands.rule_fact(actor=court.mia, ref=dispute.ref, fact_no=1, proved=False, reasons="页面写明。", now=later)
    draft = commands.DeterminationDraft("NOT_SUPPORTED", "r", {1: "s"}, confirmed_stakes=True)
    commands.determine_dispute(actor=court.mia, ref=dispute.ref, draft=draft, now=later)

    proof = queries.letter_of(court.bob, fresh(dispute), language="en").parts[3].lines[0]
    assert "for the platform to show" in proof
    assert "; shown. It speaks for the platform." in proof


# — wording (办法 art. 30; a party's own words are never held up) —

FORBIDDEN = "本决定为终局决定，双方不得再起诉。"


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [({"reasons": FORBIDDEN}, "/reasons"), ({"departure_reasons": FORBIDDEN}, "/departure_reasons")],
)
def test_a_determination_bars_nobody_from_going_on(court, silent, changes, pointer):
    values = {"reasons": "r", "departure_reasons": "另有理由。", "confirmed_stakes": True} | changes
    draft = commands.DeterminationDraft(
        "SUPPORTED",
        sentences={f.no: "s" for f in silent.facts.all()},
        remedy="RETURN_AND_REFUND",
        amount_minor=PRICE,
        payer="RESPONDENT",
        goods_back=True,
        **values,
    )

    with pytest.raises(Invalid) as error:
        commands.determine_dispute(actor=court.mia, ref=silent.ref, draft=draft, now=court.now + timedelta(days=30))

    assert {(e.pointer, e.code) for e in error.value.errors} == {(pointer, "forbidden-phrase")}
    assert not silent.determinations.exists()
