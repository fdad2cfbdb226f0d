"""What the panes of a dispute show: the ladder of each fact, the file, what follows from the facts, the talk.

What does not belong here: what may be shown to whom (queries, policies) and how a request is answered (views).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from casework.actor import Actor
from casework.templatetags.casework_tags import money
from disputes import queries
from disputes.lanes import lane_read_by
from disputes.machine import FactState
from disputes.models import Dispute, NoReturnConsent, OptIn, RecordPull, Submission
from disputes.owing import remedies_to_offer
from disputes.proof import Derived, found_for
from disputes.queries import EvidenceView, FactView, pictures_after, record_lines, with_words
from disputes.queries.letter import who
from disputes.records import GapReason
from disputes.verbs import Action
from disputes.words import Lane, Record, Remedy, Side, Stake
from disputes.workbench.forms import FactWork, Work

ENTRIES_SHOWN = 200


def label(choices: type[TextChoices], code: str) -> str:
    """The word of a code; the code itself where it is not one of ours."""
    return str(choices(code).label) if code in choices.values else code


def turn_of(dispute: Dispute) -> str:
    """Whose turn it is, in words."""
    return _(", ").join(who(dispute, side) for side in queries.turn_of(dispute))


# — the left pane: each fact with its ladder —


@dataclass(frozen=True, slots=True)
class Rung:
    """One step: who must show what, how sure one must be, on which basis, and what silence means."""

    no: int
    status: str
    who: str
    rebuts: bool
    shows: str
    accepts: str
    standard: str
    basis_kind: str
    basis: str
    presumption: str
    silence: str
    hours: int


@dataclass(frozen=True, slots=True)
class Cite:
    """One piece a ruling may rest on, or why none may."""

    no: int
    caption: str
    why_not: str


@dataclass(frozen=True, slots=True)
class FactPane:
    """One fact as the mediator works on it."""

    no: int
    view: FactView
    work: FactWork
    bearer: str
    speaks_for: str
    rungs: Sequence[Rung]
    cites: Sequence[Cite]
    bearers: Sequence[tuple[str, str]]
    may_rule: bool
    may_shift: bool
    may_reopen: bool
    shift_basis: tuple[str, str]


def facts_of(
    dispute: Dispute,
    views: Sequence[FactView],
    shown: Sequence[EvidenceView],
    actions: Sequence[Action],
    work: Mapping[int, FactWork],
    now: datetime,
) -> list[FactPane]:
    """Every fact with its ladder and the forms that are open now."""
    can = {(action.name, action.fact) for action in actions}
    cites = [_cite(view, now) for view in shown if not view.is_draft]
    panes = []
    for view in views:
        basis, _line, why = view.fact.shift_basis.partition("\n")
        steps = {rung.bearer: rung.row for rung in view.rungs}
        panes.append(
            FactPane(
                no=view.no,
                view=view,
                work=work.get(view.no) or FactWork(view.no),
                bearer=who(dispute, view.bearer, first=True) if view.bearer else "",
                speaks_for=who(dispute, view.found_for) if view.found_for else "",
                rungs=[_rung(dispute, rung) for rung in view.rungs],
                cites=cites,
                bearers=[(side, who(dispute, side, first=True)) for side in Side.values if side in steps],
                may_rule=("rule", view.no) in can,
                may_shift=("shift-burden", view.no) in can,
                may_reopen=("reopen-evidence", view.no) in can,
                shift_basis=(basis, why),
            )
        )
    return panes


def _rung(dispute: Dispute, rung: Any) -> Rung:
    row = rung.row
    return Rung(
        no=rung.no,
        status=rung.status,
        who=who(dispute, rung.bearer, first=True),
        rebuts=row.rebuts,
        shows=row.in_language("shows"),
        accepts=row.in_language("accepts"),
        standard=row.get_standard_display(),
        basis_kind=row.get_basis_kind_display(),
        basis=row.in_language("basis"),
        presumption=row.in_language("presumption"),
        silence=row.in_language("silence"),
        hours=row.hours,
    )


def is_answerable(submission: Submission, now: datetime) -> bool:
    """Whether the other side can still answer it."""
    return submission.answered_at is None and submission.answerable_until > now


def _cite(view: EvidenceView, now: datetime) -> Cite:
    item = view.item
    assert item.submission is not None
    why = ""
    if item.is_withheld:
        why = _("the other side never saw it")
    elif is_answerable(item.submission, now):
        why = _("the other side can still answer it")
    return Cite(item.no, caption_of(view), why)


def caption_of(view: EvidenceView) -> str:
    """What a piece is said to prove; a platform record by its kind."""
    record = view.item.record
    return view.item.caption if record is None else label(Record, record.kind)


# — the middle pane: the file —


@dataclass(frozen=True, slots=True)
class Piece:
    """One submitted piece, to read: a file, words from the room, or a platform record with where it came from."""

    no: int
    view: EvidenceView
    who: str
    caption: str
    rows: Sequence[tuple[str, str]]
    is_answerable: bool
    objections: Sequence[tuple[str, Any]]


@dataclass(frozen=True, slots=True)
class Gap:
    """A record that the platform was asked for and does not have."""

    fact: int
    kind: str
    reason: str
    detail: str


def pieces_of(dispute: Dispute, shown: Sequence[EvidenceView], now: datetime) -> list[Piece]:
    """Everything submitted, by number."""
    return [
        Piece(
            no=view.item.no,
            view=view,
            who=who(dispute, view.item.side, first=True),
            caption=caption_of(view),
            rows=record_lines(view.item.record.content, dispute.currency) if view.item.record is not None else (),
            is_answerable=view.item.submission is not None and is_answerable(view.item.submission, now),
            objections=[(who(dispute, o.side, first=True), o) for o in view.item.objections.all()],
        )
        for view in shown
        if not view.is_draft
    ]


def gaps_of(views: Sequence[FactView]) -> list[Gap]:
    """What the platform declared that it cannot give."""
    return [
        Gap(
            view.no,
            label(Record, str(gap.get("kind", ""))),
            label(GapReason, str(gap.get("reason", ""))),
            str(gap.get("detail", "")),
        )
        for view in views
        for pull in view.pulls
        for gap in pull.gaps
    ]


def waiting_pulls(views: Sequence[FactView]) -> list[RecordPull]:
    return [pull for view in views for pull in view.pulls if pull.state == "ASKED"]


# — the right pane: what follows from the facts —


@dataclass(frozen=True, slots=True)
class Chain:
    """The derived outcome in words: for whom each fact speaks and why, then what follows."""

    lines: Sequence[str]
    conclusion: str
    remedy: str
    stakes: Sequence[str]


def chain_of(dispute: Dispute, views: Sequence[FactView], derived: Derived) -> Chain:
    """Why the table leads to what it leads to."""
    if derived.supported is None:
        conclusion = _("Nothing follows yet: not every fact is settled.")
    elif derived.supported:
        conclusion = _("Every fact speaks for %(who)s, so the claim holds.") % {"who": who(dispute, Side.CLAIMANT)}
    else:
        conclusion = _("The claim does not hold: %(facts)s against it.") % {
            "facts": _(", ").join(_("fact %(no)s") % {"no": no} for no in derived.against_claimant)
        }
    remedy = ""
    if derived.remedy:
        remedy = label(Remedy, derived.remedy)
        if derived.amount_minor:
            remedy = f"{remedy} {money(derived.amount_minor, dispute.currency)}"
    return Chain(
        lines=[_chain_line(dispute, view) for view in views],
        conclusion=conclusion,
        remedy=remedy,
        stakes=[label(Stake, stake) for stake in derived.stakes],
    )


def _chain_line(dispute: Dispute, view: FactView) -> str:
    fact = view.fact
    values = {"no": view.no, "who": who(dispute, view.bearer or fact.step.bearer)}
    if fact.established is None:
        if fact.awaits_ruling:
            return _("Fact %(no)s waits for your ruling.") % values
        return _("Fact %(no)s is open: %(who)s must show something.") % values
    values["for"] = who(dispute, found_for(fact.favours, fact.established))
    if fact.state == FactState.ADMITTED:
        values["who"] = who(dispute, fact.admitted_by)
        return _("Fact %(no)s speaks for %(for)s: %(who)s conceded it.") % values
    if view.rulings:
        return _("Fact %(no)s speaks for %(for)s: so it was ruled.") % values
    return _("Fact %(no)s speaks for %(for)s: %(who)s showed nothing in time.") % values


# — the talk —


@dataclass(frozen=True, slots=True)
class LanePane:
    """One stream of the room as it is read here."""

    lane: str
    title: str
    who: str
    entries: Sequence[Mapping[str, Any]]
    earlier: int
    may_write: bool
    once: str
    typed: str
    mistakes: Sequence[Any]

    @property
    def is_typed(self) -> bool:
        return bool(self.typed or self.mistakes)


def lanes_of(actor: Actor, dispute: Dispute, work: Work, *, may_write: bool) -> list[LanePane]:
    """The streams that this reader may read, newest entries last, with what was typed for each."""
    titles = {
        Lane.BOTH: _("Both sides"),
        Lane.CLAIMANT: who(dispute, Side.CLAIMANT, first=True),
        Lane.RESPONDENT: who(dispute, Side.RESPONDENT, first=True),
    }
    panes = []
    for room in sorted(dispute.rooms.all(), key=lambda r: list(Lane.values).index(r.lane)):
        if lane_read_by(actor, dispute, room.lane) is None:
            continue
        after = max(0, room.head - ENTRIES_SHOWN)
        entries = with_words(dispute.ref, pictures_after(actor, dispute.ref, room.lane, after, ENTRIES_SHOWN))
        panes.append(
            LanePane(
                lane=room.lane,
                title=titles[Lane(room.lane)],
                who="" if room.lane == Lane.BOTH else who(dispute, room.lane.upper()),
                entries=[{**each, "when": _moment(each)} for each in entries],
                earlier=after,
                may_write=may_write and not room.is_sealed,
                once=uuid4().hex,
                typed=work.v.get(f"say_{room.lane}", ""),
                mistakes=work.at.get(f"say_{room.lane}", []),
            )
        )
    return panes


def _moment(entry: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(str(entry.get("sent_at") or entry.get("at")))


# — the determination —


def payers_of(dispute: Dispute) -> list[tuple[str, str]]:
    """Who can be made to pay."""
    sides = [Side.CLAIMANT, *([Side.RESPONDENT] if dispute.respondent_id is not None else []), Side.PLATFORM]
    return [(str(side), who(dispute, side, first=True)) for side in sides]


def remedies_of(dispute: Dispute) -> list[tuple[str, str]]:
    """What can be determined, what the table names for this ground first."""
    named = [code for code in dispute.ground.remedies if code in Remedy.values]
    return [(code, label(Remedy, code)) for code in (*named, *(c for c in Remedy.values if c not in named))]


def remedies_offered(dispute: Dispute) -> list[tuple[str, str]]:
    """What the platform can propose here."""
    return [(code, label(Remedy, code)) for code in remedies_to_offer(dispute)]


def consents_of(dispute: Dispute) -> list[str]:
    """Which merchant's consent to a refund without return is on file, in words."""
    found = []
    for side in (Side.CLAIMANT, Side.RESPONDENT):
        party_id = dispute.party_id_of(side)
        if party_id is None:
            continue
        name = {"who": who(dispute, side, first=True)}
        if NoReturnConsent.objects.filter(dispute=dispute, party_id=party_id).exists():
            found.append(_("%(who)s agreed to it in this dispute.") % name)
        if OptIn.objects.filter(party_id=party_id, revoked_at__isnull=True).exists():
            found.append(_("%(who)s has a standing consent to it.") % name)
    return found
