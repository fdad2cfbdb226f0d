"""Values for the three panes of a case: the pieces of the file, the timeline and, after the first view, the advice."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from django.db.models import prefetch_related_objects
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.mandates import names_of_agents
from appeals.events import EVENTS, text_of
from appeals.models import Appeal, Outcome, TriageSuggestion
from appeals.queries import events_of, officer_codes
from appeals.queries.explained import Point, reasons_of
from casework.models import Event
from casework.toml import read_sentences
from classifier.agreement import leans_to_undo
from files.models import Attachment
from rules.guidance import guidance_on
from transparency.queries import TrackRecord

Text = str | Promise

# — the pieces of the file —


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing to open: the statement, an exhibit of the notice, evidence of the appellant."""

    subject: str
    kind: str  # "statement", "exhibit", "evidence"
    no: int
    label: Text
    text: str = ""
    at: datetime | None = None
    file: Attachment | None = None
    version: int = 0
    is_open: bool = False

    @property
    def key(self) -> str:
        return self.subject.replace(":", "-")


def statement_of(appeal: Appeal) -> str:
    """The appellant's own words, joined as the classifier reads them, so that places in the text agree."""
    texts = [appeal.statement, *(item.statement for item in appeal.items.all())]
    return "\n".join(text for text in texts if text)


def pieces_of(appeal: Appeal, opened: Iterable[str]) -> list[Piece]:
    """Every piece of the file in reading order; drafts of the appellant are not part of it."""
    seen = set(opened)
    found = [Piece("statement", "statement", 0, appeal.get_ground_display(), statement_of(appeal), appeal.filed_at)]
    found += [
        Piece(f"exhibit:{e.no}", "exhibit", e.no, e.caption, e.excerpt, e.captured_at, e.attachment)
        for e in appeal.notice.exhibits.all()
    ]
    found += [
        Piece(
            f"evidence:{e.no}",
            "evidence",
            e.no,
            e.caption,
            "",
            e.submission.submitted_at,
            e.attachment,
            e.submission.version,
        )
        for e in appeal.evidence.all()
        if e.submission is not None
    ]
    return [replace(piece, is_open=piece.subject in seen) for piece in found]


def with_guidance(appeal: Appeal) -> Appeal:
    """The appeal, with what two people said of how to read it beside each clause that the measure rests on."""
    prefetch_related_objects([appeal.notice], "bases")
    bases = appeal.notice.bases.all()
    said = guidance_on(basis.clause_id for basis in bases if basis.clause_id is not None)
    for basis in bases:
        basis.guidance = said.get(basis.clause_id or 0, "")  # type: ignore[attr-defined]  # for the page
    return appeal


# — the timeline —

