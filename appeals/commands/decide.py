"""Deciding an appeal by a person: an outcome per measure, a finding and a sentence per fact and per argument."""

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from appeals.claims import content_of_decision
from appeals.commands.locking import lock_appeal, require_lease
from appeals.commands.review import pieces_of, unread_errors, unread_of
from appeals.models import Appeal, DecidedBy, Decision, DecisionPoint, FirstView, Outcome, PointKind, Ruling, SystemView
from appeals.policies import may_decide_appeal, opened_by, past_conflict_of
from casework import drawing
from casework.actor import Actor
from casework.canonical import digest
from casework.errors import FieldError, FirstViewRequired, Invalid, one_of, require
from casework.firing import command, fire
from casework.named import named
from casework.text import is_visually_blank
from classifier.agreement import leans_to_undo
from notices.commands import MeasureRuling, follow_appeal
from notices.queries import is_under_appeal, lock_notice
from rules.clearances import wording_errors
from rules.letters import blank_errors
from rules.terms import terms_at

FINDINGS = {
    PointKind.FACT: ("established", "not_established"),
    PointKind.ARGUMENT: ("accepted", "partly", "rejected"),
}
DIFFERENCES = ("evidence", "rule_reading", "system_missed", "i_missed")
BURDENS = ("", "platform", "appellant")
MIN_DEPARTURE = 6
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LISTENERS: list[Callable[[Decision], None]] = []
"""Called inside the transaction of a person's decision, with it: for what must be on file before anybody reads it."""


@dataclass(frozen=True, slots=True)
class RulingDraft:
    """What happens to one measure (by its number in the notice)."""

    measure: int
    outcome: str
    ends_at: datetime | None = None
    amount_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """One fact or argument: what was said, what was found, and a sentence why, citing evidence numbers."""

    kind: str
    text: str
    finding: str
    sentence: str
    burden_on: str = ""
    evidence: Sequence[int] = field(default_factory=tuple)


@command
def decide_appeal(
    *,
    actor: Actor,
    ref: str,
    rulings: Sequence[RulingDraft],
    points: Sequence[Point],
    reasons: str,
    rule_application: str,
    now: datetime,
    expected_version: int,
    difference_reason: str = "",
    departure_reason: str = "",
    unread_reason: str = "",
) -> Appeal:
    """Records a person's decision, changes the measures accordingly, and owes a remedy for each effect to undo.

    Where a piece of the file was not opened, `unread_reason` says why, and is kept with the decision; what the first
    view gave a reason for needs no second one, but for evidence that came in since.

    Raises `NotFound`, `NotAllowed`, `ConflictOfInterest`, `LeaseLost`, `Stale`, `FirstViewRequired`, `NotYourTurn`, and
    `Invalid` with one error per missing or impossible field.
    """
    appeal = lock_appeal(actor, ref, expected_version)
    require(may_decide_appeal(actor, appeal) or past_conflict_of(actor, appeal))
    require_lease(appeal, now=now)
    first = _first_view_of(actor, appeal)
    items = list(appeal.items.select_related("measure__type_version"))
    suggestion = appeal.suggestions.order_by("-appeal_version").first()
    opened, pieces = opened_by(actor, appeal), pieces_of(appeal)
    unread = unread_of(pieces, opened)
    unread_reason = unread_reason or _reason_given(first, [pieces[piece] for piece in unread])
    outcome = overall_outcome([r.outcome for r in rulings])
    view = _system_view(suggestion, opened, outcome)
    if errors := [
        *_ruling_errors(rulings, items),
        *_point_errors(pieces, points),
        *_text_errors(reasons, rule_application),
        *_writing_errors(points, reasons, rule_application, departure_reason),
        *(_reading_errors(opened) or unread_errors(unread, unread_reason)),
        *_difference_errors(view, difference_reason),
        *_coherence_errors(rulings, points, departure_reason),
    ]:
        raise Invalid(errors=errors)
    decision = Decision.objects.create(
        appeal=appeal,
        by_kind=DecidedBy.HUMAN,
        reviewer_id=actor.user_id,
        session_hash=digest(actor.session),
        outcome=outcome,
        reasons=reasons,
        rule_application=rule_application,
        system_view=view,
        difference_reason=difference_reason,
        departure_reason=departure_reason,
        unread_reason=unread_reason if unread else "",
        model_version=suggestion.model_version if suggestion and view != SystemView.NOT_USED else "",
        decided_at=now,
        check_code=new_check_code(),
        is_drawn=_is_drawn(appeal, now),
    )
    content = content_of_decision(decision, record_rulings(decision, rulings, items), _record_points(decision, points))
    fire(
        appeal,
        "decide",
        actor=actor,
        now=now,
        facts=_facts_of(decision, points, content)
        | {"opened": sorted(opened), "first_view": first.fingerprint, "unread": unread},
        outcome=outcome,
        decided_by_kind=DecidedBy.HUMAN,
        decided_at=now,
    )
    follow(appeal, rulings, actor=actor, now=now)
    for listener in LISTENERS:
        listener(decision)
    return appeal


