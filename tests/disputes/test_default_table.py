"""The default table is whole in both languages and bears as the law says; a broken one is found out."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from itertools import pairwise

import pytest
from django.conf import settings
from django.core.management import call_command

from casework.errors import Invalid
from disputes import commands
from disputes.choices import (
    CONSUMERS,
    BasisKind,
    Condition,
    Effect,
    Family,
    Remedy,
    Role,
    Side,
    SourceConfidence,
    Stake,
    Standard,
)
from disputes.default_table import GROUNDS, RELAXATIONS
from disputes.default_table.law import cited
from disputes.machine import FactState
from disputes.models import BurdenTable
from disputes.outcome import Derived, derive, finding_of
from disputes.proof import BilingualText, FactDraft, GroundDraft, StepDraft, faults_of, found_for, is_same_side, role_of
from disputes.statutes import STATUTES, statutes_cited
from rules.laws.citing import articles_cited, chinese_number, number_of
from rules.models import RuleVersion
from tests import factories as make
from tests.disputes.building import LOOSE

pytestmark = pytest.mark.once

HANZI = re.compile(r"[\u4e00-\u9fff]")
FULL_WIDTH = re.compile(r"[\u3000-\u303f\uff00-\uffef\u4e00-\u9fff]")
BY_SLUG = {ground.slug: ground for ground in GROUNDS}

SLUGS = {
    "BOP-01": "not_received", "BOP-02": "handed_to_others", "BOP-03": "short_or_wrong", "BOP-04": "damaged",
    "BOP-05": "durable_defect", "BOP-06": "quality", "BOP-07": "food_standard", "BOP-08": "knowing_buyer",
    "BOP-09": "not_as_described", "BOP-10": "counterfeit", "BOP-11": "not_intact", "BOP-12": "return_excluded",
    "BOP-13": "return_window", "BOP-14": "returned_parcel", "BOP-15": "refund_delayed", "BOP-16": "late_shipment",
    "BOP-17": "price", "BOP-18": "promise", "BOP-19": "service_not_rendered", "BOP-20": "prepaid_balance",
    "BOP-21": "unauthorised_payment", "BOP-22": "minor", "BOP-23": "injury", "BOP-24": "live_room_not_seller",
    "BOP-25": "self_operated", "BOP-26": "off_platform", "BOP-27": "gift", "BOP-28": "freight",
    "BOP-29": "warranty_start", "BOP-30": "private_seller", "BOP-31": "bad_faith_buyer", "BOP-32": "ip_notice",
    "BOP-33": "merchant_measure", "BOP-34": "consumer_restriction",
    "BOP-35": "membership", "BOP-36": "unequal_price",
}  # fmt: skip
KEYS = {
    "not_received": ["delivered"],
    "short_or_wrong": ["complete", "notified"],
    "damaged": ["undamaged_at_signing", "notified", "may_return"],
    "durable_defect": ["timely", "defect"],
    "quality": ["nonconforming", "may_return"],
    "food_standard": ["bought", "meets_standard", "harm", "other_cause", "label_only", "knew"],
    "counterfeit": ["genuine", "no_deceit"],
    "not_intact": ["not_intact"],
    "return_excluded": ["excluded"],
    "prepaid_balance": ["balance"],
    "unauthorised_payment": ["user_at_fault", "authorised"],
    "live_room_not_seller": ["seller_labelled", "answers_anyway"],
}
STATUTORY = {
    ("durable_defect", "defect"): Role.SELLER,
    ("food_standard", "meets_standard"): Role.PRODUCER,
    ("knowing_buyer", "meets_standard"): Role.PRODUCER,
    ("knowing_buyer", "buyer_knew"): Role.PRODUCER,
    ("food_standard", "other_cause"): Role.PRODUCER,
    ("counterfeit", "no_deceit"): Role.SELLER,
    ("unauthorised_payment", "user_at_fault"): Role.PAYMENT_PROVIDER,
    ("live_room_not_seller", "seller_labelled"): Role.LIVE_ROOM,
    ("warranty_start", "real_price"): Role.SELLER,
    ("injury", "exempt"): Role.PRODUCER,
}
"""Whose burden a cited article lays on whom, written down once more beside the code."""
SAID_BY_THE_LAW = (5, 7, 8, 10, 21, 22, 23, 24, 29, 32, 33, 34)
FROM_PRACTICE = (3, 4, 6, 10)
RETURNS = (11, 12, 13, 14, 15, 28)
STAKES = {
    7: {Stake.SAFETY, Stake.PUNITIVE},
    8: {Stake.SAFETY, Stake.PUNITIVE},
    10: {Stake.FRAUD, Stake.PUNITIVE},
    17: {Stake.FRAUD},
    23: {Stake.SAFETY},
    31: {Stake.FRAUD},
}


def code(number: int) -> str:
    return f"BOP-{number:02}"


def fact_of(slug: str, key: str) -> FactDraft:
    return next(fact for fact in BY_SLUG[slug].facts if fact.key == key)


def steps() -> list[tuple[GroundDraft, FactDraft, StepDraft]]:
    return [(ground, fact, step) for ground in GROUNDS for fact in ground.facts for step in fact.steps]


def texts(value: object, at: str) -> Iterator[tuple[str, BilingualText]]:
    if isinstance(value, BilingualText):
        yield at, value
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts(getattr(value, field.name), f"{at}/{field.name}")
    elif isinstance(value, tuple):
        for no, item in enumerate(value):
            yield from texts(item, f"{at}/{no}")


EVERY_TEXT = [
    *(text for ground in GROUNDS for text in texts(ground, ground.code)),
    *(text for relief in RELAXATIONS for text in texts(relief, f"relief of {relief.ground}")),
]


def derived(
    ground: GroundDraft,
    established: list[bool | None],
    *,
    remedy: str = "",
    amount: int | None = None,
    silent: tuple[int, ...] = (),
) -> Derived:
    """What follows when the facts are found true or false, in their order; `silent`: numbers presumed by silence."""

    def state(no: int, true: bool | None) -> str:
        if true is None:
            return FactState.ALLEGED
        return FactState.PRESUMED if no in silent else FactState.PROVED if true else FactState.NOT_PROVED

    return derive(
        [
            finding_of(fact, no, fact.favours, state(no, true), true)
            for no, (fact, true) in enumerate(zip(ground.facts, established, strict=True), 1)
        ],
        claim_remedy=remedy or ground.default_remedy,
        claim_amount_minor=amount,
        order_amount_minor=100,
        remedies=ground.remedies,
        default_remedy=ground.default_remedy,
        stakes=ground.stakes,
        amount_needs_person_minor=1_000_000,
    )


def outcome(ground: GroundDraft, established: list[bool]) -> bool | None:
    """Whether the claim holds when the facts are found true or false, in their order."""
    return derived(ground, list(established)).supported


# — the table as a whole —


def test_thirty_six_grounds_in_order_with_unique_slugs():
    assert [(ground.code, ground.slug) for ground in GROUNDS] == list(SLUGS.items())
    assert len(GROUNDS) == len(BY_SLUG) == 36


def test_facts_that_others_rely_on_have_their_keys():
    assert {slug: [fact.key for fact in BY_SLUG[slug].facts] for slug in KEYS} == KEYS
    assert fact_of("handed_to_others", "consented")
    assert fact_of("knowing_buyer", "buyer_knew")
    assert fact_of("warranty_start", "real_price")


def test_the_table_and_its_reliefs_may_be_published():
    assert faults_of(GROUNDS, RELAXATIONS) == []


def test_every_family_of_the_form_leads_to_a_ground():
    assert {ground.family for ground in GROUNDS} == set(Family)


def test_every_text_is_there_in_both_languages():
    def is_whole(text):
        trimmed = text.zh == text.zh.strip() and text.en == text.en.strip() != ""
        return trimmed and HANZI.search(text.zh) and not FULL_WIDTH.search(text.en)

    some = ("/presumption", "/follows")
    said = [(at, t) for at, t in EVERY_TEXT if not (at.endswith(some) and t == BilingualText("", ""))]
    assert len(said) > 400, "only some steps start from a presumption, and only some facts do not bar the claim"
    assert [(at, text) for at, text in said if not is_whole(text)] == []


def test_texts_fit_their_columns():
    for ground in GROUNDS:
        assert max(len(ground.title.zh), len(ground.title.en)) <= 200
        assert max(len(name) for name in (ground.slug, *(fact.key for fact in ground.facts))) <= 40


def test_words_for_lay_people_address_nobody():
    assert [at for at, text in EVERY_TEXT if "您" in text.zh or re.search(r"\byou(r)?\b", text.en.lower())] == []


def test_sources_are_labelled():
    seen = {ground.code: ground.confidence for ground in GROUNDS}
    assert seen.pop("BOP-02") == SourceConfidence.SUMMARY_SEEN, "of lockers only a press report was read"
    assert seen.pop("BOP-36") == SourceConfidence.UNVERIFIED, "of unequal prices no table was read"
    assert seen.pop("BOP-35") == SourceConfidence.UNVERIFIED, "of memberships no table was read"
    assert set(seen.values()) == {SourceConfidence.TEXT_SEEN}


# — who bears what —


@pytest.mark.parametrize(("slug", "key"), STATUTORY)
def test_a_statutory_burden_lies_on_the_trader_alone(slug, key):
    ground, fact = BY_SLUG[slug], fact_of(slug, key)
    decisive = next(step for step in fact.steps if found_for(fact.favours, step.silence_establishes) is Side.CLAIMANT)
    assert decisive is fact.steps[0]
    assert role_of(ground, decisive.bearer) == STATUTORY[slug, key]
    assert decisive.basis_kind == BasisKind.EXPLICIT
    assert not {role_of(ground, step.bearer) for step in fact.steps} & CONSUMERS
    assert role_of(ground, fact.persuasion_on) == STATUTORY[slug, key]


def test_the_consumer_shows_only_purchase_receipt_and_discovery_before_the_six_month_rule():
    (timely,) = fact_of("durable_defect", "timely").steps
    assert (timely.bearer, timely.standard) == (Side.CLAIMANT, Standard.PRIMA_FACIE)
    assert timely.basis_kind == BasisKind.DERIVED
    (defect,) = fact_of("durable_defect", "defect").steps
    assert defect.rebuts
    assert (defect.if_silent, defect.silence_establishes) == (FactState.PRESUMED, True)


def test_the_rows_said_by_the_law_have_a_step_that_says_so_and_no_other_pretends_to_be():
    explicit = {ground.code for ground, _, step in steps() if step.basis_kind == BasisKind.EXPLICIT}
    assert explicit == {code(number) for number in SAID_BY_THE_LAW}


def test_steps_taken_from_practice_are_labelled_and_say_so():
    practised = {ground.code for ground, _, step in steps() if step.basis_kind == BasisKind.PRACTICE}
    assert practised == {code(number) for number in FROM_PRACTICE}
    for _, _, step in steps():
        assert ("通行做法" in step.basis.zh) is (step.basis_kind == BasisKind.PRACTICE)
        assert ("marketplace practice" in step.basis.en) is (step.basis_kind == BasisKind.PRACTICE)


def test_silence_speaks_against_whoever_is_silent():
    for ground, fact, step in steps():
        own = Side.RESPONDENT if ground.respondent_role == Role.PLATFORM else Side.PLATFORM
        silent = {step.bearer, own} if step.bearer is Side.PLATFORM else {step.bearer}
        assert found_for(fact.favours, step.silence_establishes) not in silent, (ground.code, fact.key)
        assert step.rebuts is step.silence_establishes, (ground.code, fact.key)


def test_a_step_rebuts_when_its_bearer_stands_against_the_fact():
    for ground, fact, step in steps():
        assert step.rebuts is (step.bearer is not fact.favours), (ground.code, fact.key)


def test_a_ladder_passes_from_side_to_side():
    for ground, fact, _ in steps():
        bearers = [step.bearer for step in fact.steps]
        if ground.respondent_role != Role.PLATFORM:  # a platform shows two things about a measure before it is answered
            assert all(one is not next_one for one, next_one in pairwise(bearers)), ground.code


def test_only_bad_faith_is_proved_beyond_reasonable_doubt():
    strict = {ground.code for ground, _, step in steps() if step.standard == Standard.BEYOND_REASONABLE_DOUBT}
    assert strict == {"BOP-31"}


def test_first_showings_of_quality_and_fakes_come_in_three_steps():
    for slug in ("quality", "counterfeit", "ip_notice"):
        ladder = BY_SLUG[slug].facts[0].steps
        assert [step.bearer for step in ladder] == [Side.CLAIMANT, Side.RESPONDENT, Side.CLAIMANT]
        bears = ladder[0].bearer is BY_SLUG[slug].facts[0].persuasion_on
        assert ladder[0].standard == (Standard.PRIMA_FACIE if bears else Standard.REASONABLE_DOUBT)


def test_hours_are_the_published_ones():
    assert {step.hours for _, _, step in steps()} == {48, 72, 240, 360}
    assert [ground.code for ground, _, step in steps() if step.hours == 360] == ["BOP-32"]
    assert {step.hours for _, _, step in steps() if step.bearer is Side.PLATFORM} == {48}


def test_roles_where_the_parties_are_not_buyer_and_seller():
    roles = {slug: (ground.claimant_role, ground.respondent_role) for slug, ground in BY_SLUG.items()}
    assert roles["bad_faith_buyer"] == (Role.SELLER, Role.BUYER)
    assert roles["ip_notice"] == (Role.RIGHT_HOLDER, Role.MERCHANT)
    assert roles["merchant_measure"] == (Role.MERCHANT, Role.PLATFORM)
    assert roles["consumer_restriction"] == (Role.CONSUMER, Role.PLATFORM)


# — what follows —


@pytest.mark.parametrize("ground", GROUNDS, ids=lambda ground: ground.slug)
def test_a_claim_holds_when_every_fact_speaks_for_the_claimant_and_falls_by_one_that_bars_it(ground):
    won = [found_for(fact.favours, True) is Side.CLAIMANT for fact in ground.facts]
    assert outcome(ground, won) is True
    for no, fact in enumerate(ground.facts):
        found = [true is not (no == at) for at, true in enumerate(won)]
        assert outcome(ground, found) is ((ground.slug, fact.key) in LOOSE), fact.key


def test_a_knowing_buyer_of_unsafe_food_still_gets_the_price_back():
    """惩罚性赔偿解释 12: only the punitive part is limited, to what lies within household need."""
    ground, knew = BY_SLUG["knowing_buyer"], [True, False, True]
    price = derived(ground, knew, remedy=Remedy.REFUND, amount=100)
    assert (price.supported, price.remedy, price.amount_minor, price.limited_by) == (True, Remedy.REFUND, 100, ())
    tenfold = derived(ground, knew, remedy=Remedy.COMPENSATE, amount=1_000)
    assert (tenfold.supported, tenfold.remedy, tenfold.amount_minor) == (True, Remedy.COMPENSATE, None)
    assert (tenfold.limited_by, tenfold.at_least_minor, tenfold.at_most_minor) == ((3,), 100, 1_000)
    assert derived(ground, [True, False, False], remedy=Remedy.COMPENSATE, amount=1_000).amount_minor == 1_000
    safe = derived(ground, [True, True, True], remedy=Remedy.REFUND, amount=100)
    assert (safe.supported, safe.barred_by) == (False, (2,))


def test_a_running_warranty_helps_where_only_the_price_differs():
    """实施条例 18."""
    ground, cheaper = BY_SLUG["warranty_start"], [False, True, True]
    assert derived(ground, cheaper, remedy=Remedy.REPAIR).limited_by == ()
    assert derived(ground, cheaper, remedy=Remedy.REPAIR).supported is True
    money = derived(ground, cheaper, remedy=Remedy.RETURN_AND_REFUND, amount=90)
    assert (money.supported, money.amount_minor, money.limited_by) == (True, None, (2,))
    assert (money.at_least_minor, money.at_most_minor) == (None, 90)
    assert derived(ground, [True, True, True], remedy=Remedy.REPAIR).barred_by == (1,)
    assert derived(ground, [False, False, False], remedy=Remedy.REPAIR).barred_by == (3,), "nothing to repair"


def test_a_good_reason_for_a_delay_leaves_the_refund_owed():
    ground, late = BY_SLUG["refund_delayed"], [False, True]
    assert derived(ground, late, remedy=Remedy.REFUND, amount=100).supported is True
    assert derived(ground, late, remedy=Remedy.COMPENSATE, amount=10).barred_by == (2,)


def test_after_six_months_the_buyer_has_to_show_the_fault():
    """消保法 23(3) reverses the burden only within six months; after them the seller's silence shows nothing."""
    ground = BY_SLUG["durable_defect"]
    assert derived(ground, [True, True], silent=(2,)).supported is True
    late = derived(ground, [False, True], silent=(2,))
    assert (late.supported, late.barred_by) == (False, (2,))
    assert derived(ground, [False, True]).supported is True
    assert derived(ground, [None, True], silent=(2,)).supported is None