ACTORS = {"party": "other", "staff": "officer", "system": "system", "client": "platform"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline, in the shape of components/timeline.html."""

    at: datetime
    text: Text
    actor: str
    officer: str = ""
    who: Text = ""


def timeline_of(appeal: Appeal) -> list[Entry]:
    """What happened, newest first, from the notice on."""
    events = [e for e in events_of(appeal) if EVENTS[e.type].staff]
    codes = officer_codes(e.actor_ref for e in events)
    agents = names_of_agents({e.actor_ref for e in events if e.facts.get("agent")}, [appeal.party_id])
    entries = [
        Entry(
            at=event.effective_at,
            text=text_of(event.type, event.facts).staff,
            actor=ACTORS.get(event.actor_kind, "other"),
            officer=codes.get(event.actor_ref, ""),
            who=_who(event, agents),
        )
        for event in events
    ]
    served = Entry(at=appeal.notice.served_at, text=_("Notice delivered"), actor="platform")
    return [*reversed(entries), served]


def _who(event: Event, agents: Mapping[str, str]) -> Text:
    if event.actor_kind != "party":
        return ""
    if event.facts.get("agent"):
        return gettext("%(name)s, agent of the appellant") % {"name": agents.get(event.actor_ref, "")}
    return _("Appellant")


def changes_since(appeal: Appeal, version: int) -> list[Text]:
    """What happened to the case after the reviewer read this version of it."""
    events: Iterable[Event] = events_of(appeal).filter(sequence__gt=version)
    return [row.staff for e in events if (row := text_of(e.type, e.facts)).staff]


# — the system's view, as points for and against —

_WORDS = read_sentences(Path(__file__).with_name("words.toml"))
REASONS_TO_ABSTAIN: Mapping[str, Text] = _WORDS["abstains"]
LEANS: Sequence[tuple[int, Text]] = (
    (200, _("The system leans strongly to keeping the measure.")),
    (400, _("The system leans to keeping the measure.")),
    (500, _("The system is close to undecided, slightly for keeping the measure.")),
    (600, _("The system is close to undecided, slightly for undoing the measure.")),
    (800, _("The system leans to undoing the measure.")),
    (1001, _("The system leans strongly to undoing the measure.")),
)


@dataclass(frozen=True, slots=True)
class AdvicePoint:
    """One thing that speaks for or against: the appellant's words, where they stand, or a circumstance."""

    text: str
    weight: str
    is_quote: bool = False
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class TextSpan:
    """A stretch of the statement, marked or not."""

    text: str
    anchor: str = ""
    is_for: bool = False


@dataclass(frozen=True, slots=True)
class Advice:
    """The system's view in words: which way it leans, what speaks for and against, and where."""

    lean: Text
    abstained: bool
    why_abstained: list[Text]
    would_undo: bool | None
    for_undoing: list[AdvicePoint]
    for_keeping: list[AdvicePoint]
    rest: str
    usual: str
    total: str
    statement: list[TextSpan]
    agrees: bool | None
    model: str
    record: TrackRecord | None = None
    share: int = 0
    baseline: int = 0


def advice_of(appeal: Appeal, suggestion: TriageSuggestion, *, first: str, record: TrackRecord | None) -> Advice:
    """The suggestion as points; `first` is the reviewer's own locked outcome."""
    permille = suggestion.overturn_permille
    silent = suggestion.abstained or permille is None
    would_undo = None if permille is None or suggestion.abstained else leans_to_undo(permille)
    statement = statement_of(appeal)
    reasons = reasons_of(appeal, suggestion)
    points = [*reasons.for_undoing, *reasons.for_keeping]
    total = sum(point.weight for point in points) + reasons.rest + reasons.usual
    # So that what stands on the page adds up on the page, too.
    rest = round(total, 2) - sum(round(each, 2) for each in (*(point.weight for point in points), reasons.usual))
    return Advice(
        lean="" if silent else next(words for limit, words in LEANS if (permille or 0) < limit),
        abstained=silent,
        why_abstained=[REASONS_TO_ABSTAIN.get(r, r) for r in suggestion.abstain_reasons],
        would_undo=would_undo,
        for_undoing=[_point(statement, point) for point in reasons.for_undoing],
        for_keeping=[_point(statement, point) for point in reasons.for_keeping],
        rest=_signed(rest),
        usual=_signed(reasons.usual),
        total=_signed(total),
        statement=_marked(statement, points),
        agrees=None if would_undo is None else would_undo == (first != Outcome.UPHELD),
        model=suggestion.model_version,
        record=record,
        share=round(100 * record.agreed / record.n) if record else 0,
        baseline=round(100 * record.common / record.n) if record else 0,
    )


def _signed(weight: float) -> str:
    """A weight with its sign, as it stands on the page; nought has none."""
    return f"{weight:+.2f}".replace("-", "−") if round(weight, 2) else "0.00"


def _stands(statement: str, point: Point) -> bool:
    return not point.name and statement[point.start : point.end] == point.text


def _point(statement: str, point: Point) -> AdvicePoint:
    anchor = f"said-{point.start}" if _stands(statement, point) else ""
    return AdvicePoint(point.text, _signed(point.weight), is_quote=not point.name, anchor=anchor)


def _marked(statement: str, points: Sequence[Point]) -> list[TextSpan]:
    """The statement cut at the clauses that weighed; where two overlap the earlier one stands."""
    stretches: list[TextSpan] = []
    at = 0
    for point in sorted((p for p in points if _stands(statement, p)), key=lambda p: p.start):
        if point.start < at:
            continue
        if point.start > at:
            stretches.append(TextSpan(statement[at : point.start]))
        stretches.append(TextSpan(point.text, f"said-{point.start}", point.weight > 0))
        at = point.end
    if at < len(statement):
        stretches.append(TextSpan(statement[at:]))
    return stretches


# — the words of the form —

FINDING: Mapping[str, Text] = _WORDS["findings"]
BURDENS: Sequence[tuple[str, Text]] = (
    ("", _("nobody in particular")),
    ("platform", _("the platform")),
    ("appellant", _("the appellant")),
)
DIFFERENCE: Mapping[str, Text] = _WORDS["differences"]
