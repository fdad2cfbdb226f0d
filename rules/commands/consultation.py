"""A draft is put out for everybody to comment on, and every opinion is answered (办法 10, 11)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _

from casework.actor import Actor
from casework.canonical import digest, moment
from casework.errors import DeadlinePassed, Invalid, NotYourTurn, TooManyRequests, require, require_choice, require_text
from casework.firing import DeadlineSpec, command, fire, locked
from operations.limits import network_of
from rules.claims import clauses_hash, opinion_hash
from rules.commands.clause_changes import put_out
from rules.commands.publish import consulted_text
from rules.machine import RuleState
from rules.models import Disposition, Opinion, Rulemaking, RuleVersion
from rules.policies import may_comment, may_make_rule

ANYBODY = Actor.system("anybody")
AT_ONCE = 500


@command
def open_rule_consultation(
    *, actor: Actor, ref: str, closes_at: datetime, now: datetime, expected_version: int | None = None
) -> Rulemaking:
    """Everybody can read the draft and comment on it until `closes_at`; its text stays as it is until then.

    A draft that was changed after its consultation is so put out anew. Raises `NotAllowed`, `Stale`, `NotYourTurn`, and
    `Invalid` for less than 7 full days, or 15 where the version is major.
    """
    making = locked(Rulemaking, Q(), ref, expected_version)
    require(may_make_rule(actor))
    version = making.rule_version
    if making.state == RuleState.CONSULTATION and making.consultation_closed_at is None:
        raise NotYourTurn(_("The draft stays as it is while everybody is asked about it."))
    if closes_at < now + timedelta(days=version.consultation_days):
        text = _("The consultation lasts at least %(days)s full days.") % {"days": version.consultation_days}
        raise Invalid.field("/closes_at", "consultation-too-short", text)
    clauses = list(version.clauses.order_by("position"))
    fire(
        making,
        "open_consultation",
        actor=actor,
        now=now,
        facts={"text": clauses_hash(version), "closes_at": moment(closes_at), "major": version.is_major},
        deadlines=[DeadlineSpec("rule.consultation_closes", closes_at)],
        consulted_text=consulted_text(clauses),
        consultation_round=making.consultation_round + 1,
        consultation_closed_at=None,
    )
    put_out(making, clauses, round_=making.consultation_round)
    RuleVersion.objects.filter(pk=version.pk).update(consulted_from=now, consulted_until=closes_at)
    return making


@command
def submit_opinion(
    *,
    actor: Actor | None,
    ref: str,
    text: str,
    now: datetime,
    clause: str = "",
    contact: str = "",
    has_consented: bool = False,
    source: str = "",
) -> Opinion:
    """The opinion is on file as it was written. `actor` is None for somebody without an account, who gives a contact
    and consents to its being kept; `source` is the address they write from, stored as a digest.

    Raises `NotAllowed` for a program, `DeadlinePassed` outside the consultation, `TooManyRequests` for too many in an
    hour from one account or address, and `Invalid`.
    """
    making = locked(Rulemaking, Q(), ref)
    if actor is not None:
        require(may_comment(actor))
    if not making.takes_opinions(now):
        raise DeadlinePassed(_("The consultation is closed."))
    require_text("/text", text, _("Write what you think of the draft."))
    if clause and clause not in {each["number"] for each in making.consulted_text}:
        raise Invalid.field("/clause", "unknown", _("The draft has no such clause."))
    person = actor.user_id if actor is not None else None
    if person is None:
        require_text("/contact", contact, _("Give an address or a number at which we can answer."))
        if not has_consented:
            text_of_consent = _("Agree that we keep your contact with your opinion.")
            raise Invalid.field("/has_consented", "required", text_of_consent)
    written_from = digest(f"{making.ref} {person or network_of(source)}")
    _require_few(making, written_from, now=now)
    last = making.opinions.aggregate(last=Max("no"))["last"] or 0
    opinion = Opinion(
        making=making,
        no=last + 1,
        clause_number=clause,
        text=text,
        author_id=person,
        contact=contact,
        has_consented=has_consented,
        source=written_from,
        submitted_at=now,
    )
    opinion.text_hash = opinion_hash(opinion)
    opinion.save(force_insert=True)
    facts = {"no": opinion.no, "text": opinion.text_hash}
    fire(making, "receive_opinion", actor=actor or ANYBODY, now=now, facts=facts)
    return opinion


@command
def answer_opinions(
    *,
    actor: Actor,
    ref: str,
    opinions: Iterable[int],
    disposition: str,
    reason: str,
    now: datetime,
) -> Rulemaking:
    """These opinions, which say the same, have this disposition and reason; until adoption a later answer replaces it.

    Raises `NotAllowed`, `NotYourTurn`, and `Invalid` without a reason or for a number that there is not.
    """
    making = locked(Rulemaking, Q(), ref)
    require(may_make_rule(actor))
    require_choice("/disposition", disposition, Disposition)
    require_text("/reason", reason, _("Say why."))
    numbers = sorted(set(opinions))
    if not numbers or len(numbers) > AT_ONCE or making.opinions.filter(no__in=numbers).count() != len(numbers):
        raise Invalid.field("/opinions", "unknown", _("Choose opinions of this consultation, at most 500 at once."))
    facts = {"opinions": numbers, "disposition": disposition, "reason": digest(reason)}
    fire(making, "answer_opinions", actor=actor, now=now, facts=facts)
    making.opinions.filter(no__in=numbers).update(
        disposition=disposition, reason=reason, answered_by_id=actor.person, answered_at=now
    )
    return making


@command
def close_rule_consultation(*, making_id: int, effective_at: datetime, now: datetime) -> None:
    """No more opinions are taken, and the draft can be written on. Does nothing where that is so already."""
    making = Rulemaking.lock(pk=making_id)
    if making.state == RuleState.CONSULTATION and making.consultation_closed_at is None:
        actor = Actor.system("deadline")
        fire(
            making,
            "close_consultation",
            actor=actor,
            now=now,
            effective_at=effective_at,
            consultation_closed_at=effective_at,
        )


def _require_few(making: Rulemaking, source: str, *, now: datetime) -> None:
    recent = Opinion.objects.filter(source=source, submitted_at__gt=now - timedelta(hours=1)).order_by("submitted_at")
    times = list(recent.values_list("submitted_at", flat=True))
    if len(times) >= settings.OPINIONS_AN_HOUR:
        wait = int((times[0] + timedelta(hours=1) - now).total_seconds()) + 1
        text = _("Many opinions came from here within an hour. Yours is not sent yet; send it again a little later.")
        raise TooManyRequests(text, retry_after=wait)