def _is_drawn(appeal: Appeal, now: datetime) -> bool:
    """Whether chance draws the decision for a second look. A later round names the decision before it."""
    share = terms_at(now, [appeal.party_id])["second_look_share"].amount
    return appeal.round == 1 and drawing.is_drawn("decision", appeal.ref, permille=10 * share)


def _difference_errors(view: SystemView, reason: str) -> list[FieldError]:
    if (view != SystemView.DIFFERED and not reason) or reason in DIFFERENCES:
        return []
    words = _("You and the system differ: say where the difference lies.")
    return [FieldError("/difference_reason", "required", words)]


def stands_without_a_fact(rulings: Sequence[RulingDraft], points: Sequence[Point]) -> list[int]:
    """Which rulings keep a measure as it is although not one fact was established (办法 art. 19(2)).

    None where a fact was for the appellant to prove: that it was not established speaks for the measure.
    """
    facts = [point for point in points if point.kind == PointKind.FACT]
    if not facts or any(p.finding != "not_established" or p.burden_on == "appellant" for p in facts):
        return []
    return [i for i, ruling in enumerate(rulings) if ruling.outcome == Outcome.UPHELD]


def _coherence_errors(
    rulings: Sequence[RulingDraft], points: Sequence[Point], departure_reason: str
) -> list[FieldError]:
    """The contradiction, at each measure and at the reason that is missing; a reason without one is refused, too."""
    standing = stands_without_a_fact(rulings, points)
    is_given = not is_visually_blank(departure_reason)
    if not standing and departure_reason:
        words = _("No measure stands without an established fact: leave this empty.")
        return [FieldError("/departure_reason", "departs-from-nothing", words)]
    if not standing or (is_given and len(departure_reason.strip()) >= MIN_DEPARTURE):
        return []
    words = _("This measure stands, but no fact was established: change one of the two, or say why you depart.")
    missing = _("Say why the measure stands although no fact was established. The letter shows it.")
    return [
        *(FieldError(f"/items/{i}/outcome", "contradicts-findings", words) for i in standing),
        FieldError("/departure_reason", "required", missing),
    ]


def _facts_of(decision: Decision, points: Sequence[Point], content: dict[str, Any]) -> dict[str, Any]:
    """What the ledger holds of it."""
    return {
        "outcome": decision.outcome,
        "by": "HUMAN",
        "reasons": digest(decision.reasons),
        "points": [p.finding for p in points],
        "system_view": str(decision.system_view),
        "content": digest(content),
    }


def _record_points(decision: Decision, points: Sequence[Point]) -> list[DecisionPoint]:
    return DecisionPoint.objects.bulk_create(
        DecisionPoint(
            decision=decision,
            no=no,
            evidence=list(p.evidence),
            **named(p, lambda p: (p.kind, p.text, p.finding, p.sentence, p.burden_on)),
        )
        for no, p in enumerate(points, start=1)
    )


def rehearse_decision[Shown](*, show: Callable[[], Shown], **asked: Any) -> Shown:
    """Decides as `decide_appeal`, returns what `show` reads of it, and rolls everything back.

    So what a reviewer checks is what is sent, refusals included: it is the same verb, taken back. Raises as it does.
    """
    with transaction.atomic():
        decide_appeal(**asked)
        shown = show()
        transaction.set_rollback(True)
    return shown


def overall_outcome(outcomes: Sequence[str]) -> Outcome:
    """One outcome of the measures together: all fell, all stand, or something in between."""
    kinds = set(outcomes)
    if kinds == {Outcome.OVERTURNED}:
        return Outcome.OVERTURNED
    return Outcome.UPHELD if kinds <= {Outcome.UPHELD} else Outcome.VARIED


def new_check_code() -> str:
    """Twelve characters with which anybody holding the letter can have it verified."""
    return "".join(secrets.choice(ALPHABET) for _i in range(12))


def record_rulings(decision: Decision, rulings: Sequence[RulingDraft], items: Sequence[Any]) -> list[Ruling]:
    """Records one ruling per appealed measure, with what the measure was before."""
    measures = {i.measure.no: i.measure for i in items}
    return Ruling.objects.bulk_create(
        Ruling(
            decision=decision,
            measure=measures[r.measure],
            outcome=r.outcome,
            ends_at=r.ends_at,
            amount_minor=r.amount_minor,
            ended_at_before=measures[r.measure].ends_at,
            amount_minor_before=measures[r.measure].amount_minor,
        )
        for r in rulings
    )


def follow(appeal: Appeal, rulings: Sequence[RulingDraft], *, actor: Actor, now: datetime) -> None:
    """Changes the measures as decided. An automated outcome that a person only confirms had its effect before."""
    notice = lock_notice(Q(), pk=appeal.notice_id)
    if is_under_appeal(notice):
        asked = [MeasureRuling(r.measure, r.outcome, r.ends_at, r.amount_minor) for r in rulings]
        said = {"number": appeal.number, "reasons": appeal.decision.reasons}
        follow_appeal(notice, asked, actor=actor, now=now, appeal=appeal.ref, **said)