def test_a_child_under_eight_is_not_bound_whatever_fits_its_age():
    """民法典 144; only from eight on does 145 ask whether it fits or was agreed to."""
    ground = BY_SLUG["minor"]
    assert [f.key for f in ground.facts] == ["capable", "binding_anyway", "under_eight"]
    assert outcome(ground, [False, True, True]) is True
    assert outcome(ground, [False, True, False]) is False
    assert outcome(ground, [False, False, False]) is True
    assert outcome(ground, [True, False, True]) is False


def test_a_marked_live_room_still_answers_where_the_circumstances_say_so():
    ground = BY_SLUG["live_room_not_seller"]
    marks = {(labelled, anyway): outcome(ground, [labelled, anyway]) for labelled in (0, 1) for anyway in (0, 1)}
    assert marks == {(0, 0): True, (0, 1): True, (1, 0): False, (1, 1): True}


def test_what_the_law_only_allows_is_left_to_a_person():
    left = [(ground.code, step.silence.zh) for ground, _, step in steps() if step.silence_is_for_a_person]
    assert [code for code, _ in left] == [code(n) for n in (6, 9, 10, 17, 18, 20, 25, 33, 35, 36)]
    assert [words for _, words in left if "可以" not in words or "由人工认定" not in words] == []
    assert [g.code for g, _, step in steps() if "电子商务法》第六十二条" in step.basis.zh] == []


