"""What people of the platform decide on a tip, what they look at, and what follows by itself."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Party, PartyKind
from casework.actor import Actor
from casework.canonical import digest
from casework.errors import Invalid, NotYourTurn, require, require_text
from casework.firing import command, fire, locked
from casework.refs import new_ref
from notices.commands import (
    BasisDraft,
    Decision,
    Detection,
    ExhibitDraft,
    MeasureDraft,
    NoticeDraft,
    issue_decided,
    require_complete,
)
from tips import policies
from tips.machine import TipState
from tips.models import Tip, TipFinding

SYSTEM = Actor.system("tips")


@command
def dismiss_tip(
    *, actor: Actor, ref: str, reasons: str, answer: str, now: datetime, expected_version: int | None = None
) -> Tip:
    """Decides that what was reported is not confirmed. `reasons` stay inside, `answer` goes to whoever gave the tip.

    Raises `NotFound`, `NotAllowed`, `ConflictOfInterest`, `Stale`, `NotYourTurn`, `Invalid` without either.
    """
    return _decided(actor, ref, expected_version, "dismiss", reasons, answer, now=now)


@command
def set_tip_aside(
    *, actor: Actor, ref: str, reasons: str, answer: str, now: datetime, expected_version: int | None = None
) -> Tip:
    """Decides that no rule covers what was reported. Otherwise as `dismiss_tip`."""
    return _decided(actor, ref, expected_version, "set_aside", reasons, answer, now=now)


def _decided(
    actor: Actor, ref: str, version: int | None, verb: str, reasons: str, answer: str, *, now: datetime
) -> Tip:
    tip = _to_decide(actor, ref, version, TipState.RECEIVED)
    _require_words(reasons=reasons, answer=answer)
    said = {"reasons": digest(reasons), "answer": digest(answer)}
    fire(tip, verb, actor=actor, now=now, facts=said, **_by(actor, reasons, answer, now))
    return tip


@command
def act_on_tip(
    *,
    actor: Actor,
    ref: str,
    subject: str,
    measure: str,
    object_ref: str,
    scope: str,
    facts: str,
    reasons: str,
    rule: str,
    clause: str,
    answer: str,
    now: datetime,
    conduct_at: datetime | None = None,
    expected_version: int | None = None,
) -> Tip:
    """Takes a measure by an ordinary notice to `subject`, whose source is a report by someone. It carries neither
    number, words, files nor time of the tip; `facts` is what the person found, `conduct_at` when it was so.

    Raises `NotFound`, `NotAllowed`, `ConflictOfInterest`, `Stale`, `NotYourTurn`, `Invalid` for words that name whoever
    gave the tip, and as `notices.commands.issue_notice`.
    """
    tip = _to_decide(actor, ref, expected_version, TipState.RECEIVED)
    _require_words(reasons=reasons, answer=answer)
    party = _subject(tip, subject)
    tip.subject = party
    require(policies.may_decide_tip(actor, tip))
    _refuse_names(tip, object_ref=object_ref, scope=scope, facts=facts, reasons=reasons)
    with override(party.language):
        caption = _("What the platform found")
    notice = issue_decided(
        actor=actor,
        client_id=_client_of(party),
        draft=NoticeDraft(
            external_ref=new_ref("J-"),
            party=party.ref,
            facts=facts,
            reasons=reasons,
            conduct_at=conduct_at or now,
            measures=[MeasureDraft(measure, "listing", object_ref, object_ref, scope, now)],
            basis=[BasisDraft("CLAUSE", rule=rule, clause=clause)],
            detection=Detection("REPORT"),
            decision=Decision(officer=actor.code),
            evidence=[ExhibitDraft(caption, now, excerpt=facts)],
            language=party.language,
        ),
        now=now,
    )
    said = {"reasons": digest(reasons), "answer": digest(answer), "measure": notice.ref}
    more = {"notice_id": notice.pk, "subject_id": party.pk, **_by(actor, reasons, answer, now)}
    fire(tip, "act", actor=actor, now=now, facts=said, **more)
    return tip


@command
def see_tip_reporter(*, actor: Actor, ref: str, why: str, now: datetime, expected_version: int | None = None) -> Tip:
    """Puts on record that this person looks at who gave the tip, and why; for half an hour they are shown it.

    Raises `NotFound`, `NotAllowed`, `ConflictOfInterest`, `Stale`.
    """
    tip = _to_decide(actor, ref, expected_version)
    fire(tip, "see_reporter", actor=actor, now=now, facts={"why": why})
    return tip


@command
def find_tip_malicious(
    *,
    actor: Actor,
    ref: str,
    measure: str,
    facts: str,
    reasons: str,
    rule: str,
    clause: str,
    now: datetime,
    expected_version: int | None = None,
) -> Tip:
    """Proposes to find that an unfounded tip of a party was made in bad faith; nothing follows before a second person.

    Raises `NotFound`, `NotAllowed`, `ConflictOfInterest`, `Stale`, `NotYourTurn`, `Invalid` without words.
    """
    tip = _to_decide(actor, ref, expected_version, TipState.UNFOUNDED)
    if tip.finding or tip.reporter is None:
        raise NotYourTurn()
    found: dict[str, Any] = {"finding_measure": measure, "finding_rule": rule, "finding_clause": clause}
    found |= {"finding_facts": facts, "finding_reasons": reasons, "finding": TipFinding.PROPOSED}
    for name, value in found.items():
        setattr(tip, name, value)
    draft = _finding(tip, tip.reporter, actor, now)
    require_complete(actor=actor, client_id=_client_of(tip.reporter), draft=draft, now=now)
    said = {"reasons": digest(reasons)}
    fire(tip, "find", actor=actor, now=now, facts=said, found_at=now, found_by_id=actor.person, **found)
    return tip


@command
def confirm_tip_finding(
    *, actor: Actor, ref: str, agrees: bool, now: datetime, expected_version: int | None = None
) -> Tip:
    """A second person finds so, too, by an ordinary notice to whoever gave the tip, which they can appeal; or does not,
    and nothing follows. Raises as `find_tip_malicious`, and as `notices.commands.issue_notice`.
    """
    tip = _to_decide(actor, ref, expected_version, TipState.UNFOUNDED)
    if tip.finding != TipFinding.PROPOSED or tip.reporter is None:
        raise NotYourTurn()
    require(policies.may_confirm_finding(actor, tip))
    by: dict[str, Any] = {"confirmed_at": now, "confirmed_by_id": actor.person}
    if not agrees:
        said = {"finding": str(TipFinding.DROPPED)}
        fire(tip, "drop_finding", actor=actor, now=now, facts=said, finding=TipFinding.DROPPED, **by)
        return tip
    notice = issue_decided(
        actor=actor, client_id=_client_of(tip.reporter), draft=_finding(tip, tip.reporter, actor, now), now=now
    )
    said = {"finding": str(TipFinding.MALICIOUS), "notice": notice.ref}
    by |= {"finding": TipFinding.MALICIOUS, "finding_notice_id": notice.pk}
    fire(tip, "confirm_finding", actor=actor, now=now, facts=said, **by)
    return tip


# — the engine —


@command
def mark_tip_overdue(*, tip_id: int, effective_at: datetime, now: datetime) -> None:
    """Records that the tip was not decided in time."""
    tip = Tip.lock(Q(), pk=tip_id)
    if tip.state == TipState.RECEIVED:
        fire(tip, "mark_overdue", actor=Actor.system("deadline"), now=now, effective_at=effective_at)


@command
def follow_revoked_notice(*, notice_id: int, now: datetime) -> None:
    """Says of the tip that the measure which followed it was revoked."""
    pk = Tip.objects.filter(notice_id=notice_id, state=TipState.MEASURE).values_list("pk", flat=True).first()
    if pk is not None:
        fire(Tip.lock(Q(), pk=pk), "revert", actor=SYSTEM, now=now)


def _finding(tip: Tip, party: Party, actor: Actor, now: datetime) -> NoticeDraft:
    """The notice that says so to whoever gave the tip."""
    with override(party.language):
        caption = _("Tip %(number)s") % {"number": tip.number}
        scope = _("The finding is on record and shown to whoever decides the next tips.")
    return NoticeDraft(
        external_ref=f"{tip.number}-F",
        party=party.ref,
        facts=tip.finding_facts,
        reasons=tip.finding_reasons,
        conduct_at=tip.created_at,
        measures=[MeasureDraft(tip.finding_measure, "tip", tip.number, tip.number, scope, now)],
        basis=[BasisDraft("CLAUSE", rule=tip.finding_rule, clause=tip.finding_clause)],
        detection=Detection("STAFF"),
        decision=Decision(officer=actor.code),
        evidence=[ExhibitDraft(caption, tip.created_at, excerpt=tip.what)],
        language=party.language,
    )


def _to_decide(actor: Actor, ref: str, version: int | None, state: TipState | None = None) -> Tip:
    tip = locked(Tip, policies.visible_to(actor), ref, version)
    require(policies.may_decide_tip(actor, tip))
    if state is not None and tip.state != state:
        raise NotYourTurn()
    return tip


def _by(actor: Actor, reasons: str, answer: str, now: datetime) -> dict[str, Any]:
    session = digest(actor.session)
    said = {"reasons": reasons, "answer": answer}
    return {"decided_at": now, "decided_by_id": actor.person, "session_hash": session, **said}


def _require_words(**words: str) -> None:
    """Raises `Invalid` without words."""
    for name, text in words.items():
        require_text(f"/{name}", text, _("Please fill this in."))


def _refuse_names(tip: Tip, **words: str) -> None:
    """Raises `Invalid` where words that the reported party reads name whoever gave the tip, or the tip."""
    party = tip.reporter
    names = [tip.number, tip.ref, tip.contact, *((party.name, party.ref, party.external_ref) if party else ())]
    for name, text in words.items():
        if any(len(each) > 1 and each in text for each in names):
            raise Invalid.field(f"/{name}", "names-the-reporter", _("This names whoever gave the tip. Leave it out."))


def _subject(tip: Tip, named: str) -> Party:
    """The party that the measure is against. Raises `Invalid`."""
    rows = Party.objects.filter(Q(ref=named) | Q(external_ref=named) & ~Q(external_ref=""), client__isnull=False)
    if tip.client_id is not None:
        rows = rows.filter(client_id=tip.client_id)
    found = list(rows.exclude(kind=PartyKind.EXECUTOR)[:2]) if named else []
    if len(found) != 1 or found[0].pk == tip.reporter_id:
        raise Invalid.field("/subject", "unknown-party", _("We know no such party."))
    return found[0]


def _client_of(party: Party) -> int:
    assert party.client_id is not None
    return party.client_id
