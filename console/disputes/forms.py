"""Parses what a mediator or overseer typed on a dispute's page: one form for everything, so that nothing is lost.

Only parsing: a value that has a shape is passed on, one that has none is an error beside its field.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from casework.errors import FieldError
from console.forms import Mistake, typed_text
from disputes.choices import Lane, Payer
from disputes.commands import DeterminationDraft
from disputes.inputs import DetermineInput, PostMessageInput, RuleFactInput, SentenceInput, ShiftBurdenInput
from disputes.models import Dispute
from surfaces.forms import fen, number

DETERMINATION = (
    "outcome", "remedy", "amount", "payer", "goods_back", "freight_payer", "no_return_ground", "no_return_reason",
    "goods_are", "goods_are_reason",
    "reasons", "departure_reasons", "confirmed_stakes",
)  # fmt: skip
OF_A_FACT = ("proved", "reasons", "bearer", "basis", "shift_reasons", "hours", "sentence")
SHORT = 60
SAID = tuple(f"say-{lane}" for lane in Lane)


TEXTS = ("reasons", "departure_reasons", "no_return_reason", "goods_are_reason")
MOST = {name: DetermineInput.length_of(name) for name in TEXTS} | dict.fromkeys(
    SAID, PostMessageInput.length_of("text")
)
MOST_OF_A_FACT = {
    "reasons": RuleFactInput.length_of("reasons"),
    "sentence": SentenceInput.length_of("sentence"),
    "basis": ShiftBurdenInput.length_of("basis"),
    "shift_reasons": ShiftBurdenInput.length_of("reasons"),
}
"""The length of each text, as its input says it."""
POINTERS: Mapping[str, str] = {"amount_minor": "amount"}


@dataclass(slots=True)
class FactWork:
    """What was typed about one fact: a ruling, a shift of the burden, a sentence for the letter."""

    no: int
    v: dict[str, str] = field(default_factory=dict)
    evidence: list[int] = field(default_factory=list)
    at: dict[str, list[str | Promise]] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return f"f{self.no}"

    @property
    def is_typed(self) -> bool:
        return bool(self.evidence) or any(text.strip() for text in self.v.values())

    @property
    def wants_shift(self) -> bool:
        """Whether the form for moving the burden was being filled in."""
        return any(self.v.get(name) for name in ("bearer", "basis", "shift_reasons", "hours"))


@dataclass(slots=True)
class Work:
    """Everything typed on the page of one dispute; kept over every step, stored by none but the last."""

    version: int
    facts: dict[int, FactWork] = field(default_factory=dict)
    v: dict[str, str] = field(default_factory=dict)
    at: dict[str, list[str | Promise]] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    saved_at: datetime | None = None
    """When it was saved, where it was opened again."""

    @classmethod
    def blank(cls, dispute: Dispute) -> "Work":
        """Nothing typed, nothing chosen."""
        return cls(version=dispute.version, facts={f.no: FactWork(f.no) for f in dispute.facts.all()})

    @classmethod
    def posted(cls, post: QueryDict, dispute: Dispute) -> "Work":
        """Parses what was sent, with the mistakes in its shape."""
        work = cls.blank(dispute)
        work.version = number(post.get("version", "")) or dispute.version
        for name in (*DETERMINATION, *SAID):
            if text := typed_text(post, name, MOST.get(name, SHORT), work.mistakes):
                work.v[_key(name)] = text
        for row in work.facts.values():
            for name in OF_A_FACT:
                most = MOST_OF_A_FACT.get(name, SHORT)
                if text := typed_text(post, f"{row.id}-{name}", most, work.mistakes, row.id):
                    row.v[name] = text
            row.evidence = [n for each in post.getlist(f"{row.id}-evidence") if (n := number(each)) is not None][:100]
        return work

    @property
    def is_typed(self) -> bool:
        """Whether something would be lost with it."""
        return any(text.strip() for text in self.v.values()) or any(row.is_typed for row in self.facts.values())

    @property
    def is_determination(self) -> bool:
        """Whether the determination was begun."""
        return any(self.v.get(name) for name in DETERMINATION)

    def forget(self, *names: str, fact: int | None = None) -> None:
        """Clears what was just done, of one fact or of the dispute."""
        typed = self.v if fact is None else self.facts[fact].v
        for name in names:
            typed.pop(_key(name), None)
        if fact is not None and "proved" in names:
            self.facts[fact].evidence = []

    def wrong(self, text: str | Promise, name: str) -> None:
        self.at.setdefault(_key(name), []).append(text)
        self.mistakes.append(Mistake(text, name))

    def wrong_at_fact(self, no: int, text: str | Promise, name: str) -> None:
        row = self.facts[no]
        row.at.setdefault(name, []).append(text)
        self.mistakes.append(Mistake(text, f"{row.id}-{name}"))

    def amount(self, name: str) -> int | None:
        """An amount in minor units; a mistake where it has no such shape."""
        text = self.v.get(name, "").strip()
        if not text:
            return None
        found = fen(text)
        if found is None:
            self.wrong(_("Give the amount in yuan, such as 80.00."), name)
        return found

    def place(self, errors: Iterable[FieldError], *, fact: int | None = None, prefix: str = "", only: str = "") -> None:
        """Puts each error of a command beside its field, and in the summary on top."""
        for error in errors:
            parts = error.pointer.strip("/").split("/")
            words = CHOICES.get(parts[0], error.message) if error.code == "unknown" else error.message
            if parts[0] == "sentences" and len(parts) > 1 and parts[1].isdecimal() and int(parts[1]) in self.facts:
                self.wrong_at_fact(int(parts[1]), words, "sentence")
            elif only:
                self.wrong(words, only)
            elif fact is not None:
                name = "shift_reasons" if prefix == "shift" and parts[0] == "reasons" else parts[0]
                self.wrong_at_fact(fact, words, name)
            else:
                self.wrong(words, POINTERS.get(parts[0], parts[0]))

    def draft(self) -> DeterminationDraft:
        """The determination as typed."""
        v = self.v
        return DeterminationDraft(
            outcome=v.get("outcome", ""),
            reasons=v.get("reasons", ""),
            sentences={no: row.v.get("sentence", "") for no, row in self.facts.items()},
            remedy=v.get("remedy", ""),
            amount_minor=self.amount("amount"),
            payer=v.get("payer", "") or Payer.NOBODY,
            goods_back=v.get("goods_back") == "yes",
            freight_payer=v.get("freight_payer", "") or Payer.NOBODY,
            departure_reasons=v.get("departure_reasons", ""),
            confirmed_stakes=v.get("confirmed_stakes") == "yes",
            no_return_ground=v.get("no_return_ground", ""),
            no_return_reason=v.get("no_return_reason", ""),
            goods_are=v.get("goods_are", ""),
            goods_are_reason=v.get("goods_are_reason", ""),
        )


CHOICES: Mapping[str, str | Promise] = {
    "outcome": _("Choose what becomes of the claim."),
    "bearer": _("Choose who is to show it."),
}


def _key(name: str) -> str:
    return name.replace("-", "_")