def test_every_effect_that_is_not_the_end_of_the_claim_says_what_follows():
    effects = {fact.effect for ground in GROUNDS for fact in ground.facts}
    assert effects == set(Effect)
    for ground in GROUNDS:
        for fact in ground.facts:
            assert bool(fact.follows.zh) is (fact.effect != Effect.BARS), (ground.code, fact.key)


def test_who_only_answers_a_fact_brings_it_into_doubt_and_proves_nothing():
    """民诉法解释 108(2)."""
    for ground, fact, step in steps():
        if not is_same_side(ground, step.bearer, fact.persuasion_on):
            assert step.standard in (Standard.REASONABLE_DOUBT, Standard.PRIMA_FACIE), (ground.code, fact.key)
        else:
            assert step.standard != Standard.REASONABLE_DOUBT, (ground.code, fact.key)


EITHER = [
    # Where either of two facts is enough, the second is asked for once the first is lost.
    ("off_platform", [False, False, True], True, "not steered, but the deal was with the seller: the goods are owed"),
    ("off_platform", [False, False, False], False, "no deal with this seller is shown"),
    ("off_platform", [True, False, False], True, "steered: that nothing went through the platform is no defence"),
    ("service_not_rendered", [False, False], True, "never rendered"),
    ("service_not_rendered", [True, True], True, "rendered, but not as agreed"),
    ("service_not_rendered", [True, False], False, "rendered as agreed"),
    ("bad_faith_buyer", [False, True], True, "no fraud, but returns abused"),
    ("bad_faith_buyer", [False, False], False, "neither"),
    ("unauthorised_payment", [False, True], False, "the user paid"),
    ("short_or_wrong", [False, False], False, "told too late (民法典 621(2))"),
    ("damaged", [False, True, False], False, "no return after the seven days of 消保法 24(1)"),
]


