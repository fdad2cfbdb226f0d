"""The determination: what the table derives, what the mediator decides, and where and why the two differ."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Party, PartyKind
from casework.actor import Actor
from casework.canonical import digest
from casework.drafts import drop_work_drafts
from casework.errors import FieldError, Invalid, NotYourTurn, errors_in, require
from casework.firing import DeadlineSpec, command
from casework.named import named
from casework.text import is_visually_blank
from disputes.ceilings import ceiling_for
from disputes.choices import GOODS_BACK, MONEY, REFUNDS, Payer, Remedy, Side
from disputes.claims import content_of_determination
from disputes.commands.follow import begin_after_determination
from disputes.commands.locking import lock_dispute, move
from disputes.commands.open import end_offers
from disputes.machine import DisputeState
from disputes.models import (
    MERCHANT_BEARS,
    Determination,
    Dispute,
    DisputeOutcome,
    FactAtIssue,
    Finding,
    GoodsAre,
    NoReturnConsent,
    NoReturnGround,
)
from disputes.outcome import Derived
from disputes.policies import may_mediate
from disputes.proof import found_for, payer_of
from disputes.terms import derived_from
from notices.commands import record_determination
from notices.queries import lock_notice
from rules.clearances import wording_errors

LISTED = _("Choose one of the listed values.")
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class DeterminationDraft:
    """What the mediator decides: the outcome, what follows and at whose cost, the reasons, a sentence per fact.

    `departure_reasons` where it differs from what the table derives; `confirmed_stakes` where the stakes are high;
    `no_return_ground` where a merchant is to bear a refund without return; `goods_are` where the whole price goes back
    and no goods do, since the buyer does not have them.
    """

    outcome: str
    reasons: str
    sentences: Mapping[int, str]
    remedy: str = ""
    amount_minor: int | None = None
    payer: str = Payer.NOBODY
    goods_back: bool = False
    freight_payer: str = Payer.NOBODY
    departure_reasons: str = ""
    confirmed_stakes: bool = False
    no_return_ground: str = ""
    no_return_reason: str = ""
    goods_are: str = ""
    goods_are_reason: str = ""


def derived_of(dispute: Dispute) -> Derived:
    """What the table makes of the facts as they stand now."""
    return derived_from(dispute, dispute.facts.select_related("row").order_by("no"))


def departs_from(dispute: Dispute, draft: DeterminationDraft, derived: Derived) -> bool:
    """Whether the decision is another than the table derives: outcome, remedy, sum, who pays it, goods back or not.

    Where a fact caps the claim, any sum within its bounds follows the table: as what was claimed, or as the price back.
    """
    if derived.supported is False:
        return draft.outcome != DisputeOutcome.NOT_SUPPORTED
    if derived.limited_by:
        given = draft.amount_minor or 0
        least, most = derived.at_least_minor or 1, derived.at_most_minor or 0
        price_only = derived.at_least_minor is not None and draft.remedy in {str(r) for r in REFUNDS}
        return (
            draft.outcome != (DisputeOutcome.SUPPORTED if given == most else DisputeOutcome.PARTLY)
            or not (draft.remedy == derived.remedy or (price_only and draft.remedy in dispute.ground.remedies))
            or not least <= given <= most
            or draft.goods_back not in _ways_of_goods(dispute, draft.remedy)
            or draft.payer != payer_of(dispute.ground, draft.remedy)
        )
    return (
        draft.outcome != DisputeOutcome.SUPPORTED
        or draft.remedy != derived.remedy
        or (draft.amount_minor or None) != (derived.amount_minor or None)
        or draft.goods_back not in _ways_of_goods(dispute, derived.remedy)
        or (draft.remedy in {str(r) for r in MONEY} and draft.payer != payer_of(dispute.ground, draft.remedy))
    )


def _ways_of_goods(dispute: Dispute, remedy: str) -> set[bool]:
    """Whether goods go back under this remedy; damages may go with a return where the table gives one."""
    with_return = remedy == Remedy.COMPENSATE and str(Remedy.RETURN_AND_REFUND) in dispute.ground.remedies
    return {False, True} if with_return else {remedy in {str(r) for r in GOODS_BACK}}


def stakes_of(dispute: Dispute, draft: DeterminationDraft, derived: Derived) -> list[str]:
    """Why this decision wants a separate confirmation; nothing where nothing is ordered."""
    if draft.outcome == DisputeOutcome.NOT_SUPPORTED and not set(derived.stakes) & {"fraud", "safety"}:
        return []
    marks = set(derived.stakes)
    if draft.amount_minor is not None and draft.amount_minor > dispute.order_amount_minor:
        marks.add("punitive")
    if draft.amount_minor is not None and draft.amount_minor >= settings.CONFIRM_ABOVE_MINOR:
        marks.add("amount")
    return sorted(marks)


@command
def determine_dispute(
    *, actor: Actor, ref: str, draft: DeterminationDraft, now: datetime, expected_version: int | None = None
) -> Dispute:
    """Records a person's determination, fact by fact, in writing; the first time either side may ask for a review.

    Raises `NotFound`, `NotAllowed`, `ConflictOfInterest`, `Stale`, `NotYourTurn` while a fact is unsettled, and
    `Invalid` with one error per missing or impossible field.
    """
    dispute = lock_dispute(actor, ref, expected_version)
    require(may_mediate(actor, dispute))
    if dispute.state != DisputeState.DELIBERATING:
        raise NotYourTurn()
    facts = list(dispute.facts.select_related("row", "step").order_by("no"))
    derived = derived_of(dispute)
    if derived.open_facts:
        raise NotYourTurn(_("Rule on every fact first."))
    departs, stakes = departs_from(dispute, draft, derived), stakes_of(dispute, draft, derived)
    if errors := _errors(dispute, draft, facts, departs=departs, stakes=stakes):
        raise Invalid(errors=errors)
    row = Determination.objects.create(
        dispute=dispute,
        round=dispute.round,
        mediator_id=actor.person,
        session_hash=digest(actor.session),
        payer_is_merchant=_payer_is_merchant(dispute, draft.payer),
        derived=_plain(derived),
        departs=departs,
        stakes=stakes,
        decided_at=now,
        check_code="".join(secrets.choice(ALPHABET) for _n in range(10)),
        **named(draft, lambda d: (d.outcome, d.remedy, d.amount_minor, d.payer)),
        **named(draft, lambda d: (d.goods_back, d.freight_payer, d.no_return_ground, d.no_return_reason)),
        **named(draft, lambda d: (d.goods_are, d.goods_are_reason, d.reasons, d.departure_reasons)),
        **named(draft, lambda d: (d.confirmed_stakes,)),
    )
    Finding.objects.bulk_create(_finding(row, fact, draft.sentences[fact.no]) for fact in facts)
    end_offers(dispute, now=now)
    if dispute.notice_id is not None:
        record_determination(lock_notice(Q(), pk=dispute.notice_id), actor=actor, now=now, dispute=dispute.ref)
    final = dispute.round == 2
    closes = None if final else dispute.promised["dispute_review_window"].ends(now)
    move(
        dispute,
        "determine",
        actor=actor,
        now=now,
        facts=_facts_of(row, facts),
        deadlines=() if closes is None else [DeadlineSpec("dispute.review", closes)],
        platform_due_at=None,
        review_closes_at=closes,
        review_base_closes_at=closes,
    )
    drop_work_drafts(dispute, typed_by=actor.ref)
    if final:
        begin_after_determination(dispute, actor=actor, now=now)
    return dispute


def _facts_of(row: Determination, facts: list[FactAtIssue]) -> dict[str, Any]:
    """What the ledger holds of it."""
    return {
        **named(row, lambda r: (r.round, r.outcome, r.remedy, r.departs, r.stakes)),
        "reasons": digest(row.reasons),
        "content": digest(content_of_determination(row)),
        "findings": [{"fact": f.no, "state": str(f.state), "established": f.established} for f in facts],
    }


class _Rehearsed(Exception):  # noqa: N818  no error
    """Carries the result of a rehearsal out of the transaction that it rolls back."""


def rehearse_determination(
    *, actor: Actor, ref: str, draft: DeterminationDraft, now: datetime, expected_version: int | None, render: Any
) -> Any:
    """Determines as `determine_dispute`, returns what `render(dispute)` makes of it, and rolls everything back.

    Raises as `determine_dispute`.
    """
    result: list[Any] = []
    try:
        with transaction.atomic():
            dispute = determine_dispute(actor=actor, ref=ref, draft=draft, now=now, expected_version=expected_version)
            result.append(render(dispute))
            raise _Rehearsed
    except _Rehearsed:
        return result[0]


def _plain(derived: Derived) -> dict[str, Any]:
    return {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(derived).items()}


def _payer_is_merchant(dispute: Dispute, payer: str) -> bool:
    if payer not in (Payer.CLAIMANT, Payer.RESPONDENT):
        return False
    party_id = dispute.party_id_of(payer)
    return party_id is not None and Party.objects.get(pk=party_id).kind == PartyKind.MERCHANT


def _finding(row: Determination, fact: FactAtIssue, sentence: str) -> Finding:
    ruling = fact.rulings.order_by("-pk").first()
    relied = [] if ruling is None else sorted(ruling.reliance.values_list("item__no", flat=True))
    assert fact.established is not None
    return Finding(
        determination=row,
        no=fact.no,
        fact=fact,
        state=str(fact.state),
        established=fact.established,
        bearer=fact.step.bearer,
        found_for=found_for(fact.favours, fact.established),
        sentence=sentence,
        evidence=relied,
    )


def _errors(
    dispute: Dispute, draft: DeterminationDraft, facts: list[FactAtIssue], *, departs: bool, stakes: list[str]
) -> list[FieldError]:
    errors = errors_in(
        (draft.outcome not in DisputeOutcome.values, "/outcome", "unknown", LISTED),
        (is_visually_blank(draft.reasons), "/reasons", "required", _("Write the reasons.")),
    )
    errors += [
        FieldError(f"/sentences/{f.no}", "required", _("Write a sentence about this fact."))
        for f in facts
        if is_visually_blank(draft.sentences.get(f.no, ""))
    ]
    errors += wording_errors(_texts_of(draft))
    errors += _remedy_errors(draft)
    if draft.outcome != DisputeOutcome.NOT_SUPPORTED and not errors:
        found = ceiling_for(dispute, draft.remedy)
        errors += found.errors(draft.amount_minor, at="/amount_minor", reason=draft.reasons, reason_at="/reasons")
    for name in ("payer", "freight_payer"):
        value = getattr(draft, name)
        if value not in Payer.values or (value == Payer.RESPONDENT and dispute.respondent_id is None):
            errors.append(FieldError(f"/{name}", "unknown", LISTED))
    unexplained = departs and is_visually_blank(draft.departure_reasons)
    unconfirmed = bool(stakes) and not draft.confirmed_stakes
    errors += errors_in(
        (unexplained, "/departure_reasons", "required", _("This differs from what the table derives: say why.")),
        (unconfirmed, "/confirmed_stakes", "required", _("Confirm this separately: the stakes are high.")),
    )
    return errors + _no_return_errors(dispute, draft) + _goods_errors(dispute, draft)


def _texts_of(draft: DeterminationDraft) -> dict[str, str]:
    """What the mediator writes for both sides, by JSON pointer."""
    names = ("reasons", "departure_reasons", "no_return_reason", "goods_are_reason")
    sentences = {f"/sentences/{no}": sentence for no, sentence in draft.sentences.items()}
    return {f"/{name}": getattr(draft, name) for name in names} | sentences


def _remedy_errors(draft: DeterminationDraft) -> list[FieldError]:
    """The errors in remedy, sum, payer and goods."""
    if draft.outcome == DisputeOutcome.NOT_SUPPORTED:
        follows = bool(draft.remedy) or draft.amount_minor is not None
        words = _("Nothing follows from a claim that is not upheld.")
        return errors_in((follows, "/remedy", "contradiction", words))
    money = draft.remedy in {str(r) for r in MONEY}
    has_sum = (draft.amount_minor or 0) > 0
    keeps_goods = draft.remedy in {str(r) for r in GOODS_BACK} and not draft.goods_back
    return errors_in(
        (draft.remedy not in Remedy.values, "/remedy", "required", _("Say what follows.")),
        (money and not has_sum, "/amount_minor", "required", _("Say how much.")),
        (money and draft.payer == Payer.NOBODY, "/payer", "required", _("Say who pays.")),
        (not money and draft.amount_minor is not None, "/amount_minor", "not-money", _("This remedy has no amount.")),
        (keeps_goods, "/goods_back", "contradiction", _("With this remedy the goods go back.")),
    )


def refunds_without_return(dispute: Dispute, draft: DeterminationDraft) -> bool:
    """Whether a merchant would pay a buyer the whole price or more and get no goods, without it being called so.

    What counts is what happens, whatever the remedy is called and the table gives (办法 27(1)[1]).
    """
    if draft.remedy not in (Remedy.REFUND, Remedy.PARTIAL_REFUND, Remedy.COMPENSATE) or draft.goods_back:
        return False
    if not _payer_is_merchant(dispute, draft.payer) or (draft.amount_minor or 0) < dispute.order_amount_minor:
        return False
    return not _payer_is_merchant(dispute, Side(draft.payer).other)


def _goods_errors(dispute: Dispute, draft: DeterminationDraft) -> list[FieldError]:
    """The whole price without the goods is a refund without return, unless the buyer does not have the goods.

    Compensation of so much is none where a ground of a refund without return is named, such as the law on injuries.
    """
    if not draft.goods_are and not draft.goods_are_reason:
        if not refunds_without_return(dispute, draft) or (
            draft.remedy == Remedy.COMPENSATE and draft.no_return_ground in MERCHANT_BEARS
        ):
            return []
        words = _(
            "The whole price or more and no goods back: say why the buyer has none, let the goods go back, or name the "
            "ground of a refund without return."
        )
        return [FieldError("/goods_are", "required", words)]
    if draft.goods_are not in GoodsAre.values:
        return [FieldError("/goods_are", "unknown", LISTED)]
    if draft.goods_back or draft.remedy in ("", Remedy.REFUND_NO_RETURN):
        return [FieldError("/goods_are", "contradiction", _("This does not go together with what follows."))]
    if is_visually_blank(draft.goods_are_reason):
        return [FieldError("/goods_are_reason", "required", _("Say how you know where the goods are."))]
    return []


def _no_return_errors(dispute: Dispute, draft: DeterminationDraft) -> list[FieldError]:
    """A merchant bears a refund without return only on one of the four grounds (办法 27(1)).

    No ground is stored but of the one who pays: the letter says nothing of a consent that nobody gave.
    """
    by_another_name = draft.remedy == Remedy.COMPENSATE and refunds_without_return(dispute, draft)
    if by_another_name and not draft.no_return_ground and not draft.no_return_reason:
        return []  # then it is for `_goods_errors`
    is_without = draft.remedy == Remedy.REFUND_NO_RETURN or by_another_name
    if not is_without or not _payer_is_merchant(dispute, draft.payer):
        allowed = {"", NoReturnGround.PLATFORM_FUNDED} if is_without and draft.payer == Payer.PLATFORM else {""}
        if draft.no_return_ground in allowed and (draft.no_return_ground or not draft.no_return_reason):
            return []
        words = _("This ground does not go together with who pays and what follows.")
        return [FieldError("/no_return_ground", "contradiction", words)]
    party_id = dispute.party_id_of(Side(draft.payer))
    assert party_id is not None
    given = {
        NoReturnGround.CONSENT: NoReturnConsent.objects.filter(dispute=dispute, party_id=party_id).exists(),
        NoReturnGround.NECESSITY: not is_visually_blank(draft.no_return_reason),
    }
    if draft.no_return_ground in given and given[NoReturnGround(draft.no_return_ground)]:
        return []
    return [
        FieldError(
            "/no_return_ground",
            "required",
            _("A merchant bears this only by its own consent, or where a law or safety requires it."),
        )
    ]
