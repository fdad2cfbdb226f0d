"""The default table as a document that can be read and signed: every ground, fact and step in both languages."""

import re
from collections.abc import Iterator

from django.utils import translation
from django.utils.text import capfirst

from disputes.choices import Condition, Role
from disputes.default_table import GROUNDS
from disputes.default_table.applying import what_applies
from disputes.machine import FactState
from disputes.proof import FactDraft, GroundDraft, StepDraft, is_same_side, role_of
from disputes.statutes import rests_only_on_leave
from rules.laws import Place, places_cited

HEAD = """# Who must prove what: the default table

Written from `disputes/default_table/` by `manage.py burden_document`; a test compares it. Do not edit.

**A draft in our own words, not signed by counsel.** What an article says was read in copies published by others, unless
a ground says that only a summary was; no wording was compared with an official publication, so every hash stands as
"not verified". Chinese is authentic. A silence that *must* be found so follows when the time is over; one that *may* be
(可以) waits for a person who sees the file. Hours run without a pause, also at night and on days off; days are those of
the law: the first does not count, the last ends at 24:00 in Shanghai and not on a day off.

What a platform loads and signs itself stands on its own pages: `/burden/`, and in `GET burden-tables/current`.
"""


UNSIGNED = "not signed, a draft"


def written() -> str:
    """The whole document, labels in English, in the order of the codes."""
    with translation.override("en"):
        grounds = map(_ground, GROUNDS)
        return HEAD + "".join([*grounds, *_paragraphs(), *what_applies()])


def _paragraphs() -> Iterator[str]:
    """Every paragraph that the table cites, with what it says, its source, and the steps that rest on it."""
    rests: dict[Place, list[str]] = {}
    for ground in GROUNDS:
        for f, fact in enumerate(ground.facts, start=1):
            for s, step in enumerate(fact.steps, start=1):
                for place in places_cited(step.basis.zh):
                    rests.setdefault(place, []).append(f"{ground.code} {f}.{s}")
    yield "\n## What the cited paragraphs say\n\n"
    yield "| paragraph | in our own words | source | SHA-256 of the wording | in force from | rests on it |\n"
    yield "|" + "---|" * 6 + "\n"
    for place in sorted(rests, key=lambda each: (each.instrument.code, _order(each.place))):
        law, said = place.instrument, place.instrument.said_of(place.place)
        words = f"{said.zh} {said.en}" if said is not None else ""
        cited = law.cited([place.place])
        source = f"{law.source}, a copy by others" if law.source else "none read"
        cells = (f"{cited.zh} {cited.en} (`{place.key}`)", words, source, "not verified", str(law.in_force_from))
        yield f"| {' | '.join(cells)} | {', '.join(rests[place])} |\n"


def _order(place: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", place)]


def _ground(ground: GroundDraft) -> str:
    lines = [
        f"\n## {ground.code} {ground.title.zh} · {ground.title.en}\n",
        f"{_role(ground.claimant_role)} → {_role(ground.respondent_role)}; sources: {ground.confidence.label}.",
        f"Counsel: {UNSIGNED}.",
    ]
    if ground.applies_if:
        lines.append(f"Refused where the order says otherwise: {_condition(ground.applies_if)}.")
    if ground.must_mediate:
        lines.append("The platform has to mediate when asked.")
    return "\n".join(lines) + "\n" + "".join(_fact(ground, no, fact) for no, fact in enumerate(ground.facts, start=1))


def _fact(ground: GroundDraft, no: int, fact: FactDraft) -> str:
    head = (
        f"\n**{no}. {fact.statement.zh}** {fact.statement.en}. Burden: {_role(role_of(ground, fact.persuasion_on))}; "
    )
    head += f"found against the claimant, {fact.effect.label}."
    if fact.follows.en:
        head += f" {fact.follows.en}"
    if fact.arises_unless:
        head += f" Not at issue where the order says: {_condition(fact.arises_unless)}."
    if fact.arises_if_claimed:
        head += f" At issue only where claimed: {', '.join(str(r.label) for r in fact.part)}."
    rows = ["| who | part | shows | standard | time | silence | must or may | basis |", "|" + "---|" * 8]
    rows += ["| " + " | ".join(_cells(ground, fact, step)) + " |" for step in fact.steps]
    return head + "\n\n" + "\n".join(rows) + "\n"


def _cells(ground: GroundDraft, fact: FactDraft, step: StepDraft) -> Iterator[str]:
    bears = is_same_side(ground, step.bearer, fact.persuasion_on)
    yield _role(role_of(ground, step.bearer))
    yield "bears" if bears else "only answers"
    yield f"{step.shows.zh} {step.shows.en}"
    yield str(step.standard.label)
    yield f"{step.days} days of the law" if step.days else f"{step.hours} h by the clock"
    yield f"{step.silence.zh} {step.silence.en}"
    yield _force(step)
    presumed = f" {step.presumption.zh}" if step.presumption.zh else ""
    yield f"{step.basis.zh} ({step.basis_kind.label}).{presumed}"


def _force(step: StepDraft) -> str:
    if (
        step.silence_is_for_a_person
        or step.if_silent == FactState.ADVERSE_INFERENCE
        or rests_only_on_leave(step.basis.zh)
    ):
        return "may; a person"
    return f"must, if the order says: {_condition(step.silence_if)}; else a person" if step.silence_if else "must"


def _condition(condition: Condition) -> str:
    return str(condition.label)


def _role(role: Role) -> str:
    return str(capfirst(role.label))