@pytest.mark.parametrize(("slug", "found", "holds", "why"), EITHER, ids=[f"{e[0]}: {e[3]}" for e in EITHER])
def test_what_facts_together_lead_to(slug, found, holds, why):
    assert outcome(BY_SLUG[slug], found) is holds, why


@pytest.mark.parametrize(
    ("found", "holds"), [([True, True, True], True), ([True, True, False], False), ([True, False, False], True)]
)
def test_a_measure_that_stands_may_still_cost_less_where_money_is_claimed(found, holds):
    """合同编通则解释 64(2)."""
    ground = BY_SLUG["merchant_measure"]
    assert derived(ground, list(found), remedy=Remedy.PARTIAL_REFUND, amount=50).supported is holds
    without = replace(ground, facts=ground.facts[:2])  # where only the lifting is claimed
    assert outcome(without, found[:2]) is not found[1]


def test_a_missing_gift_costs_its_stated_price_and_not_the_refund():
    """七日办法 12."""
    ground = BY_SLUG["returned_parcel"]
    less = derived(ground, [True, False, True], remedy=Remedy.REFUND, amount=100)
    assert (less.supported, less.limited_by, less.amount_minor, less.at_most_minor) == (True, (3,), None, 100)


def test_an_exclusion_needs_the_kind_of_goods_and_not_only_a_confirmation():
    """消保法 25(2), 七日办法 7."""
    (step,) = fact_of("return_excluded", "excluded").steps
    assert "只有确认记录不够" in step.shows.zh
    assert step.basis_kind == BasisKind.DERIVED


