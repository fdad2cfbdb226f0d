"""Parses what a reviewer typed: the first view, the decision row by row, a request for more.

Only parsing: a value that has a shape is passed on, one that has none is an error beside its field.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.http import QueryDict
from django.utils import translation
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from appeals.commands import Point, RulingDraft, stands_without_a_fact
from appeals.models import Appeal, AppealItem, Decision
from casework.errors import FieldError
from console.forms import Mistake, typed_text
from surfaces.forms import fen, local_moment, number

MAX_ROWS = 40
PLAN = {"fact": "facts", "argument": "arguments"}
CHOICES = {"outcome": _("Choose what happens to this measure."), "finding": _("Choose what you find.")}
LABELS = {"reasons": _("Reasons"), "rule_application": _("Why the rule fits, or does not")}


@dataclass(slots=True)
class MeasureRow:
    """What is to happen to one appealed measure."""

    item: AppealItem
    no: int
    outcome: str = ""
    ends_at: str = ""
    amount: str = ""
    mistakes: list[str | Promise] = field(default_factory=list)

    @property
    def id(self) -> str:
        return f"measure-{self.no}"


@dataclass(slots=True)
class PointRow:
    """One fact or argument with its finding and sentence; an empty row is left out."""

    kind: str
    no: int
    text: str = ""
    finding: str = ""
    sentence: str = ""
    burden_on: str = ""
    evidence: list[str] = field(default_factory=list)
    mistakes: list[str | Promise] = field(default_factory=list)

    @property
    def id(self) -> str:
        return f"{self.kind}-{self.no}"

    @property
    def is_empty(self) -> bool:
        return not (self.finding or self.sentence.strip() or (self.kind == "fact" and self.text.strip()))


@dataclass(slots=True)
class Work:
    """Everything typed in the judgement pane; kept over every step, stored by none but the last."""

    version: int
    first_outcome: str = ""
    confidence: str = ""
    note: str = ""
    measures: list[MeasureRow] = field(default_factory=list)
    facts: list[PointRow] = field(default_factory=list)
    arguments: list[PointRow] = field(default_factory=list)
    reasons: str = ""
    rule_application: str = ""
    difference_reason: str = ""
    departure_reason: str = ""
    unread_reason: str = ""
    mistakes: list[Mistake] = field(default_factory=list)
    saved_at: datetime | None = None
    """When it was saved, where it was opened again."""

    @property
    def rows(self) -> list[PointRow]:
        return [row for row in (*self.facts, *self.arguments) if not row.is_empty]

    @property
    def is_typed(self) -> bool:
        """Whether something would be lost with it."""
        chosen = (self.first_outcome, self.confidence, *(m.outcome for m in self.measures))
        written = (self.note, self.reasons, self.rule_application, self.departure_reason, self.unread_reason)
        return any(chosen) or any(written) or bool(self.rows)

    @classmethod
    def blank(cls, appeal: Appeal) -> "Work":
        """An empty form: one row for a fact, one per argument the appellant made, nothing chosen."""
        with translation.override(appeal.language):
            grounds = {str(item.get_ground_display()) for item in appeal.items.all()}
        return cls(
            version=appeal.version,
            measures=[MeasureRow(item=i, no=i.measure.no) for i in appeal.items.all()],
            facts=[PointRow("fact", 0)],
            arguments=[PointRow("argument", no, text=ground) for no, ground in enumerate(sorted(grounds))],
        )

    def begin_with(self, letter: str) -> None:
        """Puts a template below what was typed of the reasons."""
        self.reasons = f"{self.reasons.rstrip()}\n\n{letter}".lstrip()

    def reword(self, like: Decision) -> None:
        """Takes over the words of a decision on a case that was filed together with this one.

        What is found, and what happens to each measure, is chosen anew; evidence has other numbers here.
        """
        for kind, rows in (("fact", self.facts), ("argument", self.arguments)):
            said = [point for point in like.points.all() if point.kind == kind]
            rows[: len(said)] = [
                PointRow(kind, no, text=point.text, sentence=point.sentence, burden_on=point.burden_on)
                for no, point in enumerate(sorted(said, key=lambda point: point.no))
            ]
        self.reasons, self.rule_application = like.reasons, like.rule_application

    @classmethod
    def posted(cls, post: QueryDict, appeal: Appeal) -> "Work":
        """Parses what was sent, with the mistakes in its shape. Rows that were never sent are as in `blank`."""
        if not post.get("version"):
            return cls.blank(appeal)
        work = cls(version=number(post.get("version", "")) or appeal.version)
        for name in ("first_outcome", "confidence", "difference_reason"):
            setattr(work, name, post.get(name, "")[:40])
        work.note = typed_text(post, "note", 2000, work.mistakes)
        work.reasons = typed_text(post, "reasons", 8000, work.mistakes)
        work.rule_application = typed_text(post, "rule_application", 4000, work.mistakes)
        work.departure_reason = typed_text(post, "departure_reason", 2000, work.mistakes)
        work.unread_reason = typed_text(post, "unread_reason", 2000, work.mistakes)
        work.measures = [work._measure(post, item) for item in appeal.items.all()]
        if "facts" not in post:
            blank = cls.blank(appeal)
            work.facts, work.arguments = blank.facts, blank.arguments
            return work
        for kind, name in PLAN.items():
            count = min(number(post.get(name, "")) or 0, MAX_ROWS)
            count = min(count + (post.get("add") == kind), MAX_ROWS)
            setattr(work, name, [work._point(post, kind, no) for no in range(count)])
        return work

    def _measure(self, post: QueryDict, item: AppealItem) -> MeasureRow:
        no = item.measure.no
        row = MeasureRow(
            item=item,
            no=no,
            outcome=post.get(f"outcome-{no}", "")[:12],
            ends_at=post.get(f"ends_at-{no}", "")[:40],
            amount=post.get(f"amount-{no}", "")[:40].strip(),
        )
        if row.ends_at and local_moment(row.ends_at) is None:
            self._mistake(row, _("Give the new end as a date and a time."))
        if row.amount and fen(row.amount) is None:
            self._mistake(row, _("Give the amount in yuan, such as 80.00."))
        return row

    def _point(self, post: QueryDict, kind: str, no: int) -> PointRow:
        at = f"{kind}-{no}"
        return PointRow(
            kind=kind,
            no=no,
            text=typed_text(post, f"{at}-text", 1000, self.mistakes, at),
            finding=post.get(f"{at}-finding", "")[:16],
            sentence=typed_text(post, f"{at}-sentence", 2000, self.mistakes, at),
            burden_on=post.get(f"{at}-burden_on", "")[:10],
            evidence=[n for n in post.getlist(f"{at}-evidence") if number(n) is not None][:100],
        )

    def _mistake(self, row: MeasureRow | PointRow, text: str | Promise) -> None:
        row.mistakes.append(text)
        self.mistakes.append(Mistake(text, row.id))

    @property
    def departs(self) -> bool:
        """Whether a measure stands although no fact is established, or a reason for that was typed."""
        return bool(self.departure_reason or stands_without_a_fact(self.rulings(), self.points()))

    def rulings(self) -> list[RulingDraft]:
        return [
            RulingDraft(m.no, m.outcome, ends_at=local_moment(m.ends_at), amount_minor=fen(m.amount))
            for m in self.measures
        ]

    def points(self) -> list[Point]:
        return [
            Point(r.kind, r.text, r.finding, r.sentence, r.burden_on, tuple(int(n) for n in r.evidence))
            for r in self.rows
        ]

    def place(self, errors: Iterable[FieldError]) -> None:
        """Puts each error of the command beside the row or field it is about, and in the summary on top."""
        rows = self.rows
        for error in errors:
            parts = error.pointer.strip("/").split("/")
            row = self._row_of(error, parts, rows)
            words = CHOICES.get(parts[-1], error.message) if error.code == "unknown" else error.message
            if row is not None:
                self._mistake(row, words)
            elif parts[0] in LABELS:
                self.mistakes.append(Mistake(format_lazy("{}: {}", LABELS[parts[0]], words), parts[0]))
            else:
                self.mistakes.append(Mistake(words, "measures" if parts[0] == "items" else parts[0]))

    def _row_of(
        self, error: FieldError, parts: Sequence[str], rows: Sequence[PointRow]
    ) -> MeasureRow | PointRow | None:
        if error.code == "missing-fact":
            return self.facts[0] if self.facts else None
        if error.code == "missing-argument":
            return self.arguments[0] if self.arguments else None
        if len(parts) < 2 or not parts[1].isdecimal():
            return None
        listed: Sequence[MeasureRow | PointRow] = self.measures if parts[0] == "items" else rows
        return listed[int(parts[1])] if int(parts[1]) < len(listed) else None
