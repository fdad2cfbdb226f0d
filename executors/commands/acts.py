"""Whether somebody of an executor may do what a notice says they did; and the act, on record, if so.

The rows that allow it are held in share until the transaction ends, so that what is read here is still true when the
notice is stored; whatever takes a permission away waits, or was first. The tables ask the same questions again.
What does not belong here: what a notice must contain (notices).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from casework.errors import CaseError, ExecutorNotCertified, FieldError, OutsideMandate
from casework.refs import new_ref
from executors.machine import InstructionState
from executors.models import (
    Act,
    ActCertification,
    Certification,
    Executor,
    ExecutorPerson,
    Instruction,
    Mandate,
    certification_in_force,
)
from rules.models import RuleVersion


@dataclass(frozen=True, slots=True)
class ExecutorDraft:
    """Who acted for the platform: the executor by ref, its person by code; what they worked with, and under what."""

    ref: str
    person: str
    instruction: str = ""
    tool_version: str = ""
    queue: str = ""
    shift: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """One measure of what was done: its kind, and the money that it moves."""

    type: str
    amount_minor: int | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Deed:
    """What was done: by whom, to which party, which measures, and on what: a rule's key, None for what is no rule."""

    by: ExecutorDraft
    party_id: int | None
    measures: Sequence[Moved]
    rules: Sequence[int | None]


@dataclass(slots=True)
class Weighed:
    """A deed and what stands against it. Only one without refusal can be recorded."""

    deed: Deed
    executor: Executor | None = None
    person: ExecutorPerson | None = None
    mandate: Mandate | None = None
    instruction: Instruction | None = None
    certifications: list[Certification] = field(default_factory=list)
    uncertified: list[FieldError] = field(default_factory=list)
    outside: list[FieldError] = field(default_factory=list)

    @property
    def errors(self) -> list[FieldError]:
        return [*self.uncertified, *self.outside]

    def refusal(self) -> CaseError | None:
        """The coded refusal; where both kinds of reason stand against it, that its people may not act at all."""
        if not self.errors:
            return None
        kind = ExecutorNotCertified if self.uncertified else OutsideMandate
        return kind(errors=self.errors)


def weigh_deeds(deeds: Sequence[Deed], *, client_id: int | None, now: datetime) -> list[Weighed]:
    """What stands against each of these, done now by executors that this client entrusted; in their order.

    Call it inside the transaction that records them.
    """
    look = _Lookup(deeds, client_id=client_id, now=now)
    return [_weigh(deed, look) for deed in deeds]


def record_acts(weighed: Sequence[Weighed], *, now: datetime) -> list[Act]:
    """One act per deed that nothing stands against is on record with its certifications, in their order."""
    acts = [
        Act(
            ref=new_ref("act_"),
            executor=row.executor,
            person=row.person,
            mandate=row.mandate,
            instruction=row.instruction,
            tool_version=row.deed.by.tool_version,
            queue=row.deed.by.queue,
            shift=row.deed.by.shift,
            category=row.deed.by.category,
            acted_at=now,
        )
        for row in weighed
    ]
    Act.objects.bulk_create(acts)
    ActCertification.objects.bulk_create(
        ActCertification(act=act, certification=certification)
        for act, row in zip(acts, weighed, strict=True)
        for certification in row.certifications
    )
    return acts


class _Lookup:
    """Everything that the deeds rest on, held and read in a handful of queries."""

    def __init__(self, deeds: Sequence[Deed], *, client_id: int | None, now: datetime) -> None:
        self.now = now
        refs = {deed.by.ref for deed in deeds}
        codes = {deed.by.person for deed in deeds}
        found = Executor.objects.filter(ref__in=refs, client_id=client_id)
        _hold("executors_executor", found.values_list("pk", flat=True))
        current = RuleVersion.objects.filter(
            rule__in={rule for deed in deeds for rule in deed.rules if rule is not None}, published_at__isnull=False
        )
        _hold("rules_ruleversion", current.values_list("pk", flat=True))
        self.executors = {
            x.ref: x
            for x in found.select_related("party").prefetch_related(
                "processing_terms", "mandates__measures", "mandates__rules", "mandates__categories"
            )
        }
        instructions = Instruction.objects.filter(
            ref__in={deed.by.instruction for deed in deeds} - {""}, executor__in=self.executors.values()
        )
        _hold("executors_instruction", instructions.values_list("pk", flat=True))
        self.instructions = {i.ref: i for i in instructions.all()}
        self.people = {
            p.code: p
            for p in ExecutorPerson.objects.filter(code__in=codes, executor__in=self.executors.values()).select_related(
                "user"
            )
        }
        self.certifications: dict[int, list[Certification]] = {}
        rows = Certification.objects.filter(certification_in_force(now), person__in=self.people.values())
        for row in (
            rows.filter(withdrawn_at__isnull=True).select_related("rule_version").order_by("-level", "-expires_at")
        ):
            self.certifications.setdefault(row.person_id, []).append(row)
        members = Membership.objects.filter(
            user__in={p.user_id for p in self.people.values()}, ended_at__isnull=True
        ).values_list("user_id", "party_id")
        self.members = set(members)


def _hold(table: str, keys: Iterable[int]) -> None:
    """These rows stay as they are until the transaction ends. On SQLite the transaction itself is the lock."""
    wanted = sorted(keys)
    if wanted and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT 1 FROM {table} WHERE id = ANY(%s) ORDER BY id FOR SHARE", [wanted])  # noqa: S608