def test_a_measure_falls_when_one_of_its_parts_does():
    """Facts, notice of the clause and fairness are one fact: the platform's silence on any of them is enough."""
    ground = BY_SLUG["merchant_measure"]
    fact = fact_of("merchant_measure", "measure_justified")
    mine = [step for step in fact.steps if step.bearer is Side.PLATFORM]
    assert len(mine) == 3
    assert [outcome(ground, [True, step.silence_establishes, False]) for step in mine] == [True, True, True]


def test_goods_are_given_up_only_where_unsafe_and_never_by_default():
    assert {g.code for g in GROUNDS if Remedy.REFUND_NO_RETURN in g.remedies} == {"BOP-07", "BOP-23"}
    assert Remedy.REFUND_NO_RETURN not in {ground.default_remedy for ground in GROUNDS}


def test_stakes_that_want_a_person():
    assert {ground.code: set(ground.stakes) for ground in GROUNDS if ground.stakes} == {
        code(number): stakes for number, stakes in STAKES.items()
    }


def test_return_grounds_must_be_mediated():
    assert {ground.code for ground in GROUNDS if ground.must_mediate} == {code(number) for number in RETURNS}


def test_no_relief_without_three_controls():
    assert len(RELAXATIONS) == 2
    for relief in RELAXATIONS:
        assert Counter(control.kind for control in relief.controls) == {"identify": 1, "prevent": 1, "handle": 1}
        assert role_of(BY_SLUG[relief.ground], relief.relieved) in CONSUMERS


