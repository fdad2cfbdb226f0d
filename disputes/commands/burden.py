"""Publishes a burden table with the rule version that it belongs to; the only writer of its rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from pathlib import Path

from casework.actor import Actor
from casework.canonical import digest
from casework.errors import FieldError, Invalid, Text, require
from casework.firing import command
from casework.named import named
from casework.toml import read_sentences
from disputes.models import BurdenTable, FactRow, GroundRow, Relaxation, RelaxationControl, StepRow
from disputes.policies import may_publish_burden_table
from disputes.proof import BilingualText, FactDraft, GroundDraft, RelaxationDraft, StepDraft, faults_of
from rules.clearances import wording_errors
from rules.paragraphs import Library

FAULTS: Mapping[str, Text] = read_sentences(Path(__file__).with_name("burden_faults.toml"))["faults"]


@command
def publish_burden_table(
    *,
    actor: Actor,
    version_id: int,
    grounds: Sequence[GroundDraft],
    relaxations: Sequence[RelaxationDraft] = (),
    now: datetime,
) -> BurdenTable:
    """Publishes the table as a part of the rule version; from now on it is fixed.

    It must be published before its rule version takes effect: who trades must know it in advance (办法 21).
    Raises `NotAllowed`, and `Invalid` for faults of the table and for forbidden wording in it that nobody cleared.
    """
    require(may_publish_burden_table(actor))
    if faults := faults_of(grounds, relaxations):
        raise Invalid(errors=[FieldError(f"/grounds{f.pointer}", f.code, FAULTS[f.code]) for f in faults])
    if moved := list(_renumbered(grounds, now)):
        raise Invalid(errors=moved)
    if found := wording_errors(dict(_texts({"grounds": grounds, "relaxations": relaxations}))):
        raise Invalid(errors=found)
    table = BurdenTable.objects.create(version_id=version_id)
    keys: dict[tuple[str, str], FactRow] = {}
    for position, draft in enumerate(grounds, start=1):
        ground = _ground(table, position, draft)
        for no, fact_draft in enumerate(draft.facts, start=1):
            fact = _fact(ground, no, fact_draft)
            keys[(draft.slug, fact_draft.key)] = fact
            StepRow.objects.bulk_create(
                _step(fact, step_no, step) for step_no, step in enumerate(fact_draft.steps, start=1)
            )
    for relief in relaxations:
        row = Relaxation.objects.create(
            table=table,
            fact=keys[(relief.ground, relief.fact)],
            relieved=relief.relieved,
            reason_zh=relief.reason.zh,
            reason_en=relief.reason.en,
            **named(relief, lambda r: (r.fast_refund_limit_minor, r.platform_pays)),
        )
        RelaxationControl.objects.bulk_create(
            RelaxationControl(relaxation=row, kind=c.kind, text_zh=c.text.zh, text_en=c.text.en)
            for c in relief.controls
        )
    _seal(table)
    table.digest = digest([*map(_content, grounds), *map(_relief, relaxations)])
    table.published_at = now
    table.save(update_fields=["digest", "published_at"])
    return table


def _renumbered(grounds: Sequence[GroundDraft], now: datetime) -> Iterator[FieldError]:
    """Each basis that cites a number which its law does not have any more."""
    library = Library(now)
    for g, ground in enumerate(grounds):
        for f, fact in enumerate(ground.facts):
            for s, step in enumerate(fact.steps):
                if any(each.renumbered_to for each in library.paragraphs(step.basis.zh)):
                    at = f"/grounds/{g}/facts/{f}/steps/{s}/basis"
                    yield FieldError(at, "law-renumbered", FAULTS["law-renumbered"])


def _seal(table: BurdenTable) -> None:
    """Each ground has the hash under which counsel signs it."""
    for ground in GroundRow.objects.filter(table=table).prefetch_related("facts__steps"):
        GroundRow.objects.filter(pk=ground.pk).update(digest=ground.text_sha256)


def _texts(value: object, at: str = "") -> Iterator[tuple[str, str]]:
    """Every text of the table in both languages, with its JSON pointer."""
    if isinstance(value, BilingualText):
        yield from ((f"{at}/{language}", text) for language in ("zh", "en") if (text := getattr(value, language)))
    elif is_dataclass(value):
        for one in fields(value):
            yield from _texts(getattr(value, one.name), f"{at}/{one.name}")
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield from _texts(each, f"{at}/{name}")
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for i, each in enumerate(value):
            yield from _texts(each, f"{at}/{i}")


def _ground(table: BurdenTable, position: int, draft: GroundDraft) -> GroundRow:
    return GroundRow.objects.create(
        table=table,
        position=position,
        title_zh=draft.title.zh,
        title_en=draft.title.en,
        remedies=[str(r) for r in draft.remedies],
        if_supported_zh=draft.if_supported.zh,
        if_supported_en=draft.if_supported.en,
        if_not_supported_zh=draft.if_not_supported.zh,
        if_not_supported_en=draft.if_not_supported.en,
        stakes=[str(s) for s in draft.stakes],
        **named(draft, lambda d: (d.code, d.slug, d.family, d.claimant_role)),
        **named(draft, lambda d: (d.respondent_role, d.default_remedy, d.confidence, d.must_mediate)),
        applies_if=draft.applies_if or "",
    )


def _fact(ground: GroundRow, no: int, draft: FactDraft) -> FactRow:
    return FactRow.objects.create(
        ground=ground,
        no=no,
        key=draft.key,
        statement_zh=draft.statement.zh,
        statement_en=draft.statement.en,
        favours=draft.favours,
        persuasion_on=draft.persuasion_on,
        effect=draft.effect,
        part=[str(r) for r in draft.part],
        shifts_to=draft.shifts_to,
        follows_zh=draft.follows.zh,
        follows_en=draft.follows.en,
        arises_unless=draft.arises_unless or "",
        arises_if_claimed=draft.arises_if_claimed,
    )


def _step(fact: FactRow, no: int, draft: StepDraft) -> StepRow:
    return StepRow(
        fact=fact,
        no=no,
        basis_zh=draft.basis.zh,
        basis_en=draft.basis.en,
        presumption_zh=draft.presumption.zh,
        presumption_en=draft.presumption.en,
        shows_zh=draft.shows.zh,
        shows_en=draft.shows.en,
        accepts_zh=draft.accepts.zh,
        accepts_en=draft.accepts.en,
        holds=[str(r) for r in draft.holds],
        silence_zh=draft.silence.zh,
        silence_en=draft.silence.en,
        silence_if=draft.silence_if or "",
        days=draft.days,
        **named(draft, lambda d: (d.bearer, d.standard, d.basis_kind, d.hours)),
        **named(draft, lambda d: (d.rebuts, d.if_silent, d.silence_establishes, d.silence_is_for_a_person)),
    )


def _relief(draft: RelaxationDraft) -> dict[str, object]:
    """What the table's hash covers of one relief: whom it relieves of what and why, its controls, its fast refunds."""
    return {
        "relieves": [draft.ground, draft.fact, str(draft.relieved), draft.reason.zh],
        "controls": [[str(c.kind), c.text.zh] for c in draft.controls],
        "fast_refund": [draft.fast_refund_limit_minor, draft.platform_pays],
    }


def _content(draft: GroundDraft) -> dict[str, object]:
    """What the table's hash covers of one ground: who must show what, what silence means, what a fact does to it."""
    return {
        "code": draft.code,
        "applies_if": str(draft.applies_if or ""),
        "facts": [
            {
                "key": f.key,
                "statement": f.statement.zh,
                "favours": str(f.favours),
                "persuasion_on": str(f.persuasion_on),
                "arises": [str(f.arises_unless or ""), f.arises_if_claimed],
                "effect": [str(f.effect), *(str(r) for r in f.part), f.shifts_to, f.follows.zh],
                "steps": [
                    {
                        "bearer": str(s.bearer),
                        "shows": s.shows.zh,
                        "standard": str(s.standard),
                        "basis": s.basis.zh,
                        "hours": s.hours,
                        "silence": str(s.if_silent),
                        "establishes": s.silence_establishes,
                        "for_a_person": s.silence_is_for_a_person,
                        "silence_if": str(s.silence_if or ""),
                        "days": s.days,
                    }
                    for s in f.steps
                ],
            }
            for f in draft.facts
        ],
    }
