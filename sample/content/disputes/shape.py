"""The shape of an invented dispute: when it was opened, and who then did what, so many hours later.

What does not belong here: the stories, and how they are carried out (sample.loading_disputes).
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Piece:
    """One made-up file: its caption says what it proves, its lines are what stands on it."""

    caption: str
    lines: tuple[str, ...] = ()
    is_pdf: bool = False
    withheld: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that `who` does `after` hours; `verb` is a method of the loader, `values` what it needs.

    `who` is `claimant`, `respondent`, a username, or empty for the platform's system.
    """

    after: float
    verb: str
    who: str = ""
    values: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class DisputePlan:
    """One dispute of the sample. `hours_ago` is when it was opened, `shows` what it is there to show.

    `ends_in` is the state in which it stands once it is loaded; `turn` whose move it then is, where that matters.
    """

    key: str
    order: str
    ground: str
    remedy: str
    amount_minor: int | None
    statement: str
    hours_ago: float
    ends_in: str
    shows: str
    acts: tuple[Act, ...]


def dispute(
    key: str,
    order: int,
    ground: str,
    remedy: str,
    yuan: float | None,
    hours_ago: float,
    ends_in: str,
    shows: str,
    statement: str,
    *acts: Act | tuple[Act, ...],
) -> DisputePlan:
    """The plan, its acts in order of time; the acts of a group come flattened."""
    flat = [inner for act in acts for inner in (act if isinstance(act, tuple) else (act,))]
    return DisputePlan(
        key=key,
        order=f"O-2026-{order}",
        ground=ground,
        remedy=remedy,
        amount_minor=fen(yuan),
        statement=statement,
        hours_ago=hours_ago,
        ends_in=ends_in,
        shows=shows,
        acts=tuple(sorted(flat, key=lambda act: act.after)),
    )


def fen(yuan: float | None) -> int | None:
    return None if yuan is None else round(yuan * 100)


def piece(caption: str, *lines: str, pdf: bool = False, withheld: str = "") -> Piece:
    return Piece(caption, lines, pdf, withheld)


# — what the two sides do —


def says(after: float, who: str, text: str, lane: str = "both") -> Act:
    return Act(after, "says", who, {"text": text, "lane": lane})


def answers(after: float, text: str, *, refuses: bool = False, who: str = "respondent") -> Act:
    return Act(after, "answers", who, {"text": text, "refuses": refuses})


def escalates(after: float, who: str = "claimant") -> Act:
    return Act(after, "escalates", who)


def refused_and_escalated(after: float, text: str, who: str = "respondent") -> tuple[Act, Act]:
    """The other side refuses, and half an hour later the claimant calls the platform in."""
    return answers(after, text, refuses=True, who=who), escalates(after + 0.5)


def withdraws(after: float) -> Act:
    return Act(after, "withdraws", "claimant")


def demands(after: float, who: str) -> Act:
    return Act(after, "demands", who)


def shows(after: float, who: str, fact: int, *pieces: Piece) -> Act:
    return Act(after, "shows", who, {"fact": fact, "pieces": pieces})


def stages(after: float, who: str, fact: int, *pieces: Piece) -> Act:
    """Drafts that are not submitted."""
    return Act(after, "stages", who, {"fact": fact, "pieces": pieces})


def quotes(after: float, who: str, fact: int, words: str, caption: str) -> Act:
    """A message of the room that contains these words is submitted as evidence."""
    return Act(after, "quotes", who, {"fact": fact, "words": words, "caption": caption})


def pulls(after: float, who: str, fact: int) -> Act:
    """The platform's own records about the fact, with one click."""
    return Act(after, "pulls", who, {"fact": fact})


def adds_nothing(after: float, who: str, fact: int) -> Act:
    return Act(after, "adds_nothing", who, {"fact": fact})


def objects(after: float, who: str, to: str, ground: str, text: str) -> Act:
    """`to` is a part of the caption, or the kind of a record."""
    return Act(after, "objects", who, {"to": to, "ground": ground, "text": text})


def admits(after: float, who: str, fact: int) -> Act:
    return Act(after, "admits", who, {"fact": fact})


def offers(after: float, who: str, remedy: str, yuan: float | None = None, **terms: Any) -> Act:
    """Terms: `goods_back`, `freight_payer`, `note`, `hours`. A mediator's are the platform's proposal."""
    return Act(after, "offers", who, {"remedy": remedy, "amount_minor": fen(yuan), **terms})


def proposes(after: float, remedy: str, yuan: float | None = None, **terms: Any) -> Act:
    """The system's proposal."""
    return Act(after, "proposes", "", {"remedy": remedy, "amount_minor": fen(yuan), **terms})


def accepts(after: float, who: str, side: str) -> Act:
    """The open offer of that side (`CLAIMANT`, `RESPONDENT`, `PLATFORM`)."""
    return Act(after, "accepts", who, {"side": side})


def refuses(after: float, who: str, side: str) -> Act:
    return Act(after, "refuses", who, {"side": side})


def takes_back(after: float, who: str, side: str) -> Act:
    return Act(after, "takes_back", who, {"side": side})


# — the mediator —


def joins(after: float, who: str = "shenbo") -> Act:
    return Act(after, "joins", who)


def shifts(after: float, who: str, fact: int, bearer: str, hours: int, basis: str, reasons: str) -> Act:
    values = {"fact_no": fact, "bearer": bearer, "hours": hours, "basis": basis, "reasons": reasons}
    return Act(after, "shifts", who, values)


def rules(after: float, who: str, fact: int, proved: bool, reasons: str) -> Act:
    """Relying on everything about the fact that both sides saw and could answer."""
    return Act(after, "rules", who, {"fact": fact, "proved": proved, "reasons": reasons})


def determines(after: float, who: str, reasons: str, *sentences: str, **changes: Any) -> Act:
    """What the table derives, with these reasons and a sentence per fact; `changes` where the mediator departs."""
    return Act(after, "determines", who, {"reasons": reasons, "sentences": sentences, **changes})


def hands_over(after: float, who: str, to_code: str) -> Act:
    return Act(after, "hands_over", who, {"to_code": to_code})


def pauses(after: float, who: str, reason: str, authority: str) -> Act:
    return Act(after, "pauses", who, {"reason": reason, "authority": authority})


def resumes(after: float, who: str) -> Act:
    return Act(after, "resumes", who)


# — what follows —


def asks_review(after: float, who: str) -> Act:
    return Act(after, "asks_review", who)


def both_accept(after: float, respondent: str = "respondent") -> tuple[Act, Act]:
    return Act(after, "accepts_determination", "claimant"), Act(after + 1.5, "accepts_determination", respondent)


def accepts_determination(after: float, who: str) -> Act:
    return Act(after, "accepts_determination", who)


def reports(after: float, who: str, no: int, note: str) -> Act:
    return Act(after, "reports", who, {"no": no, "note": note})


def confirms(after: float, who: str, no: int) -> Act:
    return Act(after, "confirms", who, {"no": no})


def fails(after: float, who: str, no: int, note: str) -> Act:
    return Act(after, "fails", who, {"no": no, "note": note})


def advances(after: float, yuan: float, reason: str, who: str = "yaoning") -> Act:
    return Act(after, "advances", who, {"amount_minor": fen(yuan), "reason": reason})


def settles_advance(after: float, recovered_yuan: float, who: str = "yaoning") -> Act:
    return Act(after, "settles_advance", who, {"recovered_minor": fen(recovered_yuan)})