# — how articles are cited —


@pytest.mark.parametrize(
    ("number", "text"),
    [(6, "六"), (10, "十"), (12, "十二"), (20, "二十"), (25, "二十五"), (109, "一百零九"), (112, "一百一十二"),
     (145, "一百四十五"), (620, "六百二十"), (1202, "一千二百零二")],
)  # fmt: skip
def test_numbers_are_written_as_statutes_do(number, text):
    assert chinese_number(number) == text


def test_articles_in_both_languages():
    assert cited(["ECOMMERCE 20 51(1)", "CONSUMER 25(1) 25(2) 48(1)[6]"]) == BilingualText(
        "《电子商务法》第二十条、第五十一条第一款；《消费者权益保护法》第二十五条第一款、第二款、第四十八条第一款第六项",
        "E-Commerce Law arts 20, 51(1); Consumer Rights Law arts 25(1), 25(2), 48(1)(6)",
    )
    for unknown in ("ECOMMERCE twenty", "ECOMMERCE 999", "WEATHER 1"):
        with pytest.raises(KeyError):
            cited([unknown])


def test_the_document_is_what_the_table_says():
    call_command("burden_document", check=True)
    text = (settings.BASE_DIR / "docs" / "burden.md").read_text()
    assert all(f"## {ground.code} " in text for ground in GROUNDS)
    assert "not signed by counsel" in text


# — broken tables —


def with_fact(slug: str, no: int = 0, /, **changes: object) -> list[GroundDraft]:
    def changed(ground: GroundDraft) -> GroundDraft:
        facts = [replace(fact, **changes) if at == no else fact for at, fact in enumerate(ground.facts)]
        return replace(ground, facts=tuple(facts))

    return [changed(ground) if ground.slug == slug else ground for ground in GROUNDS]


def with_step(slug: str, no: int = 0, at: int = 0, /, **changes: object) -> list[GroundDraft]:
    ladder = [replace(s, **changes) if n == at else s for n, s in enumerate(BY_SLUG[slug].facts[no].steps)]
    return with_fact(slug, no, steps=tuple(ladder))


def with_ground(slug: str, /, **changes: object) -> list[GroundDraft]:
    return [replace(ground, **changes) if ground.slug == slug else ground for ground in GROUNDS]