def _weigh(deed: Deed, look: _Lookup) -> Weighed:
    row = Weighed(deed)
    row.executor = look.executors.get(deed.by.ref)
    if row.executor is None:
        _refuse(row.uncertified, "/executor/ref", "unknown-executor", _("We know no such executor of yours."))
        return row
    person = look.people.get(deed.by.person)
    if person is None or person.executor_id != row.executor.pk:
        _refuse(row.uncertified, "/executor/person", "unknown-person", _("Nobody of this executor has this code."))
    else:
        row.person = person
        if person.ended_at is not None:
            _refuse(row.uncertified, "/executor/person", "person-ended", _("This person does not work there any more."))
        if (person.user_id, deed.party_id) in look.members:
            _refuse(
                row.outside,
                "/executor/person",
                "acts-for-the-party",
                _("This person acts for the party that the notice is about."),
            )
    if not row.executor.may_act:
        _refuse(row.uncertified, "/executor/ref", "not-active", _("This executor may not act at present."))
    if not row.executor.contract_covers(look.now):
        _refuse(row.outside, "/executor/ref", "contract-not-in-term", _("Its contract is not in term."))
    terms = [t for t in row.executor.processing_terms.all() if t.effective_from <= look.now]
    if not terms or not max(terms, key=lambda t: t.no).cover(look.now):
        _refuse(
            row.outside, "/executor/ref", "processing-terms-not-in-term", _("Its terms of data processing have ended.")
        )
    if deed.by.instruction:
        row.instruction = _instruction(row, row.executor, look)
    row.mandate = next((m for m in row.executor.mandates.all() if m.is_in_force(look.now)), None)
    if row.mandate is None:
        _refuse(row.outside, "/executor/ref", "no-mandate", _("It has no mandate in force."))
        return row
    level = _weigh_mandate(row, row.mandate)
    if row.person is not None:
        _weigh_certifications(row, row.person, row.mandate, level, look)
    return row


def _instruction(row: Weighed, executor: Executor, look: _Lookup) -> Instruction | None:
    """What the platform told this executor to do and it has taken on; anything else is refused."""
    found = look.instructions.get(row.deed.by.instruction)
    if found is None or found.executor_id != executor.pk:
        _refuse(
            row.outside,
            "/executor/instruction",
            "unknown-instruction",
            _("We know no such instruction to this executor."),
        )
        return None
    if found.state not in (InstructionState.ACKNOWLEDGED, InstructionState.COMPLETED):
        _refuse(
            row.outside,
            "/executor/instruction",
            "instruction-not-taken-on",
            _("This instruction was withdrawn, or nobody has acknowledged it."),
        )
    elif found.measure_type not in {m.type for m in row.deed.measures}:
        _refuse(
            row.outside,
            "/executor/instruction",
            "other-measure",
            _("This instruction is for another kind of measure."),
        )
    return found


def _weigh_mandate(row: Weighed, mandate: Mandate) -> int:
    """What lies outside is refused; returns the level of certification that the measures take."""
    deed = row.deed
    levels = {m.measure_type: m.level for m in mandate.measures.all()}
    total = 0
    for i, measure in enumerate(deed.measures):
        at = f"/measures/{i}"
        if measure.type not in levels:
            _refuse(row.outside, f"{at}/type", "measure-outside-mandate", _("The mandate does not cover this measure."))
        if measure.amount_minor is None:
            continue
        total += measure.amount_minor
        if mandate.ceiling_minor is None:
            _refuse(row.outside, f"{at}/amount_minor", "no-money", _("The mandate covers no measure that moves money."))
        elif measure.currency != mandate.currency:
            _refuse(row.outside, f"{at}/currency", "other-currency", _("The mandate is for another currency."))
        elif total > mandate.ceiling_minor:
            _refuse(
                row.outside,
                f"{at}/amount_minor",
                "above-ceiling",
                _("The money of this notice lies above the ceiling of the mandate."),
            )
    rules = {r.rule_id for r in mandate.rules.all()}
    for i, rule in enumerate(deed.rules):
        if rule is not None and rule not in rules:
            _refuse(row.outside, f"/basis/{i}/rule", "rule-outside-mandate", _("The mandate does not cover this rule."))
    categories = {c.category for c in mandate.categories.all()}
    if categories and deed.by.category not in categories:
        _refuse(
            row.outside,
            "/executor/category",
            "category-outside-mandate",
            _("The mandate does not cover this category."),
        )
    return max([1, *(levels.get(m.type, 1) for m in deed.measures)])


def _weigh_certifications(row: Weighed, person: ExecutorPerson, mandate: Mandate, level: int, look: _Lookup) -> None:
    """The person holds, for the version of every rule that counts now, a certification of at least that level.

    What rests on no rule at all, but on a law or an agreement, takes one for any rule of the mandate.
    """
    good = [c for c in look.certifications.get(person.pk, []) if c.level >= level]
    held = {c.rule_version.rule_id: c for c in reversed(good)}
    wanted = {rule: i for i, rule in reversed(list(enumerate(row.deed.rules))) if rule is not None}
    if not wanted:
        rules = {r.rule_id for r in mandate.rules.all()}
        some = next((c for c in good if c.rule_version.rule_id in rules), None)
        if some is None:
            _refuse(row.uncertified, "/executor/person", "not-certified", _not_certified(level))
        else:
            row.certifications.append(some)
    for rule, i in sorted(wanted.items(), key=lambda pair: pair[1]):
        certification = held.get(rule)
        if certification is None:
            _refuse(row.uncertified, f"/basis/{i}/rule", "not-certified", _not_certified(level))
        else:
            row.certifications.append(certification)


def _not_certified(level: int) -> Any:
    words: Mapping[str, int] = {"level": level}
    return (
        _("This person holds no certification of level %(level)d for the version of the rule that is in force now.")
        % words
    )


def _refuse(errors: list[FieldError], pointer: str, code: str, message: Any) -> None:
    errors.append(FieldError(pointer, code, message))
