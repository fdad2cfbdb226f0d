"""Every ground of the default table, argued and determined by silence and by proof on each side."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from disputes import commands
from disputes.choices import MONEY, Side
from disputes.default_table import GROUNDS
from disputes.models import Dispute
from disputes.proof import FactDraft, GroundDraft, found_for
from tests.disputes.building import LOOSE, Court, fact, fresh

pytestmark = pytest.mark.once  # what is tried is the table and the machine


def every_fourth(params: list[Any]) -> list[Any]:
    """One in four is for every day and for CI; the nightly run makes all of them."""
    night = pytest.mark.nightly
    return [
        each if n % 4 == 0 else pytest.param(*each.values, id=each.id, marks=night) for n, each in enumerate(params)
    ]


def one_of_each(params: list[Any], kind: Callable[..., Any]) -> list[Any]:
    """The first of each kind is for every day and for CI; the nightly run makes all of them."""
    met, night = set[Any](), pytest.mark.nightly
    found = []
    for each in params:
        is_new = (what := kind(*each.values)) not in met
        met.add(what)
        found.append(each if is_new else pytest.param(*each.values, id=each.id, marks=night))
    return found


def ladder(slug: str, no: int, *step: int) -> Any:
    """Who bears which step of the fact, and at which of them it is looked at."""
    return tuple(rung.bearer for rung in DRAFT[slug, no].steps), step


def silence(slug: str, no: int, step: int) -> Any:
    """That, and all that the table says of silence at this step and of the fact."""
    fact, rung = DRAFT[slug, no], DRAFT[slug, no].steps[step - 1]
    said = rung.silence_is_for_a_person, bool(rung.silence_if), rung.if_silent, fact.favours, fact.effect
    return ladder(slug, no, step), said, bool(fact.arises_unless), fact.arises_if_claimed


DRAFT = {(g.slug, no): fact for g in GROUNDS for no, fact in enumerate(g.facts, start=1)}
SLUGS = every_fourth([pytest.param(g.slug, id=g.slug) for g in GROUNDS])
STEPS = [
    pytest.param(g.slug, f, s, id=f"{g.code}-{fd.key}-silent-at-{s}")
    for g in GROUNDS
    for f, fd in enumerate(g.facts, start=1)
    for s, _step in enumerate(fd.steps, start=1)
]
PATHS = one_of_each(STEPS, silence)


def climb_to(court: Court, dispute: Dispute, slug: str, no: int, draft: FactDraft, step: int) -> None:
    """Every step below `step` of one fact was shown by its bearer."""
    for rung in draft.steps[: step - 1]:
        court.prove(dispute, no, court.actor_for(str(rung.bearer), slug), court.now)


ENDS_HERE = {
    ("merchant_measure", "measure_justified"),
    ("counterfeit", "no_deceit"),
}
"""Of the loose facts those that end the claim as it is brought here: for their own part, or without what is left."""
IS_LOOSE = LOOSE - ENDS_HERE


def brought(court: Court, slug: str, draft: FactDraft) -> Dispute:
    """A dispute with a mediator whose order and claim raise this fact."""
    more: dict[str, Any] = {"received_at": None} if draft.arises_unless else {}
    return court.joined(slug, **more, remedy=str(draft.part[0]) if draft.arises_if_claimed else "")


def settle_others(court: Court, dispute: Dispute, slug: str, no: int, *, for_claimant: bool = True) -> None:
    """Every other fact is conceded, so that this one decides."""
    ground = next(g for g in GROUNDS if g.slug == slug)
    loser = "RESPONDENT" if ground.respondent_role != "PLATFORM" else "PLATFORM"
    side = loser if for_claimant else "CLAIMANT"
    for other in dispute.facts.values_list("no", flat=True):
        if other != no and not fact(dispute, other).is_settled:
            commands.admit_fact(actor=court.actor_for(side, slug), ref=dispute.ref, fact_no=other, now=court.now)


def determine(court: Court, dispute: Dispute, ground: GroundDraft) -> Dispute:
    derived = commands.derived_of(fresh(dispute))
    supported = bool(derived.supported)
    money = derived.remedy in MONEY
    no_return = derived.remedy == "REFUND_NO_RETURN"
    draft = commands.DeterminationDraft(
        outcome=("PARTLY" if derived.limited_by else "SUPPORTED") if supported else "NOT_SUPPORTED",
        remedy=derived.remedy,
        amount_minor=(derived.at_least_minor or 100) if derived.limited_by else derived.amount_minor,
        payer=("PLATFORM" if ground.respondent_role == "PLATFORM" else "RESPONDENT")
        if supported and money
        else "NOBODY",
        goods_back=derived.remedy in ("RETURN_AND_REFUND", "EXCHANGE", "REPAIR"),
        reasons="依据在案证据和举证规则认定。",
        sentences={f.no: "依举证规则认定。" for f in dispute.facts.all()},
        confirmed_stakes=True,
        no_return_ground="necessity" if no_return else "",
        no_return_reason="不安全的商品应当销毁。" if no_return else "",
        goods_are="ALREADY_RETURNED" if derived.remedy in ("REFUND", "PARTIAL_REFUND", "COMPENSATE") else "",
        goods_are_reason="商品已经寄回。" if derived.remedy in ("REFUND", "PARTIAL_REFUND", "COMPENSATE") else "",
    )
    later = court.now + timedelta(days=60)
    return commands.determine_dispute(actor=court.mia, ref=dispute.ref, draft=draft, now=later)


@pytest.mark.exhaustive
@pytest.mark.parametrize(("slug", "no", "step"), PATHS)
def test_silence_at_every_step_of_every_fact_has_the_tables_consequence(
    court: Court, slug: str, no: int, step: int
) -> None:
    ground = next(g for g in GROUNDS if g.slug == slug)
    draft = ground.facts[no - 1]
    dispute = brought(court, slug, draft)
    climb_to(court, dispute, slug, no, draft, step)
    assert fact(dispute, no).bearer == draft.steps[step - 1].bearer

    settle_others(court, dispute, slug, no)
    court.pass_time(court.now + timedelta(days=50))

    found = fact(dispute, no)
    rung = draft.steps[step - 1]
    if rung.silence_is_for_a_person or rung.silence_if:
        assert (found.was_left_silent, found.established, found.bearer) == (True, None, rung.bearer)
        assert fresh(dispute).state == "DELIBERATING"
        assert commands.derived_of(fresh(dispute)).supported is None
        return
    assert (found.state, found.established, found.bearer) == (rung.if_silent, rung.silence_establishes, None)
    assert fresh(dispute).state == "DELIBERATING"
    speaks = found_for(draft.favours, rung.silence_establishes)
    wins = speaks is Side.CLAIMANT or (slug, draft.key) in IS_LOOSE
    assert commands.derived_of(fresh(dispute)).supported is wins
    assert found_for(draft.favours, rung.silence_establishes) is not Side(rung.bearer)

    determine(court, dispute, ground)

    decided = fresh(dispute)
    assert decided.state == "DETERMINED"
    row = decided.determinations.get()
    assert (row.outcome != "NOT_SUPPORTED") is wins
    assert row.departs is False
    assert row.remedy == (dispute.claim_remedy if wins else "")
    assert row.findings.get(fact=found).found_for == speaks


@pytest.mark.exhaustive
@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("claimant_wins", [True, False])
def test_proof_to_the_end_leaves_the_finding_to_a_person(court: Court, slug: str, claimant_wins: bool) -> None:
    """All steps of the first fact are discharged: the table decides nothing, the mediator rules, the table follows."""
    ground = next(g for g in GROUNDS if g.slug == slug)
    draft = ground.facts[0]
    dispute = brought(court, slug, draft)
    climb_to(court, dispute, slug, 1, draft, len(draft.steps) + 1)
    settle_others(court, dispute, slug, 1)

    waiting = fact(dispute, 1)
    assert waiting.awaits_ruling
    assert waiting.bearer == draft.steps[-1].bearer
    court.pass_time(court.now + timedelta(days=50))
    assert fact(dispute, 1).established is None
    assert fresh(dispute).state == "DELIBERATING"

    proved = (draft.favours == Side.CLAIMANT) is claimant_wins
    items = [e.no for e in dispute.evidence.filter(fact=waiting)]
    court.rule(dispute, court.now + timedelta(days=51), proved=proved, reasons="证据相互印证。", evidence=items)
    determine(court, dispute, ground)

    row = fresh(dispute).determinations.get()
    assert row.outcome == ("SUPPORTED" if claimant_wins or (slug, draft.key) in IS_LOOSE else "NOT_SUPPORTED")
    assert row.departs is False
    assert row.findings.get(no=1).evidence == items