BROKEN = [
    ("no-basis", "/0/facts/0/steps/0/basis", with_step("not_received", basis=BilingualText(" ", "E-Commerce Law"))),
    ("no-steps", "/0/facts/0/steps", with_fact("not_received", steps=())),
    ("no-facts", "/18/facts", with_ground("service_not_rendered", facts=())),
    ("hours", "/0/facts/0/steps/0/hours", with_step("not_received", hours=0)),
    ("remedy", "/0/default_remedy", with_ground("not_received", default_remedy=Remedy.LIFT)),
    ("silence-state", "/0/facts/0/steps/0/if_silent", with_step("not_received", if_silent=FactState.ADMITTED)),
    (
        "silence-contradicts-state",
        "/4/facts/1/steps/0/silence_establishes",
        with_step("durable_defect", 1, if_silent=FactState.NOT_PROVED),
    ),
    (
        "silence-contradicts-state",
        "/0/facts/0/steps/0/silence_establishes",
        with_step("not_received", if_silent=FactState.PROVED),
    ),
    (
        "silence-rewards-the-bearer",
        "/0/facts/0/steps/0/silence_establishes",
        with_step("not_received", if_silent=FactState.PRESUMED, silence_establishes=True),
    ),
    ("repeated", "", with_ground("not_received", slug="price")),
    ("repeated", "", with_ground("not_received", code="BOP-17")),
    ("repeated", "/6/facts", with_fact("food_standard", 1, key="bought")),
    (
        "silence-is-no-inference",
        "/0/facts/0/steps/0/silence_is_for_a_person",
        with_step("not_received", silence_is_for_a_person=True),
    ),
    (
        "inference-by-clock",
        "/5/facts/0/steps/1/silence_is_for_a_person",
        with_step("quality", 0, 1, silence_is_for_a_person=False),
    ),
    (
        "inference-by-clock",
        "/0/facts/0/steps/0/silence_is_for_a_person",
        with_step("not_received", basis=cited(["EVIDENCE 95", "PROCEDURE 112"])),
    ),
    (
        "rebuttal-needs-doubt",
        "/9/facts/0/steps/2/standard",
        with_step("counterfeit", 0, 2, standard=Standard.HIGH_PROBABILITY),
    ),
    (
        "doubt-is-no-proof",
        "/0/facts/0/steps/0/standard",
        with_step("not_received", standard=Standard.REASONABLE_DOUBT),
    ),
    ("condition", "/0/facts", with_fact("not_received", arises_unless=Condition.SEVEN_DAYS)),
    ("condition", "/5/facts/0/arises_if_claimed", with_fact("quality", arises_if_claimed=True)),
    ("burden-not-in-the-law", "/5/facts/0/steps/0/basis_kind", with_step("quality", basis_kind=BasisKind.EXPLICIT)),
    ("effect", "/7/facts/2/effect", with_fact("knowing_buyer", 2, part=())),
    ("effect", "/7/facts/2/effect", with_fact("knowing_buyer", 2, part=(Remedy.LIFT,))),
    ("effect", "/7/facts/2/effect", with_fact("knowing_buyer", 2, follows=BilingualText("", ""))),
    ("effect", "/7/facts/2/effect", with_fact("knowing_buyer", 2, shifts_to="bought")),
    ("effect", "/4/facts/0/effect", with_fact("durable_defect", 0, shifts_to="timely")),
    ("effect", "/4/facts/0/effect", with_fact("durable_defect", 0, shifts_to="nothing")),
    ("effect", "/0/facts/0/effect", with_fact("not_received", 0, part=(Remedy.REFUND,))),
]


@pytest.mark.parametrize(
    ("fault", "pointer", "grounds"), BROKEN, ids=[f"{no} {fault}" for no, (fault, _, _) in enumerate(BROKEN)]
)
def test_a_broken_table_is_found_out(fault, pointer, grounds):
    reliefs = RELAXATIONS if fault != "repeated" else ()
    assert (pointer, fault) in {(found.pointer, found.code) for found in faults_of(grounds, reliefs)}
    assert {found.code for found in faults_of(grounds, reliefs)} == {fault}


def renamed(ground: GroundDraft, **changes: object) -> GroundDraft:
    """The same ground under other names, so that nothing but its articles and roles can tell what it is."""
    named = {fact.key: f"point-{no}" for no, fact in enumerate(ground.facts)}
    facts = tuple(replace(f, key=named[f.key], shifts_to=named.get(f.shifts_to, "")) for f in ground.facts)
    return replace(ground, slug="other-words", code="X-1", facts=facts, **changes)


@pytest.mark.parametrize(("slug", "key"), STATUTORY)
def test_a_statutory_burden_is_found_out_under_any_name(slug, key):
    no = [fact.key for fact in BY_SLUG[slug].facts].index(key)
    broken = next(g for g in with_fact(slug, no, persuasion_on=Side.CLAIMANT) if g.slug == slug)
    (found,) = [f for f in faults_of([renamed(broken)]) if f.code == "statutory-burden-on-consumer"]
    assert found.pointer == f"/0/facts/{no}/persuasion_on"
    assert faults_of([renamed(BY_SLUG[slug])]) == []


def on_the_buyer(kind: BasisKind, basis: str) -> GroundDraft:
    """A ground that has the buyer prove that durable goods were faulty, on this basis."""
    (defect,) = fact_of("durable_defect", "defect").steps
    step = replace(
        defect,
        bearer=Side.CLAIMANT,
        basis_kind=kind,
        basis=BilingualText(basis, "Consumer Rights Law"),
        if_silent=FactState.NOT_PROVED,
        silence_establishes=False,
    )
    fact = replace(fact_of("durable_defect", "defect"), steps=(step,), persuasion_on=Side.CLAIMANT)
    return renamed(replace(BY_SLUG["durable_defect"], facts=(fact,)))