def _system_view(suggestion: Any, opened: set[str], outcome: Outcome) -> SystemView:
    """Whether the system's view was seen, and whether it agreed; it has one only where it did not abstain."""
    if suggestion is None or "suggestion" not in opened:
        return SystemView.NOT_USED
    if suggestion.abstained or suggestion.overturn_permille is None:
        return SystemView.NOT_USED
    system_would_undo = leans_to_undo(suggestion.overturn_permille)
    return SystemView.AGREED if system_would_undo == (outcome != Outcome.UPHELD) else SystemView.DIFFERED


def _ruling_errors(rulings: Sequence[RulingDraft], items: Sequence[Any]) -> list[FieldError]:
    errors = []
    appealed = {i.measure.no: i.measure for i in items}
    named = [r.measure for r in rulings]
    if set(appealed) - set(named):
        errors.append(FieldError("/items", "missing-ruling", _("Every appealed measure needs an outcome.")))
    for i, ruling in enumerate(rulings):
        measure = appealed.get(ruling.measure)
        if measure is None or named.count(ruling.measure) > 1:
            errors.append(FieldError(f"/items/{i}/measure", "not-appealed", _("This measure is not under appeal.")))
            continue
        if ruling.outcome not in Outcome.values:
            errors.append(FieldError(f"/items/{i}/outcome", "unknown", one_of(Outcome.values)))
        if ruling.outcome == Outcome.VARIED and ruling.ends_at is None and ruling.amount_minor is None:
            errors.append(FieldError(f"/items/{i}", "changes-nothing", _("Say what the measure is reduced to.")))
        if ruling.outcome != Outcome.VARIED and (ruling.ends_at is not None or ruling.amount_minor is not None):
            errors.append(
                FieldError(f"/items/{i}", "not-varied", _("Only a reduced measure gets a new end or amount."))
            )
        if measure.is_revoked and ruling.outcome != Outcome.OVERTURNED:
            errors.append(FieldError(f"/items/{i}/outcome", "heavier", _("An appeal cannot make a measure heavier.")))
    return errors


def _point_errors(pieces: Iterable[str], points: Sequence[Point]) -> list[FieldError]:
    errors = []
    for kind, at, code, words in (
        (PointKind.FACT, "/points", "missing-fact", _("Find on at least one fact.")),
        (PointKind.ARGUMENT, "/points", "missing-argument", _("Answer the appellant's argument.")),
    ):
        if not any(p.kind == kind for p in points):
            errors.append(FieldError(at, code, words))
    known = {int(piece.removeprefix("evidence:")) for piece in pieces if piece.startswith("evidence:")}
    for i, point in enumerate(points):
        at = f"/points/{i}"
        if point.kind not in PointKind.values or point.finding not in FINDINGS[PointKind(point.kind)]:
            codes = dict.fromkeys(code for each in FINDINGS.values() for code in each)
            errors.append(FieldError(f"{at}/finding", "unknown", one_of(codes)))
        if is_visually_blank(point.text):
            errors.append(FieldError(f"{at}/text", "required", _("Say which fact or argument this is about.")))
        if is_visually_blank(point.sentence) or len(point.sentence.strip()) < 4:
            errors.append(FieldError(f"{at}/sentence", "required", _("Give the reason in a sentence.")))
        if point.burden_on not in BURDENS:
            errors.append(FieldError(f"{at}/burden_on", "unknown", one_of(filter(None, BURDENS))))
        if not set(point.evidence) <= known:
            errors.append(FieldError(f"{at}/evidence", "unknown-evidence", _("The file holds no such evidence.")))
    return errors


def _text_errors(reasons: str, rule_application: str) -> list[FieldError]:
    errors = []
    for name, text in (("reasons", reasons), ("rule_application", rule_application)):
        if is_visually_blank(text) or len(text.strip()) < 6:
            errors.append(
                FieldError(f"/{name}", "required", _("Write it in your own words, in at least one sentence."))
            )
    return errors


def _writing_errors(
    points: Sequence[Point], reasons: str, rule_application: str, departure_reason: str
) -> list[FieldError]:
    """Forbidden content and empty blanks in what the reviewer writes; the argument answered is the appellant's own."""
    sentences = {f"/points/{i}/sentence": point.sentence for i, point in enumerate(points)}
    written = {"/reasons": reasons, "/rule_application": rule_application, **sentences}
    return [*wording_errors(written), *blank_errors(written | {"/departure_reason": departure_reason})]


def _reading_errors(opened: set[str]) -> list[FieldError]:
    if opened - {"suggestion"}:
        return []
    return [FieldError("", "nothing-opened", _("Open the file before you decide."))]


def _first_view_of(actor: Actor, appeal: Appeal) -> FirstView:
    first = FirstView.objects.filter(appeal=appeal, reviewer_id=actor.user_id).first()
    if first is None:
        raise FirstViewRequired()
    return first


def _reason_given(first: FirstView, came_in: Sequence[datetime | None]) -> str:
    """The reason of the first view, for pieces that were in the file then; not for what came in since."""
    return first.unread_reason if all(at is None or at <= first.locked_at for at in came_in) else ""