@pytest.mark.parametrize(
    "basis",
    [
        "《消费者权益保护法》第二十三条第三款",
        "《中华人民共和国消费者权益保护法》第二十三条第三款",
        "《消费者权益保护法》第二十三条",
        "《消费者权益保护法》第23条第3款",
        "《消费者权益保护法》第二十三条第二款、第三款",
        "《民事诉讼法》第六十七条第一款；《消费者权益保护法》第二十条、第二十三条第三款",
    ],
)
@pytest.mark.parametrize("kind", [BasisKind.DERIVED, BasisKind.PRACTICE])
def test_a_burden_of_the_trader_is_not_laid_on_the_buyer_by_calling_it_derived(kind, basis):
    faults = faults_of([on_the_buyer(kind, basis)])
    assert [(f.pointer, f.code) for f in faults] == [("/0/facts/0/steps/0/bearer", "statutory-burden-on-consumer")]


def test_an_article_beside_it_lays_nothing():
    assert faults_of([on_the_buyer(BasisKind.DERIVED, "《消费者权益保护法》第二十三条第二款")]) == []


def test_articles_are_found_in_the_text_of_a_basis():
    named = list(articles_cited("《电子商务法》第二十条、第五十一条第一款；《网络消费纠纷司法解释（一）》第一条第一项"))
    assert named == [
        ("电子商务法", "20"),
        ("电子商务法", "51"),
        ("电子商务法", "51(1)"),
        ("网络消费纠纷司法解释（一）", "1"),
        ("网络消费纠纷司法解释（一）", "1[1]"),
    ]
    assert all(number_of(chinese_number(n)) == n for n in range(1, 1300))
    used = {s.article for _, _, step in steps() for s in statutes_cited(step.basis.zh)}
    assert used == {s.article for s in STATUTES} - {"55(2)"}, "no ground of ours is about wrong payment orders"


@pytest.mark.parametrize("missing", ["identify", "prevent", "handle"])
def test_a_relief_that_lacks_one_control_is_found_out(missing):
    first = RELAXATIONS[0]
    lacking = replace(first, controls=tuple(control for control in first.controls if control.kind != missing))
    (found,) = faults_of(GROUNDS, (RELAXATIONS[1], lacking))
    assert (found.pointer, found.code) == ("/relaxations/1/controls", "no-control")


@pytest.mark.parametrize("changes", [{"fact": "nothing"}, {"ground": "nothing"}])
def test_a_relief_of_a_fact_that_is_not_there_is_found_out(changes):
    (found,) = faults_of(GROUNDS, (replace(RELAXATIONS[0], **changes),))
    assert (found.pointer, found.code) == ("/relaxations/0", "unknown-fact")


def test_forbidden_wording_keeps_a_table_from_being_published(court):
    """The table is a platform rule (办法 4), so what rules cannot say it cannot say either."""
    ground = replace(GROUNDS[0], if_supported=replace(GROUNDS[0].if_supported, zh="平台的决定为终局决定，不得起诉。"))
    code = make.publish_rule(court.platform, now=court.now, start=court.now + timedelta(days=30))
    version = RuleVersion.objects.get(rule__code=code)

    with pytest.raises(Invalid) as refused:
        commands.publish_burden_table(
            actor=court.platform, version_id=version.pk, grounds=[ground], relaxations=[], now=court.now
        )

    found = {(error.pointer, error.code) for error in refused.value.errors}
    assert found == {("/grounds/0/if_supported/zh", "forbidden-phrase")}
    assert not BurdenTable.objects.filter(version=version).exists()


def test_the_hash_of_a_table_covers_its_reliefs_and_their_controls(court):
    relief = next(each for each in RELAXATIONS if each.controls)
    ground = next(each for each in GROUNDS if each.slug == relief.ground)
    first, *rest = relief.controls
    weaker = replace(relief, controls=(replace(first, text=replace(first.text, zh="每年抽查一次。")), *rest))

    def published(*reliefs):
        code = make.publish_rule(court.platform, now=court.now, start=court.now + timedelta(days=30))
        version = RuleVersion.objects.get(rule__code=code)
        table = {"actor": court.platform, "version_id": version.pk, "now": court.now}
        return commands.publish_burden_table(**table, grounds=[ground], relaxations=reliefs).digest

    assert published(relief) == published(relief)
    assert len({published(relief), published(weaker), published()}) == 3
